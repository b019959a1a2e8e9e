"""Reference pages of reports and sheets, docs/reports.md and docs/records-import.md, from the tables the code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.records.definitions.catalogue import REPORTS, UNIT
from gateway.records.definitions.criteria import MEASURES
from gateway.records.definitions.lists import MIN_KNOWN
from gateway.records.definitions.rates import DEFINITIONS, RATE_TITLES
from gateway.records.definitions.targets import NEAR
from gateway.records.imports.grid import MAX_FILE_OCTETS, MAX_ROWS
from gateway.records.imports.sheets import COST_LINE_NAMES, SHEETS
from gateway.records.report import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.records.duties.packs import Obligations, Target

_REPORTS = """\
# Reports, publication and look-up

What `congthu records` writes of what it has counted (docs/records.md) and of what clerks declared
(docs/records-import.md). This page is written by `scripts/reference`.

<!-- not run: tests/commands/records does, on a made-up year -->
```sh
congthu records report public --period 2026-10 --out DIR   # HTML, XLSX, JSON and a CSV a table
congthu records report unit --period 2026-10 --out DIR     # a sheet for the head of every agency; --agency ID for one
congthu records publish DIR --period 2026-10               # freeze the month, write the public site
congthu records calendar --ics lich.ics --metrics congthu_reports.prom
congthu records find 125/SA-VP --year 2026 file.pdf        # known? when, signed, is this the file?
congthu records lookup                                     # the same as a page on 127.0.0.1:8095
```

A period is a month `2026-10`, a quarter `2026-Q3`, a half `2026-H1` or a year `2026`, in days of Viet Nam. Pages
hold everything inside one file, run no script and fetch nothing; they are made for screens, telephones and paper, in
Vietnamese with English labels. The JSON has a schema: `docs/schemas/report.schema.json`. The same figures make the
same octets in every form.
"""

_RULES = f"""\
## How figures are shown

- A share has both sides of its fraction. Without a declared total there is no rate: the page says "không có mẫu
  số", with the least number of documents that the number series tell of, and what the rate can be at most.
- Agencies come from the registry: one that sent nothing has a row. `records.territory` or `--territory` chooses
  whose.
- Counts of persons below {SMALL} are hidden, and what would give them away. Public reports name no document, no
  mailbox and no secret; messages marked as secrets are one number in a note.
- Caveats of the ledgers (a file missing, a clock, two hosts of one name, an agency the registry lost) stand on
  the page.
- Targets are judged where their time meets the period: met, nearly (up to {NEAR:.0f} points below), missed, or
  open without a denominator. Those of other years are listed as history.
- Exemplary and deficient units follow the same criteria (`records.criteria`; sample:
  config/records-criteria.toml). Exemplary: sent documents, at least {MIN_KNOWN} criteria known, good by all of
  them. Deficient: sent nothing, or good by less than half. The emulation sheet weighs the same measures; one
  without a denominator counts for nobody.
- Savings count documents without any paper part and of which no mail says that paper goes too, in months whose
  paper book a clerk called whole, times the unit prices entered. A cost line without an amount says why:
  printing in haste and certified copies cannot be told from mail, and no directive says how to count them. Pages
  of a copy are the mean of the paper parts entered in the period.
- Pairs match electronic and paper parts by issuer, number, notation and year; the lag is in working days,
  negative where paper came first. Without a whole paper book the state of a missing part is unknown, never
  "compliant"; beside it stands what the mail said of paper, which proves nothing.
- Documents that others correct or replace are listed, and stay counted; a corrected copy of the same number
  counts once.
- A submission is whole when in one mail at least rule HCM-2a missed nothing of what it names. Where that rule
  is not in force there is no denominator.

## Publication

`publish DIR --period MONTH` freezes the public statistics of a month that is over, and writes the site of all
frozen months: an index, a page a month with XLSX, CSV, JSON and `SHA256SUMS`, a page an agency. Any web server
shows it. A frozen month never changes: when figures differ later (a ledger that came late, a total declared
anew), publishing again needs `--note "why"` and makes a new version; the old one stays below it (`v1/`), each
with date and SHA-256. Frozen months are kept in the store and outlive a rebuild; a store that was changed by
hand is noticed and not published.

`publish DIR --due` is for a timer: it freezes the last month by itself on the day its public statistics are due
(BD-4d, or `records.duties`), for the first time and never again, and only when nothing needs anybody's judgement:
no caveat on its figures, every ledger that tells of it read beyond its end, all of it counted. Else it writes the
site, says what is in the way and ends with 65: look, then freeze with `--period`. A node whose ledger never came is
not missed by anybody; where one may be forgotten, freeze by hand.

## Look-up

`find` and the page of `lookup` tell whether the records know a document, when it was first sent, whether a
signature held, whether it was taken back, corrected or replaced and by what, whether its number went out with
another content, and whether a file is octet for octet the one that was sent. The page keeps and logs nothing.
It listens on loopback alone and knows no users: put a web server with a login in front of it and name that by
`--host`.

## Report calendar

Duties stand in `reports.toml` beside a pack, with citation. Where the text names no day, the day below is
Congthu's until a decision sets one: write it into a file of the same form, each entry with its `pack`, and name
it as `records.duties`. Who owes a report is read from the registry on the last day of its period; `start_dates`
and `end_dates` of a pack hold here too. What was handed in, clerks enter (docs/records-import.md); a duty with
`handed_in_by = "totals"` (BD-5e) is handed in on the day the totals of its month were entered first. `--ics`
writes an iCalendar file (RFC 5545), `--metrics` a file for the textfile collector of Prometheus' node exporter
(ADR 0019): `congthu_reports_overdue{{duty}}`, `congthu_reports_due{{duty}}` and
`congthu_reports_calendar_timestamp_seconds`. CongthuReportsOverdue of config/prometheus/rules.yml rests on them
([runbook](runbooks/CongthuReportsOverdue.md)).

