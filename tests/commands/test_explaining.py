"""What `explain` tells when reading goes wrong; the rest of it is in `test_cli`."""

import pytest

from gateway.commands import explaining
from gateway.daemon import asking
from gateway.demo.mails import DEPARTMENT_A, OFFICE
from gateway.demo.run import write_world
from gateway.edge.readers import link
from gateway.values.status import reply_to
from gateway.values.verdict import Disposition
from tests.support.daemon import world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demonstration's configuration, with little CPU time for one message."""
    made = tmp_path_factory.mktemp("world")
    write_world(made, world()[0], [2525, 2526, 2527])
    with (made / "congthu.toml").open("a", encoding="utf-8") as config:
        config.write("\n[inspection.readers.limits]\ncpu_seconds = 1\n")
    return made


def test_explain_says_what_the_gateway_says_when_a_reader_does_not_get_through(folder, monkeypatch):
    """The client is put off; told as well is what becomes of its next try."""
    monkeypatch.setattr(asking, "WHOLE_ENTRY", "tests.support.breaking_work:load")
    monkeypatch.setattr(link, "_WATCH_S", 0.02)
    monkeypatch.setattr(link, "_SLACK_S", 0.1)
    mail = b"X-Burn: yes\r\nSubject: x\r\n\r\n\r\n"

    story = explaining.explain(folder / "congthu.toml", mail, DEPARTMENT_A, (OFFICE,), "192.0.2.1", None)

    assert ("worker_lost", Disposition.DEFER, 30) == (story.fault, story.disposition, story.exit_code)
    assert story.reply == reply_to("worker_lost")
    assert story.examination.facts.is_unreadable
    assert "451" in story.text
    assert "451" in str(story.as_json["reply"]["code"])


def test_no_mail_has_a_terminal_obey_it(folder):
    """Eight-bit escapes and direction marks of author, subject and names of files stand there as codes."""
    author, subject, name = "Văn\u202e thư", "Báo\u009b2J cáo", "a\u202efdp.exe"
    mail = (
        f"From: {author} <{DEPARTMENT_A}>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: text/plain; charset=utf-8; name="{name}"\r\nContent-Disposition: attachment\r\n\r\nx\r\n'
    )

    story = explaining.explain(folder / "congthu.toml", mail.encode(), DEPARTMENT_A, (OFFICE,), "192.0.2.1", None)

    assert all(line.isprintable() for line in story.text.split("\n"))
    assert r"Báo\u009b2J cáo" in story.text
