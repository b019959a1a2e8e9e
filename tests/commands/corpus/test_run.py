"""`congthu corpus`: one line a file, faults as lines, labels to a confusion table."""

import asyncio
import json
from email.message import EmailMessage

import msgspec
import pytest

from gateway.commands.corpus import run as corpus
from gateway.commands.corpus.labels import Labels, table_lines
from gateway.commands.corpus.run import Tally, make_job, read_corpus
from gateway.commands.corpus.work import CorpusOrder, CorpusReader, deciding_outcome
from gateway.demo.cms_maker import CmsPlan, build_cms
from gateway.demo.run import write_world
from gateway.demo.signing import append_page_text, tamper
from gateway.edge.readers.pool import ReaderSettings
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.libarchive import is_available
from gateway.values.evidence import Outcome, SignatureFacts
from gateway.values.facts import Marks
from tests.corpus import boxes, compose
from tests.corpus.archives import rar_of_filters
from tests.support.command import congthu
from tests.support.daemon import mail_titled, world
from tests.support.signed_pdfs import AT, base, one, pki, signed

PLAIN_TEXT = "Kính gửi quý đơn vị.".encode()
PLAIN = {"config_file": None, "trust": None, "revocation": "require", "trust_embedded": False, "at": AT}
PLAIN |= {"mail_from": None, "rcpts": ()}
ONE = ReaderSettings(workers=1, deadline_s=20.0)


