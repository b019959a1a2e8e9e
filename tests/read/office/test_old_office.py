"""Old office files: text, macros, encryption, properties, packaged files, Outlook messages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.containers.ole import CompoundFile
from gateway.read.notes import Notes
from gateway.read.office.old_office import OldOffice, read_old_office
from gateway.read.office.outlook import OutlookFile, read_outlook
from tests.corpus.office import outlook, packaged, presentation, properties, sheets, workbook
from tests.corpus.ole import compound

LIMIT = 10_000


def read(octets: bytes, kind: str = "xls", limit: int = LIMIT) -> OldOffice:
    """What an old office file shows."""
    return read_old_office(CompoundFile(octets), kind, limit, Notes(DEFAULT_BUDGET))


@pytest.mark.parametrize("cut", [0, 13, 15, 21, 34, 36])
def test_shared_strings_cross_records(cut: int) -> None:
    """Strings of a workbook are whole wherever the table was cut, behind the sheet name and page headers."""
    assert read(workbook("Danh sách", "MẬT", cut=cut, header="Đầu trang")).text == "Sheet1\nĐầu trang\nDanh sách\nMẬT"


def test_narrow_strings_may_be_legacy() -> None:
    """Narrow characters of slides are repaired as every text is."""
    tcvn3 = "Kính gửi: Văn phòng ủy ban nhân dân tỉnh"
    narrow = b"K\xddnh g\xf6i: V\xa8n ph\xdfng \xf1y ban nh\xa9n d\xa9n t\xd8nh"

    assert read(presentation("mot", narrow), "ppt").text == f"mot\n{tcvn3}"


@pytest.mark.parametrize(
    ("octets", "kind"), [(workbook("x", encrypted=True), "xls"), (presentation("x", encrypted=True), "ppt")]
)
def test_encryption_shows(octets: bytes, kind: str) -> None:
    """FilePass of workbooks and the token of presentations mean a password."""
    assert read(octets, kind) == OldOffice(None, is_encrypted=True)


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (workbook("x", macro_sheet=True), "xls"),
        (presentation("x", macros=True), "ppt"),
        (compound({"Workbook": sheets("x"), "_VBA_PROJECT_CUR/VBA/dir": b"x"}), "xls"),
        (packaged("a.exe", b"MZ"), "ole"),
    ],
)
def test_active_content_shows(octets: bytes, kind: str) -> None:
    """Macro sheets, VBA of workbooks and presentations, and packaged files are active content."""
    assert read(octets, kind).has_active_content


def test_packaged_files_come_out() -> None:
    """A file packed into a document is there with its name."""
    assert read(packaged("hoadon.pdf.exe", b"MZ\0"), "ole").files == (("hoadon.pdf.exe", b"MZ\0"),)


def test_properties_are_read() -> None:
    """Title, subject and keywords of the document properties."""
    streams = {"\x05SummaryInformation": properties(title="TỐI MẬT", keywords="hẹn giờ"), "Workbook": sheets("x")}

    assert read(compound(streams)).properties == ("TỐI MẬT", "hẹn giờ")


def test_text_is_bounded() -> None:
    """No more characters than asked for."""
    assert read(workbook("abc", "def"), limit=9).text == "Sheet1\nab"
    assert len(read(presentation("abc", "def"), "ppt", 5).text or "") == 5


def test_outlook_messages_are_read() -> None:
    """Subject, text and files; a message inside gives its text; what is over budget stays closed and is noted."""
    octets = outlook("Báo cáo", "Kính gửi", ("a.pdf", b"%PDF-1.7"), ("trong", "thân thư"), ("b.bin", b"x" * 5_000))
    message = read_outlook(CompoundFile(octets), LIMIT, Notes(DEFAULT_BUDGET))
    few = Notes(Budget(container_octets=100))

    assert (message.subject, message.text) == ("Báo cáo", "Kính gửi\nthân thư")
    assert message.files == (OutlookFile("a.pdf", b"%PDF-1.7", 8), OutlookFile("b.bin", b"x" * 5_000, 5_000))
    assert read_outlook(CompoundFile(octets), LIMIT, few).files[1] == OutlookFile("b.bin", None, 5_000)
    assert few.overruns == {"container_octets"}


SAMPLES = [
    (workbook("Danh sách", "MẬT", cut=34), "xls"),
    (presentation("a", b"b"), "ppt"),
    (packaged("a.exe", b"MZ"), "ole"),
    (compound({"\x05SummaryInformation": properties(title="x"), "Workbook": sheets("x")}), "xls"),
]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(max_size=16))
def test_damaged_files_never_raise(sample: tuple[bytes, str], at: int, patch: bytes) -> None:
    """Patched files give text or none."""
    octets, kind = sample
    at %= len(octets)
    read(octets[:at] + patch + octets[at + len(patch) :], kind)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=16))
def test_damaged_messages_never_raise(at: int, patch: bytes) -> None:
    """Patched Outlook messages give what can still be followed; circles of storages end."""
    octets = outlook("x", "y", ("a.pdf", b"%PDF"), ("trong", "z"))
    at %= len(octets)
    read_outlook(CompoundFile(octets[:at] + patch + octets[at + len(patch) :]), LIMIT, Notes(DEFAULT_BUDGET))
