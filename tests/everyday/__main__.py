"""Everyday mail on the command line: `python -m tests.everyday [--territory ID] [--show ID] [--write FOLDER]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gateway.commands.explaining import Story
from gateway.demo.run import TERRITORY
from gateway.mark.replies import delivered_reply
from gateway.values.envelope import Client
from gateway.values.status import reply_to
from tests.everyday.rows import BadRow, load
from tests.everyday.trying import GRAVE, Trying, known, report
from tests.support.judging import PACKS


def _show(trying: Trying, name: str) -> int:
    row = next((one for one in load() if one["id"] == name), None)
    if row is None:
        sys.stderr.write(f"no mail {name}\n")
        return 2
    examination = trying.judge(row)
    reply = delivered_reply(reply_to("ok").lines[0], "EXPLAIN00000")
    sys.stdout.write(
        Story(examination, Client("192.0.2.1"), (), reply, (), None).text.partition("\nheader fields")[0] + "\n"
    )
    return 0


def main() -> int:
    """Judge all mails, show one, or write them as files; 1 when an honest mail is refused or a secret passes."""
    parser = argparse.ArgumentParser(prog="python -m tests.everyday", description=__doc__)
    parser.add_argument(
        "--territory",
        choices=sorted({territory for pack in PACKS for territory in pack.territories}),
        default=TERRITORY,
        help="whose packs are in force; what rows say of "
        "forms is that of binh-duong, so elsewhere only false refusals and secrets are told of",
    )
    parser.add_argument("--show", metavar="ID", help="tell the story of one mail")
    parser.add_argument("--write", metavar="FOLDER", type=Path, help="write every mail as a file")
    asked = parser.parse_args()
    try:
        rows = load()
    except BadRow as error:
        sys.stderr.write(f"{error}\n")
        return 2
    trying = Trying(asked.territory)
    if asked.show:
        return _show(trying, asked.show)
    if asked.write:
        asked.write.mkdir(parents=True, exist_ok=True)
        for row in rows:
            (asked.write / f"{row['id']}.eml").write_bytes(trying.compose(row))
        return 0
    tried = [row for row in rows if trying.can_try(row)]
    faults = [fault for row in tried for fault in trying.faults(row)]
    if asked.territory != TERRITORY:
        faults = [fault for fault in faults if fault.fault in GRAVE]
    sys.stdout.write(report(faults, len(tried), len(rows) - len(tried)))
    return int(any(fault.fault in GRAVE and fault.row["id"] not in known() for fault in faults))


if __name__ == "__main__":
    sys.exit(main())
