"""Pairs of electronic and paper parts (BD-1b, DL-7, HCM-2a), gaps in series (NAT-12), disputed numbers (NAT-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.records.definitions.parts import AGENCY, AGENCY_ID, CLASS, DOCUMENT, STATE, citations, head, warnings
from gateway.records.definitions.rates import DEFINITIONS, METHOD, RATE_TITLES, pair
from gateway.records.report import Column, Report, Table, Text

if TYPE_CHECKING:
    from gateway.records.definitions.material import Material

MAX_ROWS: Final = 2_000
"""Documents named in one table; what is left out is said above it."""
MAX_NUMBERS: Final = 60
"""Missing stretches of one series that are written out."""


def papers(material: Material) -> Report:
    """Make the register of pairs: how many are complete, how far apart their parts are, and which are not."""
    lags = sorted(one.lag_days for one in material.pairs if one.lag_days is not None)
    rows = []
    for line in material.lines:
        mine = [one for one in material.pairs if one.issuer == line.id]
        if not mine:
            continue
        counts = [
            sum(one.state == word for one in mine)
            for word in ("complete", "paper_missing", "electronic_missing", "unknown")
        ]
        own = sorted(one.lag_days for one in mine if one.lag_days is not None)
        middle = own[len(own) // 2] if own else None
        rows.append((*head(line), *counts, pair(material, line), middle, max(own) if own else None))
    columns = (
        AGENCY, AGENCY_ID, CLASS, Column("complete", Text("Đủ cặp", "Complete"), "count"),
        Column("paper_missing", Text("Thiếu bản giấy", "Paper missing"), "count"),
        Column("electronic_missing", Text("Thiếu bản điện tử", "Electronic missing"), "count"),
        Column("unknown", Text("Chưa rõ bản giấy", "Paper state unknown"), "count"),
        Column("pair", RATE_TITLES["pair"], "share"),
        Column("lag_median", Text("Độ trễ giữa (ngày làm việc)", "Median lag, working days"), "count"),
        Column("lag_most", Text("Độ trễ lớn nhất", "Longest lag"), "count"),
    )  # fmt: skip
    return Report(
        name="pairs",
        period=str(material.period),
        title=Text("Văn bản gửi cả hai đường: điện tử và giấy", "Documents that go both ways"),
        audience="internal",
        figures=(
            (Text("Văn bản phải có cả hai", "Documents that need both"), len(material.pairs)),
            (Text("Độ trễ giữa (ngày làm việc)", "Median lag"), lags[len(lags) // 2] if lags else None),
            (
                Text("Thư báo có bản giấy, chưa nhập bản giấy", "Paper announced, none entered"),
                sum(one.said == "announced" and one.paper_on is None for one in material.pairs),
            ),
            (
                Text("Thư báo không gửi bản giấy", "Said to go without paper"),
                sum(one.said == "none_announced" for one in material.pairs),
            ),
        ),
        tables=(
            Table("by-agency", Text("Theo cơ quan", "By agency"), columns, tuple(rows)),
            pair_table(material),
        ),
        method=METHOD,
        definitions=(DEFINITIONS["document"], DEFINITIONS["pair"]),
        warnings=warnings(material),
        citations=citations(material, "BD-1b-1", "DL-7", "HCM-2a"),
    )


def pair_table(material: Material, agency: str = "") -> Table:
    """List the pairs that are not complete, of one agency or of all, and those whose paper came late."""
    mine = [one for one in material.pairs if agency in {"", one.issuer}]
    wanted = [one for one in mine if one.state != "complete" or (one.lag_days or 0) > 0]
    rows = tuple(
        (
            material.name(one.issuer), f"{one.number}/{one.notation}", one.year,
            one.electronic_on.isoformat() if one.electronic_on is not None else "",
            one.paper_on.isoformat() if one.paper_on is not None else "", one.lag_days, one.state,
            one.said,
        )
        for one in wanted[:MAX_ROWS]
    )  # fmt: skip
    return Table(
        "pairs",
        Text("Cặp chưa đủ hoặc đến lệch ngày", "Pairs not complete, or apart in time"),
        (
            AGENCY, DOCUMENT, Column("year", Text("Năm", "Year")),
            Column("electronic_on", Text("Bản điện tử", "Electronic"), "date"),
            Column("paper_on", Text("Bản giấy", "Paper"), "date"),
            Column("lag_days", Text("Độ trễ (ngày làm việc)", "Lag, working days"), "count"), STATE,
            Column("said", Text("Thư, văn bản nói", "Its mail says"), "state"),
        ),
        rows,
        None,
        _left_out(len(wanted)),
    )  # fmt: skip


def _left_out(count: int) -> Text | None:
    if count <= MAX_ROWS:
        return None
    return Text(f"Chỉ nêu {MAX_ROWS} trên {count} dòng.", f"{MAX_ROWS} of {count} rows are shown.")


def series(material: Material) -> Report:
    """Make the lists for clerks: numbers of a series that never went electronically, and numbers used twice."""
    missing = sum(one.missing_count for one in material.series)
    return Report(
        name="series",
        period=str(material.period),
        title=Text("Số văn bản còn thiếu và số trùng", "Missing and disputed numbers"),
        audience="internal",
        figures=(
            (Text("Số chưa thấy trên mạng", "Numbers not seen"), missing),
            (Text("Số có hơn một nội dung", "Numbers with more than one content"), len(material.disputes)),
        ),
        tables=(
            series_table(material),
            disputed_table(material),
            recall_table(material),
            amendment_table(material),
        ),
        notes=(
            Text(
                "Số còn thiếu là văn bản chỉ gửi giấy, văn bản lưu hành nội bộ, số bỏ qua hoặc số đọc sai: văn thư "
                "kiểm tra. Văn bản mật có dãy số riêng nên không ở đây.",
                "A missing number is a document on paper alone, one kept inside, a number left out or misread: the "
                "clerk "
                "looks. Secret documents have a series of their own and are not here.",
            ),
        ),
        method=METHOD,
        definitions=(DEFINITIONS["document"], DEFINITIONS["send"]),
        warnings=warnings(material),
        citations=("Nghị định 30/2020/NĐ-CP, Điều 15; Phụ lục VI",),
    )


def series_table(material: Material, agency: str = "") -> Table:
    """List the series with a number of the period, from 1 January on, and what is missing of each (NAT-12)."""
    rows = tuple(
        (
            material.name(one.issuer), one.notation, one.year, one.highest, one.seen, one.missing_count,
            stretches(one.missing),
        )
        for one in material.series
        if agency in {"", one.issuer}
    )  # fmt: skip
    return Table(
        "series",
        Text("Dãy số và số còn thiếu", "Number series and what is missing"),
        (
            AGENCY, Column("notation", Text("Ký hiệu", "Notation")), Column("year", Text("Năm", "Year")),
            Column("highest", Text("Số lớn nhất", "Highest"), "count"),
            Column("seen", Text("Đã thấy", "Seen"), "count"), Column("missing", Text("Còn thiếu", "Missing"), "count"),
            Column("numbers", Text("Các số còn thiếu", "Which")),
        ),
        rows,
        None,
        _doubtful([f"{number}/{one.notation}" for one in material.series if agency in {"", one.issuer}
                   for number in one.doubtful]),
    )  # fmt: skip


def _doubtful(numbers: list[str]) -> Text | None:
    if not numbers:
        return None
    named = ", ".join(numbers[:MAX_NUMBERS]) + (" ..." if len(numbers) > MAX_NUMBERS else "")
    return Text(f"Không tính các số có thể bị đọc sai: {named}.", f"Left out as probably misread: {named}.")


def stretches(numbers: tuple[int, ...]) -> str:
    """Write numbers as `3, 7-9, 12`, at most `MAX_NUMBERS` stretches."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    texts = ["-".join(map(str, stretch)) for stretch in found[:MAX_NUMBERS]]
    return ", ".join(texts) + (", …" if len(found) > MAX_NUMBERS else "")


