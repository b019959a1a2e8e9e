"""Reading ledgers: each record once, whatever is read first or again; a rebuild makes the same figures."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from gateway.records.figures.caveats import find_caveats
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import missing_files, rebuild, sync
from gateway.records.store import declared, tables
from gateway.records.store.opening import open_store
from gateway.values.ledger import DocumentNumber, Opened, Outcome, Recipient, RuleHit, Secret
from tests.records.ledger_files import write_file
from tests.records.making import (
    CONTENT,
    MORNING,
    OTHER_CONTENT,
    Ledger,
    Source,
    at,
    figures,
    letter,
    mail,
    office,
    read_in,
    taken,
)

FILE = "gw_congthu_2026-10_001.sqlite"


def made(store):
    """Give every row of every table that is made of facts."""
    with store.begin() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in tables.MADE}


def kinds(store, agencies):
    """Give the kinds of all caveats."""
    with store.begin() as connection:
        return [one.kind for one in find_caveats(connection, agencies, now_us=MORNING)]


def opened(**changes):
    """Begin a file."""
    return Opened(**{"at_us": MORNING, "node": "gw", "instance": "congthu", "started_us": MORNING} | changes)


AGENCIES = st.sampled_from(["so-a", "so-b", "so-c", ""])
DOCUMENTS = st.builds(
    letter,
    st.sampled_from(["1", "2", "02", "3a"]),
    issuer=AGENCIES,
    year=st.sampled_from([2025, 2026]),
    digest=st.sampled_from([CONTENT, OTHER_CONTENT, ""]),
    form=st.sampled_from(tables.FORMS),
    signature=st.sampled_from(["pass", "fail", "none"]),
    is_official=st.sampled_from([True, True, True, False]),
    is_own=st.booleans(),
    issued_on=st.sampled_from(["", "2026-09-30", "2026-10-01"]),
    recalls=st.lists(st.builds(DocumentNumber, st.sampled_from(["1", "2"]), st.just("SA-VP")), max_size=1).map(tuple),
    paper=st.sampled_from(["", "announced", "none_announced"]),
    corrects=st.lists(st.builds(DocumentNumber, st.sampled_from(["1", "2"]), st.just("SA-VP")), max_size=1).map(tuple),
)
MAILS = st.fixed_dictionaries(
    {
        "documents": st.lists(DOCUMENTS, max_size=2),
        "at_us": st.sampled_from(
            [at(day) for day in ("2026-09-30 23:59:59", "2026-10-01", "2026-10-31", "2026-12-31")]
        ),
        "sender": st.builds(office, AGENCIES),
        "recipients": st.lists(AGENCIES, min_size=1, max_size=3),
        "result": st.sampled_from(["delivered", "delivered", "delivered", "refused", "deferred", ""]),
        "rules": st.lists(st.builds(RuleHit, st.just("R1"), st.sampled_from(["enforced", "observed"])), max_size=2),
        "tags": st.sets(st.sampled_from(["chi-dien-tu", "kem-ban-giay", "khong-phai-pdf"])).map(tuple),
        "file": st.integers(0, 2),
        "outcome_file": st.integers(0, 2),
    }
)


def files_of(mails, secrets):
    """Lay mails out in three files; an outcome may stand in another file than its intent."""
    held = [[], [], []]
    for number, one in enumerate(mails):
        recipients = tuple(Recipient(agency, "own" if agency else "free") for agency in one["recipients"])
        name = f"T{number:011}"
        held[one["file"]].append(
            mail(
                name, *one["documents"], at_us=one["at_us"], sender=one["sender"], recipients=recipients,
                rules=tuple(one["rules"]), tags=one["tags"],
            )
        )  # fmt: skip
        if one["result"]:
            held[one["outcome_file"]].append(Outcome(name, one["at_us"], one["result"], 250))
    for number, file in enumerate(secrets):
        held[file].append(Secret(f"2026-10-{number + 1:02}"))
    return [Source(*records, instance=f"congthu-{number}") for number, records in enumerate(held)]


@pytest.fixture(scope="module")
def pair():
    """Open two stores in memory for all examples: what SQLAlchemy compiled once serves them all."""
    stores = open_store("sqlite://"), open_store("sqlite://")
    yield stores
    for store in stores:
        store.dispose()


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(st.lists(MAILS, max_size=12), st.lists(st.integers(0, 2), max_size=3), st.data())
def test_order_and_repeats_make_no_difference(pair, mails, secrets, data):
    """Files in any order, some of them half written, some read again: what is made is what one reading makes."""
    files = files_of(mails, secrets)
    piecemeal, whole = pair
    rebuild(piecemeal, [])
    for _ in range(data.draw(st.integers(0, 3))):
        chosen = data.draw(st.permutations(files))[: data.draw(st.integers(1, 3))]
        cut = [file.first(data.draw(st.integers(1, len(file.all)))) for file in chosen]
        sync(piecemeal, [Ledger(file) for file in cut])
    sync(piecemeal, [Ledger(*files)])

    rebuild(whole, [Ledger(*reversed(files))])

    assert made(piecemeal) == made(whole)
    rebuild(piecemeal, [Ledger(*files)])
    assert made(piecemeal) == made(whole)


def test_a_folder_is_read_once_and_then_what_is_new(store, agencies, tmp_path):
    """Real files, with their chain checked."""
    records = [opened(), *taken(mail("T1", letter("1"))), *taken(mail("T2", letter("2")))]
    ledger = FolderLedger(tmp_path / "ledger")
    (tmp_path / "ledger").mkdir()
    write_file(tmp_path / "ledger", FILE, records[:3])

    first = sync(store, [ledger])
    (tmp_path / "ledger" / FILE).unlink()
    write_file(tmp_path / "ledger", FILE, records)
    reports = [first, sync(store, [ledger]), sync(store, [ledger, ledger])]

    assert [report.records for report in reports] == [3, 2, 0]
    assert figures(store, agencies).total.issued == 2


def test_a_copied_file_is_known_for_what_it_is(store, agencies, tmp_path):
    """Under another name, in another folder, shorter: nothing of it counts twice, and nothing is taken back."""
    records = [opened(), *taken(mail("T1", letter("1"))), *taken(mail("T2", letter("2")))]
    folders = [tmp_path / name for name in ("ledger", "copy", "older")]
    for folder in folders:
        folder.mkdir()
    write_file(folders[0], FILE, records)
    shutil.copy(folders[0] / FILE, folders[1] / "other_congthu_2026-10_001.sqlite")
    write_file(folders[2], FILE, records[:3])

    for folder in (*folders, *folders):
        sync(store, [FolderLedger(folder)])

    assert figures(store, agencies).agencies["so-a"].messages == {"delivered": 2}


def test_what_a_host_lost_with_its_power_is_forgotten(store, agencies, tmp_path):
    """The file goes on otherwise than was read: it is read again, and says what holds."""
    ledger = FolderLedger(tmp_path / "ledger")
    (tmp_path / "ledger").mkdir()
    common, lost = [opened(), *taken(mail("T1", letter("1")))], taken(mail("T2", letter("2")))
    write_file(tmp_path / "ledger", FILE, [*common, *lost])
    sync(store, [ledger])
    (tmp_path / "ledger" / FILE).unlink()
    write_file(tmp_path / "ledger", FILE, [*common, *taken(mail("T3", letter("3"))), *taken(mail("T4", letter("4")))])

    report = sync(store, [ledger])

    assert [damage.what for damage in report.damages] == ["replaced"]
    with store.begin() as connection:
        assert sorted(connection.scalars(select(tables.DOCUMENTS.c.number))) == ["1", "3", "4"]


def test_a_damaged_file_counts_up_to_the_damage_and_behind_it(store, agencies, tmp_path):
    """What was changed is left out, and told."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    write_file(folder, FILE, [opened(), *(mail(f"T{number}", letter(str(number))) for number in range(1, 8))])
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute("UPDATE record SET body = CAST(replace(body, 'cong_van', 'bao_cao') AS BLOB) WHERE seq = 4")

    report = sync(store, [FolderLedger(folder)])

    assert [(damage.first, damage.what) for damage in report.damages] == [(4, "changed")]
    assert figures(store, agencies).agencies["so-a"].messages == {"unknown": 6}


