"""`congthu replay` over mails: what another configuration would answer, by agency and rule."""

from __future__ import annotations

import json

import pytest

from tests.support.command import congthu

REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A tỉnh Thử Nghiệm"
class = "department"
territory = "binh-duong"
domains = ["soa.thunghiem.gov.vn"]
"""
CONFIG = """
[gateway]
host = "congthu.thunghiem.gov.vn"
[policy]
packs = ["national"]
[registry]
files = ["registry.toml"]
"""
SOFTER = """
[[posture.entries]]
posture = "observe"
rule = "NAT-EXE-1"
"""
SILENT = """
[[posture.entries]]
posture = "off"
rule = "NAT-FREE-3"
"""


def mail(author, name="", content="MZ\x90", subject="Thu"):
    """A mail with or without a file."""
    head = f"From: {author}\nTo: vanthu@soa.thunghiem.gov.vn\nSubject: {subject}\nMIME-Version: 1.0\n"
    if not name:
        return (head + "\nKinh gui.\n").encode()
    kind = f'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="{name}"\n'
    return (head + kind + f"\n{content}\n").encode("latin-1")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two configurations, and mails in files, a folder below and an mbox."""
    made = tmp_path_factory.mktemp("replay")
    mails = made / "mails"
    (mails / "deep").mkdir(parents=True)
    (mails / "program.eml").write_bytes(mail("vanthu@soa.thunghiem.gov.vn", "a.exe"))
    (mails / "deep" / "stranger.eml").write_bytes(mail("x@y.example", "a.exe"))
    (mails / "secret.eml").write_bytes(
        "From: x@y.example\nTo: vanthu@soa.thunghiem.gov.vn\nSubject: =?utf-8?q?=5BM=E1=BA=ACT=5D_12/KH-BC=C4=90?=\n\n"
        "Độ mật: MẬT\n".encode()
    )
    (mails / "notes.txt").write_text("no mail")
    (mails / "paper.rtf").write_text("{\\rtf1 x}")
    box = b"".join(b"From x Mon Jan  1 00:00:00 2026\n" + mail(f"{number}@gmail.com") + b"\n" for number in range(5))
    (mails / "zz.mbox").write_bytes(box)
    (made / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    (made / "congthu.toml").write_text(CONFIG, encoding="utf-8")
    (made / "other.toml").write_text(CONFIG + SOFTER + SILENT, encoding="utf-8")
    for name, octets in (("reader.toml", 50_000), ("tight.toml", 50)):
        budget = f"[inspection.budget]\nheader_octets = {octets}\n"
        (made / name).write_text(CONFIG + budget, encoding="utf-8")
    return made


def replay(place, *more, against="other.toml", mails="mails"):
    """Run the command at a fixed instant."""
    arguments = ("-c", place / "congthu.toml", "--against", place / against, "--at", "2026-11-23", "--workers", 1)
    return congthu("replay", place / mails, *arguments, *more)


def test_changes_are_counted_by_agency_and_rule_with_examples(place):
    """Answers and rules, harder ones first; three file names each; what is no mail is left out."""
    done = replay(place, "--json")
    assert 0 == done.returncode, done.stderr
    told = json.loads(done.stdout)
    assert (8, 7, 2) == (told["mails"], told["changed"], told["left_out"])
    free = {"agency": "other", "before": "tag", "mails": 5, "examples": ["zz.mbox#1", "zz.mbox#2", "zz.mbox#3"]}
    program = {"rule": "NAT-EXE-1", "before": "reject", "after": "observe", "mails": 1}
    assert [
        free | {"rule": "NAT-FREE-3", "after": "-"},
        program | {"agency": "other", "examples": ["deep/stranger.eml"]},
        program | {"agency": "so-a", "examples": ["program.eml"]},
    ] == told["rules"]
    assert free | {"rule": "", "after": "relay"} in told["answers"]
    assert {("other", "reject", 1), ("so-a", "reject", 1), ("other", "tag", 5)} == {
        (one["agency"], one["before"], one["mails"]) for one in told["answers"]
    }


def test_a_secret_is_counted_and_not_named(place):
    """Neither its file nor its rule is told, in either form."""
    told = replay(place, "--json").stdout
    assert {"mails": 1, "changed": 0} == json.loads(told)["secret"]
    table = replay(place).stdout
    assert "1 of them bear a secrecy mark and are not named; 0 would change" in table
    assert "secret.eml" not in told + table
    assert "NAT-SEC" not in told + table


def test_the_table_says_what_the_json_says(place):
    """A line a change, examples at its end."""
    lines = replay(place).stdout.splitlines()
    assert "8 mails, 7 would get another answer; not read: none" == lines[0]
    (free,) = [line.split() for line in lines if line.startswith("NAT-FREE-3")]
    assert ["NAT-FREE-3", "5", "tag", "-", "other", "zz.mbox#1,", "zz.mbox#2,", "zz.mbox#3"] == free


def test_configurations_that_read_otherwise_read_each_mail_twice(place):
    """Another budget is another reading: the answer is that of its own facts."""
    told = json.loads(replay(place, "--json", against="reader.toml").stdout)
    assert (8, 0, []) == (told["mails"], told["changed"], told["rules"])
    told = json.loads(replay(place, "--json", against="tight.toml", mails="mails/program.eml").stdout)
    assert [("-", "tag")] == [(one["before"], one["after"]) for one in told["rules"] if one["rule"] == "NAT-SEC-5"]


def test_a_configuration_that_believes_another_server_reads_each_mail_by_itself(place, tmp_path):
    """What a server in front has found is a fact of the configuration that believes it, of its own clients alone."""
    said = b"Authentication-Results: mx.thunghiem.gov.vn; dmarc=pass header.from=soa.thunghiem.gov.vn\n"
    (tmp_path / "vouched.eml").write_bytes(said + mail("vanthu@soa.thunghiem.gov.vn"))
    known = '[[relay.clients]]\nnetworks = ["10.0.0.4/32"]\ndomains = ["khac.example"]\n'
    upstream = '[identity]\nmode = "upstream"\nupstream = ["mx.thunghiem.gov.vn"]\n'
    (tmp_path / "congthu.toml").write_text(CONFIG + known, encoding="utf-8")
    (tmp_path / "upstream.toml").write_text(CONFIG + known + upstream, encoding="utf-8")
    (tmp_path / "registry.toml").write_text(REGISTRY, encoding="utf-8")

    configurations = ("-c", tmp_path / "congthu.toml", "--against", tmp_path / "upstream.toml")
    done = congthu("replay", tmp_path, *configurations, "--client-ip", "10.0.0.4", "--workers", 1, "--json")
    told = [(one["rule"], one["before"], one["after"]) for one in json.loads(done.stdout)["rules"]]
    assert [("NAT-AUTH-3", "tag", "-")] == told


def test_wrong_usage_and_nothing_to_read(place, tmp_path):
    """Mails or a log, never both or none; a folder without mail is 66, a broken configuration 78."""
    both = ("replay", "-c", place / "congthu.toml", "--against", place / "other.toml")
    assert 2 == congthu(*both).returncode
    assert 66 == congthu(*both, tmp_path).returncode
    (tmp_path / "bad.toml").write_text("[policy]\npacks = 1\n")
    done = congthu("replay", place / "mails", "-c", place / "congthu.toml", "--against", tmp_path / "bad.toml")
    assert (78, True) == (done.returncode, "bad.toml:2: policy.packs" in done.stderr)