def disputed_table(material: Material, agency: str = "") -> Table:
    """List numbers that went out with different contents (NAT-4): a row a content, for the clerks of all concerned."""
    rows = tuple(
        (
            material.name(one.issuer), f"{one.number}/{one.notation}", one.year, content.first_on.isoformat(),
            content.digest[:12], _names(material, content.senders), _names(material, content.recipients),
        )
        for one in material.disputes
        if not agency or agency == one.issuer or any(agency in (*c.senders, *c.recipients) for c in one.contents)
        for content in one.contents
    )  # fmt: skip
    return Table(
        "disputed",
        Text("Cùng số, ký hiệu nhưng khác nội dung", "One number, different contents"),
        (
            AGENCY, DOCUMENT, Column("year", Text("Năm", "Year")),
            Column("first_on", Text("Gửi lần đầu", "First sent"), "date"),
            Column("content", Text("Nội dung (SHA-256)", "Content")),
            Column("senders", Text("Cơ quan gửi", "Sent by")),
            Column("recipients", Text("Cơ quan nhận", "Received by")),
        ),
        rows,
    )  # fmt: skip


def _names(material: Material, agencies: tuple[str, ...]) -> str:
    return "; ".join(material.name(agency) for agency in agencies)


def recall_table(material: Material, agency: str = "") -> Table:
    """List what was taken back in the period; each is subtracted from the month it was counted in."""
    rows = tuple(
        (
            material.name(one.issuer), f"{one.number}/{one.notation}", one.year, one.recalled_on.isoformat(),
            one.recalled_by, one.counted_on.isoformat() if one.counted_on is not None else "",
        )
        for one in material.recalls
        if agency in {"", one.issuer}
    )  # fmt: skip
    return Table(
        "recalled",
        Text("Văn bản bị thu hồi trong kỳ", "Documents taken back in the period"),
        (
            AGENCY, DOCUMENT, Column("year", Text("Năm", "Year")),
            Column("recalled_on", Text("Ngày thu hồi", "Recalled"), "date"),
            Column("by", Text("Bằng văn bản", "By")),
            Column("counted_on", Text("Trừ khỏi ngày", "Subtracted from"), "date"),
        ),
        rows,
    )  # fmt: skip


def amendment_table(material: Material) -> Table:
    """List what was corrected or replaced in the period by other documents; nothing is subtracted for it."""
    rows = tuple(
        (
            material.name(one.issuer), f"{one.number}/{one.notation}", one.year, one.kind,
            one.amended_on.isoformat(), one.by, one.counted_on.isoformat() if one.counted_on is not None else "",
        )
        for one in material.amendments
    )  # fmt: skip
    return Table(
        "amended",
        Text("Văn bản được đính chính, thay thế trong kỳ", "Documents corrected or replaced in the period"),
        (
            AGENCY, DOCUMENT, Column("year", Text("Năm", "Year")), Column("how", Text("Hình thức", "How"), "state"),
            Column("amended_on", Text("Ngày", "Day"), "date"),
            Column("by", Text("Bằng văn bản", "By")),
            Column("counted_on", Text("Gửi lần đầu", "First sent"), "date"),
        ),
        rows,
        None,
        Text(
            "Văn bản được đính chính, thay thế vẫn được tính là đã phát hành; chỉ văn bản bị thu hồi được trừ.",
            "What is corrected or replaced stays counted as issued; only what is taken back is subtracted.",
        ),
    )  # fmt: skip
