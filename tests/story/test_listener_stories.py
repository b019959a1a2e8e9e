"""Listener dialogues as transcripts: one file, one story."""

from pathlib import Path

import pytest

from tests.story.transcript import play

STORIES = sorted((Path(__file__).parent / "listener").glob("*.smtp"))


def test_there_are_stories():
    """An empty folder is a failure, not a success."""
    assert len(STORIES) >= 10


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_story(story):
    """The listener speaks exactly as the transcript says."""
    play(story)
