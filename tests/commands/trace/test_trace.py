"""`congthu trace` over the log of a real gateway: every way to ask, and the story as a postmaster reads it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.support.command import Done, congthu
from tests.support.daemon import mail_titled, running_daemon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUEUED = "4bXk2TzQ00"
CITIZEN = "congdan.demo@gmail.com"
NOBODY = "khongco@vpubnd.thunghiem.gov.vn"


class Traffic(NamedTuple):
    """A log, the configuration, and the ids of what happened."""

    log: Path
    config: Path
    relayed: str
    refused: str
    put_off: str
    secret: str
    partly: str

    def trace(self, *arguments: object) -> Done:
        """Run the command over this log."""
        return congthu("trace", *arguments, "--log", self.log, "--config", self.config)

    def ids(self, *arguments: object) -> list[str]:
        """Give the ids of what is found, oldest first."""
        return [json.loads(line)["id"] for line in self.trace(*arguments, "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traffic]:
    """Five mails: tagged and relayed, refused by a rule, put off by the next hop, secret, for one unknown and one known."""
    script = {
        "AFTERDOT": [f"250 2.0.0 Ok: queued as {QUEUED}", "451 4.3.0 queue file write error"],
        "RCPT": lambda line: "550 5.1.1 User unknown" if "khongco" in line else None,
    }
    with running_daemon(tmp_path_factory.mktemp("traced"), script) as daemon:
        for title in ("Công dân gửi", "PDF chưa ký", "hộp thư cá nhân", "Tài liệu đóng dấu MẬT"):
            daemon.send_mail(mail_titled(title))
        with daemon.client() as client:
            mail = mail_titled("Thông báo hoàn trả")
            client.sendmail("", [NOBODY, OFFICE], mail.octets)
        ends = [event["id"] for event in daemon.log if event["event"] in {"transaction", "secret_transaction"}]
        yield Traffic(daemon.log_file, daemon.config, *ends)


def test_story_is_ten_lines_a_postmaster_reads_at_once(traffic: Traffic) -> None:
    """Client, envelope, stages, rules with their Vietnamese titles, reply, next hop and the name it gave the message."""
    done = traffic.trace(traffic.relayed)
    told = {line.split()[0]: line for line in done.stdout.splitlines()[1:]}

    assert done.stdout.startswith(f"{traffic.relayed}  20")
    assert done.stdout.splitlines()[0].endswith("+07  relayed with a tag")
    assert "127.0.0.1" in told["client"]
    assert "EHLO client.example" in told["client"]
    assert f"<{CITIZEN}> -> <{OFFICE}>" in told["envelope"]
    assert "ms from the final dot to the reply" in told["stages"]
    assert "NAT-FREE-3  " in told["rule"]
    assert any(ord(letter) > 0x1E9F for letter in told["rule"]), "a title in Vietnamese"
    assert f"Ok: queued as {QUEUED}" in told["next"]
    assert f"{QUEUED} in the next hop's log" in told["queue"]
    assert (0, True) == (done.returncode, len(done.stdout.splitlines()) <= 10)


def test_refusal_names_the_rule_that_decided(traffic: Traffic) -> None:
    """And there is no next hop to tell of."""
    told = traffic.trace(traffic.refused).stdout

    assert "refused\n" in told
    assert "rule      BD-1c-2  " in told
    assert "(enforce)" in told
    assert "reply     554 5.7.1" in told
    assert "next hop" not in told


def test_what_the_next_hop_put_off_says_what_failed_and_that_the_client_comes_again(traffic: Traffic) -> None:
    """With the next hop's own words, which the client heard too."""
    told = traffic.trace(traffic.put_off).stdout

    assert "put off, the client comes again under another id" in told.splitlines()[0]
    assert "451 queue file write error" in told
    assert "attempt   " in told
    assert "queue id" not in told


def test_secret_is_told_with_what_the_log_holds_and_no_more(traffic: Traffic) -> None:
    """Parties, rule, reply: no size, no agency, no times of stages."""
    told = traffic.trace(traffic.secret).stdout

    assert "marked secret: the log keeps no more" in told
    assert ["client", "envelope", "rule", "reply"] == [line.split()[0] for line in told.splitlines()[1:]]


def test_refused_recipient_is_part_of_the_story(traffic: Traffic) -> None:
    """The mail went to the other one, under the same id."""
    told = traffic.trace(traffic.partly).stdout

    assert "relayed\n" in told
    assert f"<> -> <{OFFICE}>" in told
    assert f"RCPT <{NOBODY}>: 550 User unknown" in told