@pytest.mark.parametrize(("share", "told"), [(0.6, ["ledger_damaged"]), (0.02, ["ledger_damaged"]), (0.0, [])])
def test_a_copy_that_is_completed_later_counts_as_if_it_had_come_whole(store, agencies, tmp_path, share, told):
    """Half of it, its first page, an empty file: no caveat stays, nothing counts twice, and no rebuild is needed."""
    folder, whole = tmp_path / "ledger", tmp_path / "whole"
    folder.mkdir()
    whole.mkdir()
    write_file(whole, FILE, [opened(), *(one for n in range(1, 200) for one in taken(mail(f"T{n}", letter(str(n)))))])
    octets = (whole / FILE).read_bytes()
    (folder / FILE).write_bytes(octets[: int(len(octets) * share)])
    ledger = FolderLedger(folder)
    sync(store, [ledger])
    before = kinds(store, agencies)
    (folder / FILE).write_bytes(octets)
    sync(store, [ledger])

    assert (before, kinds(store, agencies)) == (told, [])
    assert figures(store, agencies).agencies["so-a"].messages == {"delivered": 199}
    assert missing_files(store, [ledger]) == ()


def test_a_file_brought_back_counts_what_was_damaged_in_it(store, agencies, tmp_path):
    """In the midst of it, before what was read; what stays damaged is told still, and reading again changes nothing."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    write_file(folder, FILE, [opened(), *(mail(f"T{number}", letter(str(number))) for number in range(1, 8))])
    octets = (folder / FILE).read_bytes()
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute("UPDATE record SET body = CAST(replace(body, 'cong_van', 'bao_cao') AS BLOB) WHERE seq = 4")
    told = []
    for brought in (None, None, octets, None):
        if brought is not None:
            (folder / FILE).write_bytes(brought)
        report = sync(store, [FolderLedger(folder)])
        told.append((report.records, kinds(store, agencies), figures(store, agencies).agencies["so-a"].messages))

    assert told == [
        (7, ["ledger_damaged", "outcome_unknown"], {"unknown": 6}),
        (0, ["ledger_damaged", "outcome_unknown"], {"unknown": 6}),
        (8, ["outcome_unknown"], {"unknown": 7}),
        (0, ["outcome_unknown"], {"unknown": 7}),
    ]


def test_what_was_counted_stays_when_its_file_is_damaged_later(store, agencies, tmp_path):
    """A damage that came afterwards takes nothing back, though another one was mended."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    write_file(folder, FILE, [opened(), *(mail(f"T{number}", letter(str(number))) for number in range(1, 8))])
    sound = (folder / FILE).read_bytes()
    for seq in (4, 6):
        (folder / FILE).write_bytes(sound)
        with contextlib.closing(sqlite3.connect(folder / FILE)) as database, database:
            database.execute(
                "UPDATE record SET body = CAST(replace(body, 'so-a', 'so-b') AS BLOB) WHERE seq = ?", (seq,)
            )
        sync(store, [FolderLedger(folder)])

    assert figures(store, agencies).agencies["so-a"].messages == {"unknown": 6}


