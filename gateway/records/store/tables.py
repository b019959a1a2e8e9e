"""Tables: facts as the ledgers told them, and what is made of them.

Facts are written once and never changed, but for the outcome of a message. Everything below "made" is a pure function
of facts, so that it is the same whatever came first. Days are numbers as 20261031 and months as 202610, both of
Vietnam; times are microseconds since 1970 in UTC; agencies are registry ids, empty for unknown ones.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, String, Table, text

VERSION: Final = 1
"""Raised with every change of a table; an older store is rebuilt from the ledgers."""
METADATA: Final = MetaData()


def table(name: str, *columns: Column[Any]) -> Table:
    """Make a table whose keys are not a second index in SQLite."""
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


def words(name: str, *, is_key: bool = False) -> Column[Any]:
    """Make a column of text, empty by default."""
    return Column(name, String, primary_key=is_key, nullable=False, server_default="")


def number(name: str, *, is_key: bool = False) -> Column[Any]:
    """Make a column of whole numbers, 0 by default."""
    return Column(name, BigInteger, primary_key=is_key, autoincrement=False, nullable=False, server_default="0")


def flag(name: str) -> Column[Any]:
    """Make a column of 0 and 1."""
    return Column(name, SmallInteger, nullable=False, server_default="0")


SETTINGS: Final = table("settings", words("name", is_key=True), words("value"))

# ---- facts: sources ---------------------------------------------------------------------------------------------

SOURCES: Final = Table(
    "sources",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("origin", String, nullable=False, unique=True),
    words("file"),
    words("node"),
    words("instance"),
    words("previous_file"),
    words("previous_hash"),
    number("last_seq"),
    words("last_hash"),
    number("first_us"),
    number("last_us"),
)
"""One ledger file: `origin` is the hash of its first record, so that a copy of a file is known for what it is.
`last_seq` and `last_hash` are how far it was read; `previous_file` and `previous_hash` which file it continues."""

DAMAGES: Final = table(
    "damages", number("source", is_key=True), number("first", is_key=True), number("last", is_key=True), words("what")
)
"""Records of a source that cannot be believed, as the reader of the ledger names them."""

GAPS: Final = table(
    "gaps",
    number("source", is_key=True),
    number("seq", is_key=True),
    number("from_us"),
    number("to_us"),
    number("records"),
    words("reason"),
)
"""Records that a ledger could not take."""

CLOCK_STEPS: Final = table(
    "clock_steps", number("source", is_key=True), number("seq", is_key=True), number("from_us"), number("to_us")
)
"""A record that is older than the one before it by more than an hour."""

SOURCE_DAYS: Final = table(
    "source_days",
    number("source", is_key=True),
    number("day", is_key=True),
    number("messages"),
    number("dated"),
    number("dated_later"),
)
"""Messages of one source and day, documents in them that bear a date, and of these such with a date yet to come: many
of them on one day say that the clock of the host is behind."""

# ---- facts: messages --------------------------------------------------------------------------------------------

MESSAGES: Final = table(
    "messages",
    number("id", is_key=True),
    words("transaction_id"),
    number("at_us"),
    number("day"),
    number("month"),
    words("agency"),
    words("domain_class"),
    words("mailbox_kind"),
    words("mailbox"),
    words("direction"),
    words("identity"),
    words("disposition"),
    flag("is_automatic"),
    words("result"),
    number("code"),
)
"""One message; `id` is its source and place there. `result`: `delivered`, `refused` or `deferred` by the next hop,
`rejected` or `put_off` by us, empty while nobody knows. `agency` to `mailbox` are the sender's."""

LATE_OUTCOMES: Final = table(
    "late_outcomes",
    words("transaction_id", is_key=True),
    words("result"),
    number("code"),
    number("month"),
    number("source"),
    number("joined"),
)
"""Outcomes whose intent another batch or file holds; `joined` is the message they were given to, 0 while they wait. The
last two are younger than the version: `source` is 0 of what an older program read."""