def test_every_way_to_ask_finds_its_messages(traffic: Traffic) -> None:
    """Addresses in any case, domains with and without what is below, agency, rules that acted or were observed."""
    department = DEPARTMENT_A.partition("@")[2]

    assert [traffic.relayed] == traffic.ids("--from", CITIZEN.upper())
    assert [traffic.relayed] == traffic.ids("--from", "gmail.com")
    assert [traffic.partly] == traffic.ids("--from", "<>")
    assert [traffic.refused, traffic.put_off, traffic.secret] == traffic.ids("--from", department)
    assert [traffic.refused, traffic.put_off, traffic.secret] == traffic.ids("--from", ".thunghiem.gov.vn")
    assert [traffic.partly] == traffic.ids("--rcpt", NOBODY)
    assert 5 == len(traffic.ids("--rcpt", f"<{OFFICE}>"))
    assert [traffic.refused, traffic.put_off] == traffic.ids("--agency", "so-a")
    assert [traffic.refused] == traffic.ids("--rule", "bd-1c-2")
    assert [traffic.relayed] == traffic.ids("--queue-id", QUEUED)
    assert [traffic.refused] == traffic.ids("--from", department, "--rule", "BD-1c-2", "--since", "1h")
    assert [traffic.relayed] == traffic.ids(traffic.relayed.lower())


@pytest.mark.parametrize(
    "arguments",
    [
        ["ZZZZZZZZZZZZ"],
        ["--queue-id", QUEUED[:-1]],
        ["--from", "mail.com"],
        ["--since", "2200-01-01"],
        ["--rule", "BD-1c"],
        ["--agency", "so"],
    ],
)
def test_what_is_not_there_is_not_found(traffic: Traffic, arguments: list[str]) -> None:
    """Parts of an id, of a name or of a domain are none."""
    done = traffic.trace(*arguments)

    assert (1, "", "nothing found: the log holds no such message\n") == done


def test_many_are_a_line_each_and_bounded(traffic: Traffic) -> None:
    """The newest, and how many there were; all stories where they are asked for."""
    done = traffic.trace("--rcpt", OFFICE, "--limit", 2)
    full = traffic.trace("--rcpt", OFFICE, "--full")

    assert [traffic.secret, traffic.partly] == [line.split()[3] for line in done.stdout.splitlines()]
    assert "the newest 2 of 5" in done.stderr
    assert 5 == len(full.stdout.split("\n\n"))


def test_json_holds_the_lines_of_the_log_as_they_are(traffic: Traffic) -> None:
    """Every event of the message, the queue id, and titles of rules; nothing else is added."""
    told = json.loads(traffic.trace(traffic.put_off, "--json").stdout)
    lines = [json.loads(line) for line in traffic.log.read_text().splitlines()]

    assert told["events"] == [line for line in lines if line.get("id") == traffic.put_off]
    assert {"relay_failed", "transaction"} == {event["event"] for event in told["events"]}
    assert ("put off", "") == (told["outcome"], told["queue_id"])
    assert {"id", "time", "outcome", "queue_id", "titles", "events"} == told.keys()


def test_standard_input_is_read_as_a_file_is(traffic: Traffic) -> None:
    """A pipe too, which can be read only once: `zcat old.log.gz | congthu trace ... --log -`."""
    done = congthu("trace", "--rcpt", NOBODY, "--log", "-", stdin=traffic.log.read_text())

    assert traffic.partly in done.stdout


def test_log_of_a_container_is_read(traffic: Traffic, tmp_path: Path) -> None:
    """Lines with a head before them, as CRI and syslog write, and lines held as text in an object, as Docker does."""
    lines = traffic.log.read_text().splitlines()
    (tmp_path / "cri").write_text("".join(f"2026-11-21T19:19:16Z stderr F {line}\n" for line in lines))
    wrapped = (json.dumps({"log": f"{line}\n", "stream": "stderr", "time": "2026-11-21T19:19:16Z"}) for line in lines)
    (tmp_path / "docker").write_text("".join(f"{line}\n".replace("<", "\\u003c") for line in wrapped))
    expected = traffic.trace("--rcpt", OFFICE, "--full").stdout

    for name in ("cri", "docker"):
        told = congthu("trace", "--rcpt", OFFICE, "--full", "--log", tmp_path / name, "--config", traffic.config)
        assert expected == told.stdout


def test_files_that_were_rotated_are_one_log(traffic: Traffic, tmp_path: Path) -> None:
    """A message may begin in one and end in the next."""
    lines = traffic.log.read_text().splitlines(keepends=True)
    middle = next(number for number, line in enumerate(lines) if traffic.put_off in line) + 1
    (tmp_path / "log.1").write_text("".join(lines[:middle]))
    (tmp_path / "log").write_text("".join(lines[middle:]).rstrip("\n"))
    both = ("--log", tmp_path / "log.1", "--log", tmp_path / "log", "--config", traffic.config)

    assert traffic.trace(traffic.put_off).stdout == congthu("trace", traffic.put_off, *both).stdout


def test_packs_that_are_no_good_cost_only_titles(traffic: Traffic, tmp_path: Path) -> None:
    """A trace is needed most when something is broken."""
    (tmp_path / "congthu.toml").write_text("[nonsense]\n")
    done = congthu("trace", traffic.refused, "--log", traffic.log, "--config", tmp_path / "congthu.toml")

    assert 0 == done.returncode
    assert "rule      BD-1c-2" in done.stdout
    assert "rules are told without titles" in done.stderr