def test_an_outcome_goes_with_the_file_that_told_it(store, agencies, tmp_path):
    """The host lost the file's end with its power: nobody knows any more what became of the mail before it."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    intent, outcome = taken(mail("T1", letter("1")))
    head = write_file(folder, FILE, [opened(), intent])
    second = FILE.replace("001", "002")
    follows = opened(previous_file=FILE, previous_hash=head)
    write_file(folder, second, [follows, outcome])
    sync(store, [FolderLedger(folder)])
    counted = figures(store, agencies).agencies["so-a"].messages
    (folder / second).unlink()
    write_file(folder, second, [follows, *taken(mail("T2", letter("2"), at_us=MORNING + 1))])
    sync(store, [FolderLedger(folder)])

    assert counted == {"delivered": 1}
    assert figures(store, agencies).agencies["so-a"].messages == {"delivered": 1, "unknown": 1}


def test_an_outcome_stays_when_the_file_of_its_mail_is_read_again(store, agencies, tmp_path):
    """It stands in another file, which is not."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    intent, outcome = taken(mail("T1", letter("1")))
    lost = write_file(folder, FILE, [opened(), intent, mail("T2", letter("2"))])
    write_file(folder, FILE.replace("001", "002"), [opened(previous_file=FILE, previous_hash=lost), outcome])
    sync(store, [FolderLedger(folder)])
    (folder / FILE).unlink()
    write_file(folder, FILE, [opened(), intent, mail("T3", letter("3")), mail("T4", letter("4"))])
    sync(store, [FolderLedger(folder)])

    assert figures(store, agencies).agencies["so-a"].messages == {"delivered": 1, "unknown": 2}