COPIES: Final = table(
    "copies",
    number("message", is_key=True),
    number("place", is_key=True),
    number("document"),
    words("issuer"),
    words("number"),
    words("notation"),
    number("year"),
    words("series"),
    number("number_value"),
    Column("digest", LargeBinary, nullable=True),
    words("doc_type"),
    words("urgency"),
    number("issued_day"),
    number("form_rank"),
    words("signature"),
    words("paper"),
    flag("is_official"),
    flag("is_own"),
    flag("is_correction"),
    flag("is_electronic_only"),
    flag("is_dual"),
    flag("is_not_pdf"),
    flag("is_submission"),
)
"""One document in one message; `place` counts from 0, the principal one. `series` is the notation folded for
comparison, `issued_day` 0 where no date was read, `form_rank` a place in FORMS."""

FORMS: Final = ("other", "pdf", "scan", "signed")
"""Form of a document by rank: of several copies the best one tells."""

RECIPIENTS: Final = table(
    "recipients",
    number("message", is_key=True),
    number("place", is_key=True),
    words("agency"),
    words("domain_class"),
    words("mailbox_kind"),
    words("roles"),
    flag("is_to_act"),
    number("addresses"),
)
"""Recipients of one message of whom the same is known; roles joined by `,`."""

HITS: Final = table(
    "hits", number("message", is_key=True), words("rule", is_key=True), words("mode", is_key=True), words("waiver")
)
"""A rule that hit a message: `enforced`, `observed` or `waived`."""

SECRETS: Final = table("secrets", number("source", is_key=True), number("seq", is_key=True), number("month"))
"""One message marked as a secret: a month, and nothing else."""

MENTIONS: Final = table(
    "mentions",
    number("message", is_key=True),
    number("place", is_key=True),
    words("kind"),
    words("issuer"),
    words("number"),
    words("notation"),
    number("year"),
    number("by_document"),
    number("by_year"),
)
"""What the document of a message recalls, corrects or replaces; `by_year` is the year of the one that says so, `year`
0 where it names none."""

TOUCHED: Final = table("touched", number("document", is_key=True))
"""Documents of which new facts came since the tables below were made."""

# ---- made -------------------------------------------------------------------------------------------------------

DOCUMENTS: Final = table(
    "documents",
    number("id", is_key=True),
    words("issuer"),
    words("number"),
    words("notation"),
    number("year"),
    words("series"),
    number("number_value"),
    words("doc_type"),
    words("urgency"),
    number("issued_day"),
    number("issued_month"),
    number("first_us"),
    number("day"),
    number("month"),
    number("form_rank"),
    flag("is_signed"),
    flag("is_own"),
    flag("is_electronic_only"),
    flag("is_dual"),
    flag("is_not_pdf"),
    flag("is_submission"),
    number("copies"),
    number("contents"),
    number("recalled_us"),
    number("recalled_by"),
)
"""One official document that was delivered at least once, counted in the month of the first time. `is_own`: at least
one copy came from its issuer. `contents`: different files under this identity, corrections apart; from 2 on a finding
(NAT-4). `recalled_us`: 0 unless its issuer took it back."""

SENDINGS: Final = table(
    "sendings",
    number("document", is_key=True),
    words("agency", is_key=True),
    number("month"),
    flag("is_own"),
    flag("is_agency_mailbox"),
)
"""A document and an agency that sent it, in the month of the first time."""

DELIVERIES: Final = table(
    "deliveries",
    number("document", is_key=True),
    words("sender", is_key=True),
    words("agency", is_key=True),
    number("first_us"),
    number("month"),
    flag("is_to_act"),
)
"""A document, an agency that sent it and an agency that got it: however often, one delivery."""

PAPER_SAID: Final = table("paper_said", number("document", is_key=True), flag("is_announced"), flag("is_denied"))
"""What the mails that carried a document said of its paper: that it goes too, that none does; or, in different mails,
both. Documents of which none said anything are not in it."""

