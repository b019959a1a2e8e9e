"""The command line: explain, classify, policy, check, show-config."""

import json
import signal
import socket
import subprocess
import sys
from functools import cache

import pytest

from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.demo.mails import DEPARTMENT_A, OFFICE
from gateway.demo.run import write_world
from tests.support.command import congthu
from tests.support.daemon import mail_titled, world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demonstration's configuration with some of its mails."""
    made = tmp_path_factory.mktemp("world")
    write_world(made, world()[0], [2525, 2526, 2527])
    for name, title in (("good", "có chữ ký số"), ("unsigned", "chưa ký"), ("secret", "MẬT"), ("draft", "Dự thảo")):
        (made / f"{name}.eml").write_bytes(mail_titled(title).octets)
    return made


def process(*arguments, stdin=""):
    """Run the command as a user would."""
    command = [sys.executable, "-m", "gateway", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, check=False, timeout=60)


@cache
def explain(folder, name, *more):
    """Explain one of the mails, the good one as users do."""
    run = process if name == "good" else congthu
    envelope = ("--mail-from", DEPARTMENT_A, "--rcpt", OFFICE, "--config", folder / "congthu.toml")
    return run("explain", folder / f"{name}.eml", *envelope, *more)


@pytest.mark.parametrize(
    ("name", "more", "status"),
    [("good", (), 0), ("draft", (), 10), ("unsigned", ("--json",), 20), ("secret", (), 20)],
)
def test_explain_exits_with_the_disposition(folder, name, more, status):
    """0 relay, 10 tag, 20 reject, 30 defer."""
    done = explain(folder, name, *more)
    assert done.returncode == status, done.stderr
    assert "reply" in done.stdout


def test_explain_tells_the_whole_story_as_json(folder):
    """Every rule has an answer; findings cite; the reply and the facts are there."""
    story = json.loads(explain(folder, "unsigned", "--json").stdout)
    assert story["disposition"] == "reject"
    assert {answer["answer"] for answer in story["rules"]} <= {"hit", "miss", "not_bound", "unknown"}
    (finding,) = [one for one in story["findings"] if one["rule"] == "BD-1c-2"]
    assert "14/CT-UBND" in finding["cites"][0]
    assert story["reply"]["code"] == 554
    assert story["facts"]["document"]["number"] == "125"


def test_explain_gives_a_server_of_ours_its_rights(folder):
    """As the daemon does: the networks of `[[relay.clients]]` are client networks, with the domains they speak for."""
    known = folder / "known.toml"
    clients = '[[relay.clients]]\nnetworks = ["10.0.0.10"]\ndomains = [".so-a.example"]\nname = "noi-bo"\n'
    known.write_text((folder / "congthu.toml").read_text("utf-8") + clients, "utf-8")
    envelope = ("--mail-from", DEPARTMENT_A, "--rcpt", OFFICE, "--config", known, "--client-ip", "10.0.0.10")

    story = json.loads(congthu("explain", folder / "draft.eml", *envelope, "--json").stdout)
    assert story["client"] == {
        "ip": "10.0.0.10",
        "is_trusted": True,
        "speaks_for": [".so-a.example"],
        "network": "noi-bo",
    }
    assert (
        "10.0.0.10 of our networks, of `noi-bo`, speaks for .so-a.example"
        in congthu("explain", folder / "draft.eml", *envelope).stdout
    )


def test_explain_gives_a_client_the_rights_of_the_listener_it_comes_to(folder):
    """A block's own client networks hold there alone; a name that no block has says which there are."""
    second = '[[listen]]\nname = "servers"\naddresses = ["127.0.0.1:0"]\nclient_networks = ["10.9.0.0/16"]\n\n[relay]\n'
    text = (folder / "congthu.toml").read_text().replace("[listen]", "[[listen]]").replace("[relay]\n", second, 1)
    blocks = folder / "blocks.toml"
    blocks.write_text(text)
    envelope = ("--mail-from", DEPARTMENT_A, "--rcpt", OFFICE, "--client-ip", "10.9.0.1", "--config", blocks, "--json")

    first, servers, nowhere = (
        congthu("explain", folder / "good.eml", *envelope, *more)
        for more in ((), ("--listener", "servers"), ("--listener", "sever"))
    )

    assert [False, True] == [json.loads(one.stdout)["client"]["is_trusted"] for one in (first, servers)]
    assert (78, True) == (nowhere.returncode, "no block is named sever; there are smtp, servers" in nowhere.stderr)


