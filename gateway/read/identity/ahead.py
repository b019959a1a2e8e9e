"""Questions that can be foreseen, so that DNS answers while the message still arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.read.identity.dmarc_tree import walk_questions
from gateway.read.identity.domains import author_name
from gateway.read.identity.spf import spf_identity
from gateway.values.identity import Question

if TYPE_CHECKING:
    from collections.abc import Iterable


def questions_ahead(reverse_path: str, helo: str, author_domains: Iterable[str] = ()) -> tuple[Question, ...]:
    """List what SPF and DMARC are going to ask for one message, each question once.

    The record of SPF is certain. Before the header section is there, the author's domain is guessed to be that of the
    reverse-path, which holds for most mail; names near the root are shared by all of them and cost nothing.

    Args:
        reverse_path: without brackets, possibly null.
        helo: what the client called itself.
        author_domains: of From, once it is known; then nothing is guessed.
    """
    _, domain, _ = spf_identity(reverse_path, helo)
    authors = [name for name in map(author_name, author_domains) if name]
    questions = [Question(domain, "TXT")] if domain else []
    for name in authors or ([domain] if domain else []):
        questions += walk_questions(name)
    return tuple(dict.fromkeys(questions))