def test_a_sync_that_is_killed_goes_on_where_it_was(tmp_path, agencies):
    """Facts of a batch stand with the place they were read to; what is made of them follows at the next sync."""
    store = open_store(f"sqlite:///{tmp_path}/killed.db")
    source = Source(*taken(mail("T1", letter("1"))), *taken(mail("T2", letter("2"))))

    def die(_connection, _cursor, statement, *_rest):
        if "INSERT INTO documents" in statement:
            raise KeyboardInterrupt

    event.listen(store, "before_cursor_execute", die)
    with pytest.raises(KeyboardInterrupt):
        read_in(store, source)
    event.remove(store, "before_cursor_execute", die)
    before = figures(store, agencies).total.issued
    read_in(store, source)

    assert (before, figures(store, agencies).total.issued) == (0, 2)
    store.dispose()


def test_a_rebuild_keeps_what_clerks_declared_and_names_what_it_would_lose(store, tmp_path):
    """Purged files are gone: whoever rebuilds is told before."""
    one, other = Source(*taken(mail("T1", letter("1")))), Source(*taken(mail("T2", letter("2"))), instance="b")
    read_in(store, one, other)
    total = {"agency": "so-a", "month": 202610, "issued": 9}
    with store.begin() as connection:
        connection.execute(declared.DECLARED_TOTALS.insert(), total)

    assert missing_files(store, [Ledger(one)]) == (other.file,)
    assert missing_files(store, [Ledger(one, other)]) == ()
    rebuild(store, [Ledger(one)])

    with store.begin() as connection:
        assert connection.scalar(select(declared.DECLARED_TOTALS.c.issued)) == 9
        assert connection.scalars(select(tables.DOCUMENTS.c.number)).all() == ["1"]


class Crowded(Ledger):
    """A ledger that somebody else begins to read as soon as it is read."""

    def __init__(self, begin, *files):
        """Take what begins the other one."""
        super().__init__(*files)
        self._begin = begin

    def read(self, after):
        """Begin the other one, then give the records."""
        self._begin()
        return super().read(after)


@pytest.mark.parametrize("fill", [sync, rebuild])
def test_two_never_fill_a_store_at_once(tmp_path, fill):
    """A timer and a hand: the second waits, and the figures are those of one."""
    found, url = [], f"sqlite:///{tmp_path}/records.db"
    source = Source(*(record for number in range(300) for record in taken(mail(f"T{number}", letter(str(number + 1))))))
    second = threading.Thread(target=lambda: found.append(fill(open_store(url), [Ledger(source)])))

    first = sync(open_store(url), [Crowded(second.start, source)])
    second.join(timeout=60)

    assert first.records == 601
    assert [one.records for one in found] == [0 if fill is sync else 601]
    with open_store(url).begin() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.MESSAGES)) == 300