def test_hostile_line_cannot_command_a_terminal(tmp_path: Path) -> None:
    """A log file may have been written by anybody; what is no JSON, or of other types, is passed over."""
    line = {"event": "transaction", "id": "AAAAAAAAAAAA", "from": "\x1b]0;owned\x07@so-a.example", "to": ["\u202eb@c"]}
    odd = {"event": "transaction", "id": "AAAAAAAAAAAA", "to": {"a": 1}, "rules": 7}
    (tmp_path / "log").write_text("\n".join(["{" * 2_000, json.dumps(odd), json.dumps(line), "\x00\xff", ""]))
    done = congthu("trace", "AAAAAAAAAAAA", "--log", tmp_path / "log")

    assert "@so-a.example" in done.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


def test_a_log_that_was_written_anew_with_blanks_is_read(traffic: Traffic, tmp_path: Path) -> None:
    """Whoever collects logs may write JSON otherwise than we do."""
    log = tmp_path / "log"
    log.write_text("".join(f"{json.dumps(json.loads(line))}\n" for line in traffic.log.read_text().splitlines()))

    done = congthu("trace", "--since", "2000-01-01", "--log", log, "--config", traffic.config)
    assert (0, traffic.trace("--since", "2000-01-01").stdout) == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    "rest", [b'"agency":"\xe1"}', b'"x":1e999}', b'"x":' + b"[" * 100_000], ids=("octet", "huge", "deep")
)
def test_foreign_line_does_not_end_the_search(traffic: Traffic, tmp_path: Path, rest: bytes) -> None:
    """No UTF-8, a number no float holds, brackets without end: what else is in the log is told as without them."""
    line = '{"event":"transaction","id":"%s","time":"2030-01-01T00:00:00.000Z","to":["' + OFFICE + '"],'
    foreign = [(line % one).encode() + rest + b"\n" for one in (traffic.relayed, "NOQUEUE")]
    docker = b'{"log":"' + OFFICE.encode() + b'",' + rest + b"\n"
    log = tmp_path / "log"
    log.write_bytes(b"".join([*foreign, docker]) + traffic.log.read_bytes())

    for asked in ([traffic.relayed], ["--rcpt", OFFICE], ["--since", "2000-01-01"]):
        done = congthu("trace", *asked, "--log", log, "--config", traffic.config)
        assert (0, traffic.trace(*asked).stdout) == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say what to find"),
        (["--since", "gestern"], "is no time"),
        (["--since", "999999d"], "is no time"),
        (["--since", "0001-01-01"], "is no time"),
        (["--since", "0001-01-01 06:59"], "is no time"),
    ],
)
def test_question_without_an_answer_is_wrong_usage(traffic: Traffic, arguments: list[str], words: str) -> None:
    """Nothing asked, or a time nobody can read."""
    done = traffic.trace(*arguments)

    assert 2 == done.returncode
    assert words in done.stderr


@pytest.mark.skipif(shutil.which("journalctl") is None, reason="needs systemd's journalctl")
def test_folder_or_file_of_journald_is_read_by_journalctl(tmp_path: Path) -> None:
    """An empty one has nothing; what journalctl complains of is told."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.journal").write_bytes(b"no journal\n" * 100)

    assert 1 == congthu("trace", "AAAAAAAAAAAA", "--log", tmp_path / "empty").returncode
    broken = congthu("trace", "AAAAAAAAAAAA", "--log", tmp_path / "broken.journal")
    assert 71 == broken.returncode
    assert broken.stderr.startswith("error: journalctl: Failed to open")


def instant_us(line: str) -> int:
    """Give the time of a line as journald counts it."""
    return int(dt.datetime.fromisoformat(json.loads(line)["time"]).timestamp() * 1_000_000)


REMOTE = "/usr/lib/systemd/systemd-journal-remote"


@pytest.mark.skipif(shutil.which(REMOTE) is None, reason="needs systemd-journal-remote")
def test_copied_journal_is_searched(traffic: Traffic, tmp_path: Path) -> None:
    """A real file of journald, as `journalctl --directory` of another host reads it."""
    entries = "".join(
        f"__REALTIME_TIMESTAMP={instant_us(line)}\nMESSAGE={line}\n\n" for line in traffic.log.read_text().splitlines()
    )
    file = tmp_path / "copy.journal"
    subprocess.run([REMOTE, "--output", str(file), "-"], input=entries, text=True, check=True, capture_output=True)

    for asked in (("--rcpt", OFFICE, "--full"), (traffic.put_off,), ("--rcpt", OFFICE, "--since", "1h")):
        told = congthu("trace", *asked, "--log", file, "--config", traffic.config)
        assert traffic.trace(*asked).stdout == told.stdout
    assert 1 == congthu("trace", "--rcpt", OFFICE, "--since", "2200-01-01", "--log", file).returncode