def mail(subject, attached):
    """A mail with one PDF."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@so-a.example.vn", "b@tinh-b.example.vn", subject
    message.set_content("Kính gửi quý đơn vị.")
    message.add_attachment(attached, maintype="application", subtype="pdf", filename="van-ban.pdf")
    return message.as_bytes()


class GrantedRecogniser:
    """Notes the time it is granted, and reads nothing."""

    def __init__(self):
        self.granted = []

    def grant(self, milliseconds, _at_most):
        """Note the time of one file."""
        self.granted.append(milliseconds)

    def recognise(self, *_picture, **_how):
        """Read nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of every kind, and one that is none; beside them a trust folder."""
    made = tmp_path_factory.mktemp("corpus") / "files"
    (made / "deep").mkdir(parents=True)
    (made / "signed.pdf").write_bytes(one())
    (made / "deep" / "tampered.bin").write_bytes(tamper(one()))
    (made / "deep" / "changed.pdf").write_bytes(append_page_text(one()))
    (made / "deep" / "stranger.pdf").write_bytes(signed(pki().leaf("stranger", authority="foreign")))
    (made / "unsigned.PDF").write_bytes(base())
    (made / "broken.pdf").write_bytes(b"no document")
    (made / "notes.txt").write_text("nothing to read")
    (made / "letter.eml").write_bytes(mail("Số 125/SA-VP", one()))
    (made / "secret.eml").write_bytes(mail("[MẬT] 12/KH-BCĐ", one()))
    pki().write(made.parent / "trust")
    return made


def run(folder, labels=None, settings=ONE, tally=None, entry=corpus.ENTRY, **options):
    """Read a folder to the end."""

    async def story():
        job = make_job(**{**PLAIN, **options})
        return [record async for record in read_corpus(folder, job, settings, labels, tally=tally, entry=entry)]

    return asyncio.run(story())


@pytest.fixture(scope="module")
def labelled(folder):
    """Records of the folder under its trust, and the table of its labels last."""
    labels = Labels([("signed.pdf", "honest"), ("deep/*", "attack")])
    return run(folder, labels, trust=folder.parent / "trust")


@pytest.fixture(scope="module")
def trusted(labelled):
    """Records of the folder under its trust by path."""
    return {record["path"]: record for record in labelled if "path" in record}


@pytest.fixture(scope="module")
def untrusted(folder):
    """Records of the folder without trust, and what a watcher counted."""
    tally = Tally()
    records = run(folder, tally=tally)
    assert {""} == {tally.count(record) for record in records}
    return records, tally


def outcomes(records):
    """Outcome by path."""
    return {record["path"]: record["outcome"] for record in records if "path" in record}


def test_every_pdf_and_mail_has_one_line(trusted):
    """PDFs are found by content or name, mails by name, other files left alone; the order is that of paths."""
    assert {
        "broken.pdf": "none",
        "letter.eml": "passed",
        "secret.eml": "none",
        "signed.pdf": "passed",
        "unsigned.PDF": "none",
        "deep/changed.pdf": "indeterminate",
        "deep/stranger.pdf": "indeterminate",
        "deep/tampered.bin": "failed",
    } == outcomes(trusted.values())
    assert "malformed" == trusted["broken.pdf"]["uninspectable"]


def test_signatures_come_with_every_claim(trusted):
    """The facts of a signature are those the reader reports."""
    record = trusted["signed.pdf"]
    (signature,) = record["signatures"]

    assert ("pass", True, True, "official") == (
        signature["outcome"], signature["gap_is_signature"], signature["is_intact"], signature["trust_list"],
    )  # fmt: skip
    assert "1.7" == record["pdf"]["version"]


def test_without_trust_nobody_passes(untrusted):
    """No folder, no anchors."""
    assert "passed" not in outcomes(untrusted[0]).values()


def test_trusting_whoever_signed_leaves_the_document(folder):
    """Strangers pass then, and an attack on the document still does not."""
    found = outcomes(run(folder, trust_embedded=True))

    assert ("passed", "passed", "failed", "indeterminate") == tuple(
        found[path] for path in ("signed.pdf", "deep/stranger.pdf", "deep/tampered.bin", "deep/changed.pdf")
    )


def test_a_marked_secret_shows_nothing(untrusted):
    """Not even file names or numbers."""
    record = next(record for record in untrusted[0] if record["path"] == "secret.eml")

    assert {"path", "took_ms", "kind", "outcome", "secrecy", "signatures", "size_octets", "peak_mb"} == set(record)


def test_a_line_names_every_claim_of_a_signature(trusted):
    """Nobody who reads a line needs to know a default; the part of the mail is named too."""
    for path, part in (("signed.pdf", "1"), ("letter.eml", "2")):
        (signature,) = trusted[path]["signatures"]
        assert {"part", *SignatureFacts.__struct_fields__} == set(signature)
        assert part == signature["part"]
    assert set(Marks.__struct_fields__) == set(trusted["letter.eml"]["document"])


def test_any_document_is_read_as_an_attachment_would_be(tmp_path):
    """Packages, archives and pictures by content; a detached signature with the file it stands beside."""
    (tmp_path / "a.txt").write_bytes(PLAIN_TEXT)
    (tmp_path / "a.txt.p7s").write_bytes(build_cms(PLAIN_TEXT, pki().agency(), CmsPlan(signing_time=AT)))
    (tmp_path / "thu").write_bytes(compose.docx("Kính gửi"))
    (tmp_path / "goi.zip").write_bytes(compose.archive(("van-ban.pdf", one()), ("b.txt", b"x")))
    (tmp_path / "secret.docx").write_bytes(compose.docx("TỐI MẬT\n\nSố: 12/BC-SNV"))
    (tmp_path / "trust").mkdir()
    pki().write(tmp_path / "trust")
    records = {
        record["path"]: record for record in run(tmp_path, trust=tmp_path / "trust") if record["path"][:5] != "trust"
    }

    assert {"a.txt.p7s": "passed", "goi.zip": "passed", "secret.docx": "none", "thu": "none"} == outcomes(
        records.values()
    )
    assert ["pkcs7", "zip", "docx", "docx"] == [records[path]["kind"] for path in sorted(records)]
    assert ["1!1"] == [one["part"] for one in records["goi.zip"]["signatures"]]
    assert "toi_mat" == records["secret.docx"]["secrecy"]
    assert "document" not in records["secret.docx"]


def test_letters_of_scans_are_read_in_every_file(tmp_path):
    """Time for recognising is granted anew with each file."""
    recogniser = GrantedRecogniser()
    reader = CorpusReader(make_job(**PLAIN))
    reader._recogniser = recogniser
    for _ in range(2):
        reader.read_file(base(), CorpusOrder("file", "a.pdf"))
    reader.read_mail(mail("Số 125/SA-VP", base()))

    assert 3 == len(recogniser.granted)
    assert all(DEFAULT_BUDGET.ocr_milliseconds <= granted for granted in recogniser.granted)


def test_a_watcher_learns_what_was_left_out(untrusted):
    """Files that are no documents are counted, and progress comes with every five hundredth."""
    _records, tally = untrusted
    assert (8, 1) == (tally.files, tally.left_out)
    assert str(tally).startswith("read 8 in ")
    tally.kinds["pdf"] += 491
    assert tally.count({"kind": "pdf"}).startswith("... read 500 in ")


@pytest.mark.skipif(not is_available(), reason="libarchive is not on this machine")
def test_memory_and_time_are_those_of_the_gateway(tmp_path):
    """What a file claims to need is not granted here either, and what takes too long ends as a fact."""
    (tmp_path / "a.7z").write_bytes(boxes.seven_zip_wanting(1 << 30))
    (tmp_path / "b.rar").write_bytes(rar_of_filters(5_000, 100_000_000))
    first, second = run(tmp_path)

    assert ("over_budget", []) == (first["uninspectable"], first["overruns"])
    assert ("over_budget", ["cpu_milliseconds"]) == (second["uninspectable"], second["overruns"])


def test_one_file_is_a_corpus_too(tmp_path):
    """The command takes a file as well as a folder."""
    (tmp_path / "signed.pdf").write_bytes(one())

    assert {"signed.pdf": "indeterminate"} == outcomes(run(tmp_path / "signed.pdf"))


def test_mails_with_bare_line_feeds_are_read_as_a_client_would_send_them(tmp_path):
    """A file saved with the line ends of this system is no attack by bare line feeds."""
    (tmp_path / "a.eml").write_bytes(mail("Số 125/SA-VP", base()).replace(b"\r\n", b"\n"))
    (record,) = run(tmp_path)

    assert ([], False, False) == (record["ambiguities"], record["is_ambiguous"], record["is_author_ambiguous"])


def test_a_file_that_hangs_costs_one_line(tmp_path):
    """The worker is killed at the deadline, and the files after it are read."""
    for name, octets in (("a.pdf", base()), ("hang.pdf", b"%PDF-1.7 % hang"), ("z.pdf", base())):
        (tmp_path / name).write_bytes(octets)
    settings = ReaderSettings(workers=1, deadline_s=2.0)
    records = run(tmp_path, Labels([("hang.pdf", "hostile")]), settings, entry="tests.support.corpus_work:load")

    assert {"a.pdf": "", "hang.pdf": "deadline", "z.pdf": ""} == {
        record["path"]: record.get("fault", "") for record in records[:-1]
    }
    assert {"fault": 1} == records[-1]["confusion"]["hostile"]


def test_labels_make_a_confusion_table(labelled):
    """Label by outcome of the deciding signature; what nobody labelled is counted as such."""
    (last,) = [record for record in labelled if "path" not in record]
    table = last["confusion"]

    assert {"passed": 1} == table["honest"]
    assert {"failed": 1, "indeterminate": 2} == table["attack"]
    assert 4 == sum(table["unlabelled"].values())
    lines = list(table_lines(last))
    assert ["label", "passed", "failed", "indeterminate", "none", "fault", "all"] == lines[0].split()
    assert ["attack", "0", "1", "2", "0", "0", "3"] == lines[1].split()


@pytest.mark.parametrize(
    ("given", "expected"),
    [((), "none"), (("fail", "pass"), "passed"), (("permerror", "fail"), "indeterminate"), (("fail",), "failed")],
)
def test_the_best_signature_decides(given, expected):
    """It is the one a rule would rest on."""
    signatures = [SignatureFacts(field=word, outcome=Outcome(word)) for word in given]

    assert expected == deciding_outcome(signatures)
    assert "none" == deciding_outcome([msgspec.structs.replace(one, is_timestamp=True) for one in signatures])


def test_the_command_judges_mails_under_a_configuration(tmp_path):
    """With a configuration a mail's line has its disposition, and the table counts that."""
    write_world(tmp_path, world()[0], [2525, 2526, 2527])
    (tmp_path / "mails").mkdir()
    for name, title in (("good", "có chữ ký số"), ("unsigned", "chưa ký")):
        (tmp_path / "mails" / f"{name}.eml").write_bytes(mail_titled(title).octets)
    (tmp_path / "labels.csv").write_text("good.eml,honest\nunsigned.eml,bad\n")
    done = congthu(
        "corpus", tmp_path / "mails", "--config", tmp_path / "congthu.toml", "--labels", tmp_path / "labels.csv"
    )
    *records, last = map(json.loads, done.stdout.splitlines())

    assert ["relay", "reject"] == [record["disposition"] for record in records], done.stderr
    assert {"bad": {"reject": 1}, "honest": {"relay": 1}} == last["confusion"]
    assert "honest" in done.stderr
