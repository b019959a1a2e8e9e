"""Words of caveats, by kind, to be filled in with `str.format`."""

from __future__ import annotations

from typing import Final, Literal

from gateway.records.report import Text

Kind = Literal[
    "ledger_gap", "ledger_damaged", "ledger_missing", "two_nodes_one_name", "clock_set_back", "clock_ahead",
    "clock_behind", "agency_not_in_registry", "agency_not_living", "outcome_unknown", "outcome_alone",
]  # fmt: skip

WORDS: Final[dict[Kind, Text]] = {
    "ledger_gap": Text(
        "Sổ của {subject} thiếu {count} bản ghi từ {first} đến {last} ({reason}): số liệu thấp hơn thực tế.",
        "The ledger of {subject} lacks {count} records from {first} to {last} ({reason}): figures are too low.",
    ),
    "ledger_damaged": Text(
        "Tệp {subject} hỏng từ bản ghi {begin} đến {end} ({reason}); phần còn lại vẫn được tính.",
        "File {subject} is damaged from record {begin} to {end} ({reason}); the rest is counted.",
    ),
    "ledger_missing": Text(
        "Chưa có đủ tệp {subject} của {host}: số liệu đến {last} có thể thiếu.",
        "File {subject} of {host} was not, or not wholly, read: figures up to {last} may be too low.",
    ),
    "two_nodes_one_name": Text(
        "Hai máy cùng xưng tên {subject} từ {first} đến {last} ({file} và {other}): cả hai đều được tính; hãy đổi"
        " tên một máy.",
        "Two hosts go by the name {subject} from {first} to {last} ({file} and {other}): both are counted; rename one.",
    ),
    "clock_set_back": Text(
        "Đồng hồ của {subject} bị lùi {hours} giờ (từ {last} về {first}): thư quanh lúc đó có thể bị tính sai ngày.",
        "The clock of {subject} was set back by {hours} hours ({last} to {first}): mail may be counted on a wrong day.",
    ),
    "clock_ahead": Text(
        "Đồng hồ của {subject} chạy nhanh khoảng {hours} giờ: có thư ghi ngày {last}.",
        "The clock of {subject} is ahead by about {hours} hours: its ledger holds mail of {last}.",
    ),
    "clock_behind": Text(
        "Đồng hồ của {subject} có thể chạy chậm: từ {first} đến {last} có {count} văn bản ghi ngày sau ngày gửi.",
        "The clock of {subject} may be behind: {first} to {last}, {count} documents bear a later date than their mail.",
    ),
    "agency_not_in_registry": Text(
        "Cơ quan {subject} có {count} văn bản mà danh bạ không (còn) ghi: vẫn được tính, không có tên.",
        "Agency {subject} has {count} documents and is not, or no longer, in the registry: counted without a name.",
    ),
    "agency_not_living": Text(
        "Cơ quan {subject} có {count} văn bản ngoài thời gian tồn tại ghi trong danh bạ.",
        "Agency {subject} has {count} documents outside the days it lived, by the registry.",
    ),
    "outcome_unknown": Text(
        "{count} thư từ {first} đến {last} không rõ máy chủ thư đã nhận hay chưa; văn bản trong đó không được tính.",
        "Of {count} mails from {first} to {last} nobody knows whether the next hop took them; they count no document.",
    ),
    "outcome_alone": Text(
        "{count} kết quả chuyển thư trong sổ của {subject} từ {first} đến {last} không có bản ghi thư tương ứng: thiếu"
        " một tệp sổ.",
        "{count} outcomes of {subject}, {first} to {last}, are of mails no ledger at hand tells of: a file is missing.",
    ),
}

_WRONG_DAY: Final = Text("Thư{days} có thể bị tính sai ngày.", "Mail{days} may be counted on a wrong day.")
_NAMELESS: Final = Text(
    "{count} văn bản{days} của cơ quan mà danh bạ không (còn) ghi: vẫn được tính.",
    "{count} documents{days} are of an agency that is not, or no longer, in the registry: they are counted.",
)
_EFFECTS: Final[dict[Kind, Text]] = {
    "clock_set_back": _WRONG_DAY,
    "clock_ahead": _WRONG_DAY,
    "clock_behind": _WRONG_DAY,
    "agency_not_in_registry": _NAMELESS,
    "agency_not_living": _NAMELESS,
    "two_nodes_one_name": Text(
        "Số liệu{days} đến từ hai máy cùng tên: cả hai đều được tính.",
        "Figures{days} come from two hosts of one name: both are counted.",
    ),
}
_TOO_LOW: Final = Text("Số liệu{days} có thể thấp hơn thực tế.", "Figures{days} may be too low.")


def public_words(kind: Kind, first: int, last: int, count: int) -> Text:
    """Say effect and days (20261031; 0: nobody knows) of a caveat to everybody: no host, no file, no registry id."""
    words = _EFFECTS.get(kind, _TOO_LOW)
    begin, end = shown_day(first), shown_day(last)
    days = (f" từ {begin} đến {end}", f" from {begin} to {end}") if first and last else ("", "")
    return Text(words.vi.format(days=days[0], count=count), words.en.format(days=days[1], count=count))


def shown_day(day: int) -> str:
    """Write a day, 20261031 as 31/10/2026; `?` for 0."""
    return f"{day % 100:02}/{day // 100 % 100:02}/{day // 10_000}" if day else "?"