MONTHLY_DOCUMENTS: Final = table(
    "monthly_documents",
    number("month", is_key=True),
    words("issuer", is_key=True),
    words("doc_type", is_key=True),
    words("urgency", is_key=True),
    number("form_rank", is_key=True),
    number("is_signed", is_key=True),
    number("is_own", is_key=True),
    number("is_electronic_only", is_key=True),
    number("is_dual", is_key=True),
    number("is_not_pdf", is_key=True),
    number("is_submission", is_key=True),
    number("is_recalled", is_key=True),
    number("is_disputed", is_key=True),
    number("documents"),
)
MONTHLY_SENDINGS: Final = table(
    "monthly_sendings",
    number("month", is_key=True),
    words("agency", is_key=True),
    number("is_own", is_key=True),
    number("is_agency_mailbox", is_key=True),
    number("is_recalled", is_key=True),
    number("documents"),
)
MONTHLY_DELIVERIES: Final = table(
    "monthly_deliveries",
    number("month", is_key=True),
    words("sender", is_key=True),
    number("is_internal", is_key=True),
    number("is_recalled", is_key=True),
    number("deliveries"),
)
MONTHLY_RECEIPTS: Final = table(
    "monthly_receipts",
    number("month", is_key=True),
    words("agency", is_key=True),
    number("is_internal", is_key=True),
    number("is_recalled", is_key=True),
    number("documents"),
)
MONTHLY_MESSAGES: Final = table(
    "monthly_messages",
    number("month", is_key=True),
    words("agency", is_key=True),
    words("domain_class", is_key=True),
    words("mailbox_kind", is_key=True),
    words("direction", is_key=True),
    words("disposition", is_key=True),
    words("result", is_key=True),
    number("messages"),
)
MONTHLY_OUTSIDE: Final = table(
    "monthly_outside",
    number("month", is_key=True),
    words("agency", is_key=True),
    words("domain_class", is_key=True),
    number("messages"),
    number("addresses"),
)
"""Delivered messages of an agency with recipients outside the registry, and how many of those there were."""
MONTHLY_HITS: Final = table(
    "monthly_hits",
    number("month", is_key=True),
    words("agency", is_key=True),
    words("rule", is_key=True),
    words("mode", is_key=True),
    number("messages"),
)
MONTHLY_MAILBOXES: Final = table(
    "monthly_mailboxes",
    number("month", is_key=True),
    words("agency", is_key=True),
    words("mailbox", is_key=True),
    words("mailbox_kind", is_key=True),
    number("messages"),
    number("documents"),
)
"""Mailboxes in use, by pseudonym: delivered messages, and documents carried."""
MONTHLY_SERIES: Final = table(
    "monthly_series",
    words("issuer", is_key=True),
    number("year", is_key=True),
    words("series", is_key=True),
    number("month", is_key=True),
    number("low"),
    number("high"),
    number("documents"),
)
"""Numbers seen of one series of an issuer, by the month of the date of issue."""
MONTHLY_SECRETS: Final = table("monthly_secrets", number("month", is_key=True), number("messages"))

FACTS: Final = (
    SOURCES, DAMAGES, GAPS, CLOCK_STEPS, SOURCE_DAYS, MESSAGES, LATE_OUTCOMES, COPIES, RECIPIENTS, HITS, SECRETS,
    MENTIONS, TOUCHED,
)  # fmt: skip
MONTHLY: Final = (
    MONTHLY_DOCUMENTS, MONTHLY_SENDINGS, MONTHLY_DELIVERIES, MONTHLY_RECEIPTS, MONTHLY_MESSAGES, MONTHLY_OUTSIDE,
    MONTHLY_HITS, MONTHLY_MAILBOXES, MONTHLY_SERIES, MONTHLY_SECRETS,
)  # fmt: skip
MADE: Final = (DOCUMENTS, SENDINGS, DELIVERIES, PAPER_SAID, *MONTHLY)

_OPEN: Final = text("result = ''")
Index("messages_open", MESSAGES.c.transaction_id, sqlite_where=_OPEN, postgresql_where=_OPEN)

DISPUTED: Final = text("contents > 1")
RECALLED: Final = text("recalled_us <> 0")
"""Conditions of few rows, spelled as their indexes are: with bound values no index would be seen to fit."""

INDEXES: Final = (
    Index("messages_month", MESSAGES.c.month),
    Index("copies_document", COPIES.c.document),
    Index("documents_month", DOCUMENTS.c.month),
    Index("documents_disputed", DOCUMENTS.c.id, sqlite_where=DISPUTED, postgresql_where=DISPUTED),
    Index("documents_recalled", DOCUMENTS.c.id, sqlite_where=RECALLED, postgresql_where=RECALLED),
    Index("documents_series", DOCUMENTS.c.issuer, DOCUMENTS.c.year),
    Index("deliveries_month", DELIVERIES.c.month),
    Index("sendings_month", SENDINGS.c.month),
    Index("secrets_month", SECRETS.c.month),
)
"""Made after all was made anew: they would slow that, and lead the planner through tables in no order of theirs."""
for _index in INDEXES:
    assert _index.table is not None
    _index.table.indexes.discard(_index)
