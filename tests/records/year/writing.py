"""Writing: the year as ledger files of two nodes, month by month, each chain with its hashes."""

from __future__ import annotations

from gateway.values.ledger import (
    DocumentEntry,
    DocumentId,
    DocumentNumber,
    Gap,
    Intent,
    Matter,
    Opened,
    Outcome,
    Party,
    Recipient,
    Refusal,
    RuleHit,
    Secret,
)
from tests.records.ledger_files import write_file
from tests.records.year.letters import LOST, NODES
from tests.records.year.offices import YEAR

ANSWER_US = 400_000
"""From the final dot to the next hop's answer."""


def write_year(year, folder):
    """Write both nodes below a folder; give the folders."""
    folders = []
    for node in NODES:
        below = folder / node
        below.mkdir(parents=True)
        folders.append(below)
        held = [mail for mail in year.mails if mail.node == node]
        secrets = [at for at, where in year.secrets if where == node]
        _write_node(node, held, secrets, below)
    return folders


def _write_node(node, mails, secrets, folder):
    """Write the files of one node; a mail at the turn of a month is answered in the next file now and then."""
    previous, late = ("", ""), []
    for month in range(1, 13):
        name = f"{node}_congthu_{YEAR}-{month:02}_001.sqlite"
        held = [mail for mail in mails if mail.at.month == month]
        begin = held[0].at_us if held else 0
        records = [Opened(begin, node, "congthu", begin, *previous), *late]
        late = []
        records += [Secret(at.date().isoformat()) for at in secrets if at.month == month]
        records += _gap(held)
        kept = [mail for mail in held if not mail.is_lost]
        for place, mail in enumerate(kept):
            record = record_of(mail, f"{node[-1]}{month:02}{place:09}")
            records.append(record)
            if isinstance(record, Intent) and mail.result:
                code = {"delivered": 250, "refused": 550, "deferred": 451}[mail.result]
                outcome = Outcome(record.transaction_id, mail.at_us + ANSWER_US, mail.result, code)
                (late if place == len(kept) - 1 and month < 12 else records).append(outcome)
        previous = name, write_file(folder, name, records)


def _gap(held):
    lost = [mail for mail in held if mail.is_lost]
    return [Gap(lost[0].at_us, lost[-1].at_us, len(lost), "full")] if lost else []


def lost_of(year):
    """Count the mails of the day the ledger was lost."""
    return sum(1 for mail in year.mails if mail.is_lost and mail.at.date() == LOST)


def record_of(mail, transaction_id):
    """Write a mail as the gateway records it."""
    recipients = [Recipient(office.id, "own", "agency", (role,)) for office, role in mail.to]
    if mail.outside:
        recipients.append(Recipient("", "free", "", (), mail.outside))
    if mail.sender is None:
        sender = Party("", "free")
    else:
        sender = Party(mail.sender.id, "own", "personal" if mail.person else "agency", mail.sender.mailbox(mail.person))
    matter = Matter(sender, tuple(recipients), tuple(_entry(mail, copy) for copy in mail.copies))
    shared = {
        "transaction_id": transaction_id,
        "at_us": mail.at_us,
        "matter": matter,
        "tags": _tags(mail),
        "rules": tuple(RuleHit(rule, mode) for rule, mode in mail.rules),
    }
    if mail.result == "rejected":
        return Refusal(**shared, disposition="reject", code=550)
    return Intent(**shared)


def _tags(mail):
    """Give the tags of the principal document."""
    if not mail.copies:
        return ()
    copy = mail.copies[0]
    return tuple(tag for tag in (copy.letter.tag, "khong-phai-pdf" if copy.form == "other" else "") if tag)


def _entry(mail, copy):
    letter = copy.letter
    own = DocumentNumber(str(letter.number), letter.notation)
    target = letter.recalls
    amended = {}
    if letter.amends:
        kind, mended = letter.amends  # every second one names the year
        amended[kind] = DocumentNumber(str(mended.number), mended.notation, YEAR if letter.number % 2 else 0)
    return DocumentEntry(
        DocumentId(letter.office.id, copy.spelling.format(letter.number), letter.notation, YEAR, copy.digest),
        letter.doc_type,
        letter.urgency,
        letter.issued_on.isoformat(),
        copy.form,
        "pass" if copy.is_signed else "fail" if copy.form == "signed" else "none",
        is_official=True,
        is_own=mail.sender is letter.office,
        classes=("submission",) if letter.is_submission else (),
        recalls=(DocumentNumber(str(target.number), target.notation),) if target else (),
        corrects=tuple(filter(None, (own if copy.is_correction else None, amended.get("corrects")))),
        replaces=(amended["replaces"],) if "replaces" in amended else (),
        paper=copy.paper,
    )