"""

_IMPORT = f"""\
# Nhập số liệu của văn thư

Cổng thư chỉ thấy văn bản đi qua mạng. Tổng số văn bản phát hành và đến, bản giấy, đơn giá, báo cáo đã gửi do
văn thư nhập bằng tệp Excel (.xlsx) hoặc CSV (UTF-8). Trang này do `scripts/reference` viết. In English: sheets
that clerks fill in.

<!-- not run: tests/commands/records does, with sheets of its own -->
```sh
congthu records template totals > so-lieu.csv     # mẫu trống: totals, paper, prices, handed-in
congthu records import --check so-lieu.xlsx       # chỉ kiểm tra
congthu records import so-lieu.xlsx
congthu records imports                           # đã nhập những gì; --withdraw SỐ để rút lại
```

- Loại bảng được nhận ra theo dòng tiêu đề; dòng này có thể nằm dưới quốc hiệu, tên cơ quan (trong 20 dòng đầu).
  Cột `STT` và `Ghi chú` được bỏ qua, dòng `Tổng cộng` cũng vậy. Cột lạ là lỗi, để không số nào bị bỏ sót.
- **Một lỗi thì không dòng nào được nhập.** Mọi lỗi được nêu cùng lúc, theo dòng và ô: `so-lieu.xlsx: ô C7: …`.
- Công thức không được tính: hãy chép rồi dán giá trị (Paste Special > Values). Chỉ trang tính đầu tiên được
  đọc.
- Nhập lại cùng cơ quan, cùng tháng (hoặc cùng văn bản, khoản chi, báo cáo) thì số mới thay số cũ. Cùng một tệp
  chỉ nhập một lần. Tháng đã công bố không đổi: xem “Publication” trong [reports.md](reports.md).
- Không nhập văn bản mật, cả trong tổng số.
- Nhập tổng số của một tháng cũng là đã nộp thống kê của đơn vị (BD-5e), vào ngày nhập lần đầu; sửa sau đó không
  thành nộp muộn.
- Tối đa {MAX_ROWS} dòng và {MAX_FILE_OCTETS // 1024 // 1024} MiB mỗi tệp; tệp có mật khẩu không đọc được.
"""


_HEAD = "| cột | phải có | cũng được viết | ghi gì |\n|---|---|---|---|\n"


def reports_page(obligations: Obligations) -> str:
    """Write docs/reports.md."""
    parts = [_REPORTS, "\n## Reports\n\n| name | says | answers |\n|---|---|---|\n"]
    parts += [f"| `{name}` | {entry.says} | {entry.source} |\n" for name, entry in REPORTS.items()]
    parts.append(
        f"| `{UNIT}` | sheet for the head of one agency: past, peers, what is due, what to mend | BD-5b, BD-5e |\n\n"
    )
    parts += [_RULES, *_duties(obligations), "\n## Measures\n\n| measure | Vietnamese | is |\n|---|---|---|\n"]
    for name, one in DEFINITIONS.items():
        parts.append(f"| `{name}` | {one.term.vi} | {one.meaning.en} [{one.source}] |\n")
    others = ", ".join(f"`{name}` ({RATE_TITLES[name].en.lower()})" for name in MEASURES if name not in DEFINITIONS)
    parts.append(f"\nCriteria may also name {others}.\n")
    return "".join(parts)


def _duties(obligations: Obligations) -> Iterator[str]:
    yield "| duty | every | due | who | source |\n|---|---|---|---|---|\n"
    for one in obligations.duties:
        due = one.due.on.isoformat() if one.due.on else f"{one.due.working_days} working days after"
        named = "" if one.due.is_named else " (not named)"
        who = ", ".join(one.classes or tuple(office.notation for office in one.offices))
        yield f"| {one.id} {one.title.en} | {one.every} | {due}{named} | {who} | {one.cites} |\n"
    yield "\n## Targets\n\n| target | measure | goal | from | to | classes | source |\n|---|---|---|---|---|---|---|\n"
    for target in obligations.targets:
        yield (
            f"| {target.id} {target.title.en} | `{target.measure}` | {_goal(target)} | {target.since or ''} | "
            f"{target.until or ''} | {', '.join(target.classes) or 'all'} | {target.cites} |\n"
        )


def _goal(target: Target) -> str:
    return f"at least {target.at_least:g} %" if target.at_least is not None else f"below {target.below:g} %"


def import_page() -> str:
    """Write docs/records-import.md."""
    parts = [_IMPORT]
    for sheet in SHEETS:
        parts.append(
            f"\n## {sheet.title} (`{sheet.kind}`)\n\n| cột | phải có | cũng được viết | ghi gì |\n|---|---|---|---|\n"
        )
        for column in sheet.columns:
            required = "có" if column.is_required else "không"
            parts.append(f"| {column.titles[0]} | {required} | {', '.join(column.titles[1:])} | {column.hint} |\n")
    lines = "; ".join(f"{names[0]} (`{line}`)" for line, names in COST_LINE_NAMES.items())
    parts.append(f"\nKhoản chi: {lines}.\n")
    return "".join(parts)