def test_explain_shows_nothing_of_a_secret(folder):
    """Not even here: the subject and file names of a marked mail stay unsaid."""
    for more in ((), ("--json",)):
        assert "12/KH" not in explain(folder, "secret", *more).stdout


def test_explain_judges_at_the_given_instant(folder):
    """Before the directive bound anybody, its rules were only observed."""
    story = json.loads(explain(folder, "draft", "--json", "--at", "2014-05-01").stdout)
    assert "BD-1a-8" not in {finding["rule"] for finding in story["findings"]}


def test_check_prints_the_calendar(folder):
    """What will bind whom from when is printed, with the sandbox found on this machine."""
    done = congthu("check", "--config", folder / "congthu.toml")
    assert done.returncode == 0, done.stderr
    assert "2014-07-01" in done.stdout
    assert "sandbox:" in done.stdout
    assert "archives: zip, tar" in done.stdout
    assert "scans: seals, ink, tone; letters" in done.stdout


@pytest.mark.parametrize(
    ("command", "old", "new", "mark", "said"),
    [
        (
            ("check",),
            'tls = "none"',
            'tls = "verified"\nca_file = "registry.toml"',
            "ca_file",
            "relay.routes[0].ca_file: ",
        ),
        (
            ("ledger", "verify"),
            "[listen]",
            '[ledger]\nfolder = "gone"\n[listen]',
            "folder =",
            "ledger.folder: there is no folder `",
        ),
        (
            ("ledger", "verify"),
            "[listen]",
            "[ledger]\n[listen]",
            "[ledger]",
            "ledger.folder: is empty: no ledger is kept",
        ),
    ],
)
def test_what_only_a_command_finds_wrong_names_file_line_and_key(folder, command, old, new, mark, said):
    """As what reading the file finds: the form editors jump to; the line of the table where the key does not stand."""
    text = (folder / "congthu.toml").read_text("utf-8").replace(old, new)
    file = folder / "wrong.toml"
    file.write_text(text, "utf-8")
    line = 1 + text[: text.index(mark)].count("\n")
    wanted = f"error: {file}:{line}: {said}"
    done = congthu(*command, "--config", file)

    assert (78, wanted) == (done.returncode, done.stderr[: len(wanted)])


