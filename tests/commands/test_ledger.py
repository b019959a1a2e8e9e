"""`congthu ledger`: checked, shown, taken elsewhere and purged, with the gateway running or long gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gateway.values.ledger import Gap, Secret
from tests.support.command import congthu
from tests.support.ledgers import AT_US, CHAIN, intent, outcome, write_chain

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two months: three mails, one of unknown outcome, a secret, a gap."""
    first = [intent(1), outcome(1), intent(2), outcome(2), Secret("2026-11-30"), Gap(AT_US, AT_US + 1, 7, "full")]
    write_chain(tmp_path, ("2026-11", first), ("2026-12", [intent(3, AT_US + 3 * DAY_US)]))
    return tmp_path


def ledger(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command on a folder."""
    done = congthu("ledger", *arguments, "--folder", str(folder))
    return done.returncode, done.stdout


def test_a_sound_ledger_is_counted(folder: Path) -> None:
    """Files, records by kind, and what nobody knows the outcome of."""
    code, text = ledger(folder, "verify")
    assert code == 0
    assert f"{CHAIN}: 2 files" in text
    assert "1 gap, 3 intent, 2 opened, 2 outcome, 1 secret; 1 of unknown outcome" in text
    assert text.endswith("sound\n")
    (report,) = json.loads(ledger(folder, "verify", "--json")[1])
    assert (report["unknown_outcomes"], report["damages"], len(report["head"])) == (1, [], 64)


def test_a_damage_is_named_and_ends_with_65(folder: Path) -> None:
    """File, place and kind, in text and JSON."""
    file = next(folder.glob("*2026-11*"))
    file.write_bytes(file.read_bytes().replace(b'"so-b"', b'"so-x"', 1))
    code, text = ledger(folder, "verify")
    assert code == 65
    assert f"DAMAGE {file.name}: records 4 to 4: changed" in text
    assert "NOT sound" in text
    (report,) = json.loads(ledger(folder, "verify", "--json")[1])
    assert report["damages"] == [{"file": file.name, "first": 4, "last": 4, "what": "changed"}]
    code, text = ledger(folder, "export")
    assert code == 65
    assert len(text.splitlines()) == 8


@pytest.mark.parametrize(
    "command", [("verify",), ("show",), ("show", "--json"), ("export",), ("purge", "--before=2026-12-01")]
)
def test_a_folder_without_a_ledger_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A wrong path must not look like all is well, or like a month without mail."""
    (tmp_path / "notes.txt").write_text("of somebody")
    done = congthu("ledger", *command, "--folder", tmp_path)

    assert (65, "") == (done.returncode, done.stdout)
    assert f"{tmp_path}: no ledger files here" in done.stderr


def test_a_choice_of_nothing_is_no_fault(folder: Path) -> None:
    """A ledger is there, and holds none of what was asked for."""
    assert ledger(folder, "show", "--id", "t99") == (0, "")
    code, text = ledger(folder, "purge", "--before", "1990-01-01")
    assert (code, text.splitlines()[-1]) == (0, "0 records removed")


def test_the_last_day_there_is_can_be_asked_for(folder: Path) -> None:
    """It means no bound, and no fault."""
    assert ledger(folder, "show") == ledger(folder, "show", "--from", "1970-01-02", "--to", "9999-12-31")


def test_records_are_chosen_by_day_kind_and_id(folder: Path) -> None:
    """One line each, or JSON."""
    assert len(ledger(folder, "show")[1].splitlines()) == 9
    (line,) = ledger(folder, "show", "--kind", "secret")[1].splitlines()
    assert line.split() == ["2026-11-30", "secret"]
    assert "so-a -> so-b, so-c, so-d" in ledger(folder, "show", "--id", "t2")[1]
    assert ["intent", "outcome"] == [
        one["kind"] for one in json.loads(ledger(folder, "show", "--id", "t2", "--json")[1])
    ]
    assert [
        one["transaction_id"]
        for one in json.loads(ledger(folder, "show", "--from", "2026-12-03", "--kind", "intent", "--json")[1])
    ] == ["t3"]
    assert "t3" not in ledger(folder, "show", "--to", "2026-12-02")[1]


def test_an_export_holds_everything(folder: Path) -> None:
    """File, number and hash beside each record."""
    lines = [json.loads(line) for line in ledger(folder, "export")[1].splitlines()]
    assert [one["seq"] for one in lines] == [1, 2, 3, 4, 5, 6, 7, 1, 2]
    assert {len(one["hash"]) for one in lines} == {64}
    assert lines[1]["matter"]["documents"][0]["id"]["number"] == "1"


def test_a_purge_says_what_goes_and_the_rest_is_sound(folder: Path) -> None:
    """By days of Vietnam; what stays says why."""
    assert "stays: newer" in ledger(folder, "purge", "--before", "2026-11-30")[1]
    code, text = ledger(folder, "purge", "--before", "2026-12-01")
    assert code == 0
    assert "removed, 7 records" in text
    assert text.endswith("7 records removed\n")
    code, text = ledger(folder, "verify")
    assert code == 0
    assert "7 older records were purged" in text


def test_the_folder_is_that_of_the_configuration(folder: Path) -> None:
    """Without one, the configuration is told to keep no ledger."""
    config = folder / "congthu.toml"
    config.write_text(f'[ledger]\nfolder = "{folder}"\n')
    assert congthu("ledger", "verify", "-c", str(config)).returncode == 0
    config.write_text("")
    done = congthu("ledger", "verify", "-c", str(config))
    assert done.returncode == 78
    assert "no ledger is kept" in done.stderr