def test_a_demonstration_without_what_draws_its_documents_is_told_in_one_line(tmp_path):
    """The Debian package and the container bring no reportlab; nothing is begun, and 69 is EX_UNAVAILABLE."""
    hidden = "import sys; sys.modules['reportlab'] = None; from gateway.commands.cli import main; main()"
    command = [sys.executable, "-c", hidden, "demo", "--folder", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (69, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert done.stderr.startswith("error: reportlab is not installed here")
    assert not (tmp_path / "demo").exists()


def test_show_config_names_the_origin(folder):
    """Each value comes with file and line, or `default`."""
    done = congthu("show-config", "--effective", "--config", folder / "congthu.toml")
    assert 'gateway.host = "congthu.thunghiem.gov.vn"  # ' in done.stdout
    assert "congthu.toml:2" in done.stdout
    assert "# default" in done.stdout


def test_classify_answers_line_by_line():
    """One JSON object in, one out; a broken line is named and exits 65."""
    record = {"id": "a", "kind": "subject", "received_at": "2026-11-23T09:00:00+07:00", "text": "[MẬT] 12/KH-BCĐ"}
    done = congthu("classify", stdin=json.dumps(record) + "\n")
    assert json.loads(done.stdout)["secrecy"] == "mat"
    broken = process("classify", stdin="{nothing\n")
    assert (broken.returncode, "line 1" in broken.stderr) == (65, True)


def test_policy_lists_rules_tests_cases_and_writes_pages(tmp_path):
    """Every rule is listed and has its page."""
    rules = congthu("policy", "list").stdout
    assert "NAT-SEC-1" in rules
    assert congthu("policy", "test").returncode == 0
    assert congthu("policy", "test", "no-such-pack").returncode == 78
    congthu("policy", "pages", tmp_path)
    page = (tmp_path / "BD-1c-2" / "index.html").read_text("utf-8")
    assert "chữ ký số" in page


@pytest.mark.parametrize("command", ["run", "check", "show-config"])
@pytest.mark.parametrize("place", ["absent.toml", "."])
def test_a_configuration_that_cannot_be_read_is_78(tmp_path, command, place):
    """The service manager must not start us again and again (RestartPreventExitStatus)."""
    done = (process if command == "run" else congthu)(command, "--config", tmp_path / place)
    assert done.returncode == 78
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_71(folder):
    """One line says which; no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for old in ("127.0.0.1:2525", "127.0.0.1:2527"):
            text = (folder / "congthu.toml").read_text().replace(old, f"127.0.0.1:{port}")
            other = "127.0.0.1:2527" if old.endswith("5") else "127.0.0.1:2525"
            config = folder / "taken.toml"
            config.write_text(text.replace(other, "127.0.0.1:0"))
            done = process("run", "--config", config)
            assert done.returncode == 71, done.stderr
            assert str(port) in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--mail-from", "nonsense@"),
        ("--mail-from", "a@b c"),
        ("--rcpt", "@"),
        ("--rcpt", ""),
        ("--client-ip", "nowhere"),
    ],
)
def test_explain_judges_no_envelope_a_server_would_refuse(folder, option, value):
    """Wrong usage, as for any other option: nothing is judged for an address no mail could have."""
    done = explain(folder, "good", option, value)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"Invalid value for '{option}'" in done.stderr


@pytest.mark.parametrize("address", ["", "<>"])
def test_explain_takes_the_null_reverse_path(folder, address):
    """Both spellings: neither is wrong usage, and what is missing is named."""
    done = congthu("explain", folder / "good.eml", "--mail-from", address, "--rcpt", OFFICE, "--config", folder)

    assert done.returncode == 78, done.stderr
    assert "cannot be read" in done.stderr


def test_pages_that_cannot_be_written_are_an_error_and_no_traceback(tmp_path):
    """The place and the system's own words."""
    (tmp_path / "file").write_text("")
    done = congthu("policy", "pages", tmp_path / "file" / "below")

    assert done.returncode == 71
    assert done.stderr.startswith(f"error: {tmp_path / 'file' / 'below'}")
    assert "Traceback" not in done.stderr


def test_packs_of_a_configuration_alone_are_listed_and_written(folder, tmp_path):
    """What is in force here, not whatever is shipped."""
    config = tmp_path / "congthu.toml"
    config.write_text('[policy]\npacks = ["national"]\n')
    listed = congthu("policy", "list", "--config", config)
    written = congthu("policy", "pages", tmp_path / "pages", "--config", config)

    assert listed.stdout.startswith("national ")
    assert "binh-duong" not in listed.stdout
    assert "binh-duong" in congthu("policy", "list").stdout
    assert written.returncode == 0
    assert not (tmp_path / "pages" / "BD-1c-2").exists()
    assert (tmp_path / "pages" / "NAT-SEC-1" / "index.html").exists()


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    """Editors of Windows put one first; configuration and registry are read all the same."""
    (tmp_path / "registry.toml").write_text('[[agency]]\nid = "so-a"\nname = "Sở A"\n', "utf-8-sig")
    (tmp_path / "congthu.toml").write_text('[registry]\nfiles = ["registry.toml"]\n', "utf-8-sig")
    _generation, judge = load_generation(load_config(tmp_path / "congthu.toml"), 1)

    assert judge.registry.agency_ids() == ("so-a",)


@pytest.mark.parametrize("command", [("corpus",), ("explain",), ("check",), ("policy", "pages"), ("run",)])
def test_help_shows_no_marks_of_its_maker(command):
    """No escape sequences of the library's markup reach the reader."""
    done = congthu(*command, "--help")

    assert done.returncode == 0
    assert not {"\\b", "\b"} & set(done.stdout.split())


def test_the_demonstration_told_to_end_leaves_nobody_behind(tmp_path):
    """Every mail came out as expected; SIGTERM ends the gateway it started too, which would else hold its ports for ever."""
    command = [sys.executable, "-m", "gateway", "demo", "--keep", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        story = []
        for line in demo.stdout:
            story.append(line)
            if "Ctrl-C" in line:
                break
        assert "19 mails, 19 as expected" in "".join(story)
        port = int(line.split("127.0.0.1:")[1].split()[0])
        demo.terminate()
        assert demo.wait(60) == 128 + signal.SIGTERM
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
