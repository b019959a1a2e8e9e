"""Registry files: dated look-ups, and every problem at its file, line and key."""

import datetime as dt

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.registry.files import EMPTY_REGISTRY, dump, generation_of, load_dump, load_registry
from gateway.edge.registry.toml import AGENCY_KEYS
from gateway.values.faults import Misconfigured
from gateway.values.registry import Agency, DomainEntry, MailboxEntry

DAY = dt.date(2026, 1, 1)

AGENCIES = """\
[[agency]]
id = "ubnd-a"
name = "Ủy ban nhân dân tỉnh A"
level = "province"
class = "ubnd"
territory = "tinh-a"
domains = ["tinh-a.gov.vn"]

[[agency]]
id = "so-a"
name = [
  { value = "Sở Thông tin A", valid_to = 2025-02-28, evidence = "QĐ 1/2008" },
  { value = "Sở Khoa học A", valid_from = 2025-03-01, evidence = "QĐ 2/2025" },
]
names = ["STTTT", { value = "SKHCN", valid_from = 2025-03-01 }]
notations = ["STTTT"]
codes = ["000.00.15.H09"]
level = "province"
class = [{ value = "department" }]
territory = "tinh-a"
parent = "ubnd-a"
valid_from = 2008-01-01
valid_to = 2025-06-30
evidence = "202/2025/QH15"
certificate = [
  { value = "none", valid_to = 2015-12-31 },
  { value = "issued", valid_from = 2016-01-01, evidence = "CV 3/2016" },
]
certificate_serials = [{ value = "54:04:FE", valid_from = 2016-01-01 }]
certificate_subjects = ["SỞ THÔNG TIN A"]
tax_code = "3700123456"
domains = ["so-a.tinh-a.gov.vn", { value = "so-a.example", kind = "registered_other" }]
mailboxes = [
  "vanthu@so-a.tinh-a.gov.vn",
  { address = "phong1@so-a.tinh-a.gov.vn", kind = "personal", valid_from = 2014-07-01, valid_to = 2014-12-31 },
  { address = "phong1@so-a.tinh-a.gov.vn", kind = "system", valid_from = 2015-01-01 },
]
successors = [{ agency = "ubnd-a", valid_from = 2025-07-01, evidence = "202/2025/QH15" }]

[agency.start_dates]
"BD-1d" = 2014-07-01
[agency.end_dates]
"DL-7" = { date = 2018-12-31, evidence = "QĐ 9/2018" }

[[domain]]
domain = "chung.example"
valid_from = 2020-01-01
"""


def write(folder, **files):
    """Write files named `a_toml` as `a.toml`; text as UTF-8, octets as they are."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return paths


def load(folder, lists=(), **files):
    """Write and load."""
    return load_registry(write(folder, **files), lists)


def problems_of(folder, **files):
    """Load files that are wrong; give the problems with bare file names."""
    with pytest.raises(Misconfigured) as raised:
        load(folder, **files)
    return [str(problem).replace(f"{folder}/", "") for problem in raised.value.problems]


# Look-ups


def test_an_agency_stands_as_it_was_on_the_date(tmp_path):
    """Every attribute takes the value that held on the day."""
    registry = load(tmp_path, a_toml=AGENCIES)

    expected = Agency(
        id="so-a",
        name="Sở Thông tin A",
        names=("Sở Thông tin A", "STTTT"),
        notations=("STTTT",),
        codes=("000.00.15.H09",),
        level="province",
        agency_class="department",
        territory="tinh-a",
        parent="ubnd-a",
        certificate="none",
        certificate_subjects=("SỞ THÔNG TIN A",),
        tax_code="3700123456",
        mailbox="vanthu@so-a.tinh-a.gov.vn",
        start_dates={"BD-1d": dt.date(2014, 7, 1)},
        end_dates={"DL-7": dt.date(2018, 12, 31)},
    )

    assert expected == registry.agency("so-a", dt.date(2015, 12, 31))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2007, 12, 31), None),
        (dt.date(2008, 1, 1), ("Sở Thông tin A", "none")),
        (dt.date(2016, 1, 1), ("Sở Thông tin A", "issued")),
        (dt.date(2025, 2, 28), ("Sở Thông tin A", "issued")),
        (dt.date(2025, 3, 1), ("Sở Khoa học A", "issued")),
        (dt.date(2025, 6, 30), ("Sở Khoa học A", "issued")),
        (dt.date(2025, 7, 1), None),
    ],
)
def test_intervals_hold_on_their_first_and_last_day(tmp_path, on, expected):
    """Both bounds are included; outside its life an agency does not exist."""
    agency = load(tmp_path, a_toml=AGENCIES).agency("so-a", on)

    assert expected == (agency and (agency.name, agency.certificate))


def test_an_agency_without_dates_exists_always(tmp_path):
    """No dates mean no bounds."""
    registry = load(tmp_path, a_toml=AGENCIES)

    assert all(registry.agency("ubnd-a", day) for day in (dt.date.min, DAY, dt.date.max))


def test_mailboxes_change_kind_with_the_date(tmp_path):
    """One address may be personal first and a system's later."""
    registry = load(tmp_path, a_toml=AGENCIES)
    days = (dt.date(2014, 6, 30), dt.date(2014, 7, 1), dt.date(2015, 1, 1), dt.date(2025, 7, 1))

    found = [registry.find_mailbox("phong1@so-a.tinh-a.gov.vn", day) for day in days]

    assert [None, MailboxEntry("so-a", "personal"), MailboxEntry("so-a", "system"), None] == found


def test_where_a_mailbox_passes_its_mail_on_to(tmp_path):
    """In TOML and CSV alike; a target that is no address is a problem with its place."""
    agency = '[[agency]]\nid = "a"\nmailboxes = [{ address = "x@a.example", forwards_to = "X@Gmail.com" }]\n'
    rows = "hộp thư;cơ quan;chuyển tiếp đến\ny@a.example;a;y@gmail.com\nz@a.example;a;\n"
    registry = load(tmp_path, a_toml=agency, b_csv=rows)
    found = [registry.find_mailbox(f"{name}@a.example", DAY) for name in "xyz"]
    assert ["x@gmail.com", "y@gmail.com", ""] == [one.forwards_to for one in found]

    wrong = problems_of(
        tmp_path, a_toml=agency.replace("X@Gmail.com", "gmail"), b_csv=rows.replace("y@gmail.com", "nobody")
    )
    assert ["a.toml:3", "b.csv:2"] == [problem.split(" ")[0].rstrip(":") for problem in wrong]
    assert all("forwards_to" in problem for problem in wrong)


def test_a_mailbox_of_another_local_part_or_domain_is_not_found(tmp_path):
    """Look-ups take the whole address."""
    registry = load(tmp_path, a_toml=AGENCIES)
    wrong = ("vanth@so-a.tinh-a.gov.vn", "vanthu2@so-a.tinh-a.gov.vn", "vanthu@tinh-a.gov.vn", "vanthu", "", "\udcff@x")

    assert [None] * len(wrong) == [registry.find_mailbox(address, dt.date(2020, 1, 1)) for address in wrong]


@pytest.mark.parametrize(
    ("domain", "on", "expected"),
    [
        ("so-a.tinh-a.gov.vn", dt.date(2020, 1, 1), DomainEntry("official", "so-a")),
        ("mail.so-a.tinh-a.gov.vn", dt.date(2020, 1, 1), DomainEntry("official", "so-a")),
        ("so-a.tinh-a.gov.vn", DAY, DomainEntry("official", "ubnd-a")),
        ("xso-a.tinh-a.gov.vn", dt.date(2020, 1, 1), DomainEntry("official", "ubnd-a")),
        ("so-a.example", dt.date(2020, 1, 1), DomainEntry("registered_other", "so-a")),
        ("chung.example", dt.date(2020, 1, 1), DomainEntry("official")),
        ("chung.example", dt.date(2019, 12, 31), DomainEntry("unknown")),
        ("tinh-b.gov.vn", DAY, DomainEntry("official")),
        ("gov.vn", DAY, DomainEntry("unknown")),
        ("xgov.vn", DAY, DomainEntry("unknown")),
        ("tinh-a.gov.vn.free.example", DAY, DomainEntry("free")),
        ("free.example", DAY, DomainEntry("free")),
        ("throwaway.example", DAY, DomainEntry("disposable")),
        ("vn", DAY, DomainEntry("unknown")),
        ("", DAY, DomainEntry("unknown")),
    ],
)
def test_domains_are_compared_on_label_boundaries(tmp_path, domain, on, expected):
    """Exact first, then parents, then the lists; `gov.vn` itself belongs to nobody."""
    text = "[official]\ngov.vn\n[free]\nfree.example\n[disposable]\nthrowaway.example # one use\n"
    (tmp_path / "list.txt").write_text(text)

    registry = load(tmp_path, [tmp_path / "list.txt"], a_toml=AGENCIES)

    assert expected == registry.find_domain(domain, on)


def test_of_two_lists_the_stronger_layer_stands(tmp_path):
    """A local allow entry outweighs the shipped free list, in any order of files."""
    (tmp_path / "shipped.txt").write_text("[free]\nfirm.example\n")
    (tmp_path / "own.txt").write_text("[allow]\nfirm.example\n")
    lists = [tmp_path / "shipped.txt", tmp_path / "own.txt"]

    found = [load_registry([], order).find_domain("firm.example", DAY).kind for order in (lists, lists[::-1])]

    assert found == ["unknown", "unknown"]


def test_international_names_are_stored_as_a_labels(tmp_path):
    """A domain written in Vietnamese letters is found by its A-labels."""
    registry = load(
        tmp_path, a_toml='[[agency]]\nid = "a"\ndomains = ["Tỉnh.example"]\nmailboxes = ["Văn.Thư@tỉnh.example"]\n'
    )

    assert DomainEntry("official", "a") == registry.find_domain("xn--tnh-dlz.example", DAY)
    assert MailboxEntry("a", "agency") == registry.find_mailbox("văn.thư@xn--tnh-dlz.example", DAY)


def test_protected_names_follow_the_date(tmp_path):
    """Names and abbreviations of the day are protected, folded; names of ended agencies are not."""
    registry = load(tmp_path, a_toml=AGENCIES)
    names = [dict(registry.protected_names(day)) for day in (dt.date(2020, 1, 1), dt.date(2025, 6, 30), DAY)]
    ubnd = {"uy ban nhan dan tinh a": "ubnd-a"}

    assert [
        ubnd | {"so thong tin a": "so-a", "stttt": "so-a"},
        ubnd | {"so khoa hoc a": "so-a", "stttt": "so-a", "skhcn": "so-a"},
        ubnd,
    ] == names


def test_protected_domains_are_official_ones_of_every_time(tmp_path):
    """What a look-alike imitates, always the same object, so that indexes of it can be remembered."""
    registry = load(tmp_path, a_toml=AGENCIES)

    assert {"tinh-a.gov.vn", "so-a.tinh-a.gov.vn", "chung.example"} == registry.protected_domains()
    assert registry.protected_domains() is registry.protected_domains()


def test_history_keeps_evidence_and_successors(tmp_path):
    """What a verdict rests on can be shown."""
    history = load(tmp_path, a_toml=AGENCIES).find_history("so-a")

    assert ("202/2025/QH15", [("ubnd-a", dt.date(2025, 7, 1).toordinal(), "202/2025/QH15")]) == (
        history.evidence,
        [(link.value, link.start, link.evidence) for link in history.successors],
    )
    assert {"QĐ 1/2008", "QĐ 2/2025"} == {dated.evidence for dated in history.values if dated.key == "name"}


def test_a_dump_answers_like_the_registry_it_was_made_of(tmp_path):
    """Another process sees the same registry, and the same generation."""
    registry = load(tmp_path, a_toml=AGENCIES)

    copy = load_dump(dump(registry))

    assert registry.agency("so-a", dt.date(2020, 1, 1)) == copy.agency("so-a", dt.date(2020, 1, 1))
    assert registry.find_mailbox("vanthu@so-a.tinh-a.gov.vn", DAY) == copy.find_mailbox(
        "vanthu@so-a.tinh-a.gov.vn", DAY
    )
    assert copy.agency_ids() == ("so-a", "ubnd-a")
    assert generation_of(registry) == generation_of(copy) != generation_of(EMPTY_REGISTRY)


def test_an_empty_registry_knows_nothing():
    """Without files every question has an answer all the same."""
    found = (
        EMPTY_REGISTRY.find_mailbox("a@b.example", DAY),
        EMPTY_REGISTRY.find_domain("b.example", DAY),
        EMPTY_REGISTRY.agency("a", DAY),
        EMPTY_REGISTRY.agency_ids(),
        EMPTY_REGISTRY.protected_names(DAY),
    )

    assert (None, DomainEntry("unknown"), None, (), {}) == found


# CSV

SPREADSHEETS = {
    "comma": "address,agency,kind,valid_from,valid_to,evidence\nVanThu@A.example,a,,2014-07-01,2014-12-31,\n",
    "semicolon with mark": "\ufeffĐịa chỉ;Cơ quan;Loại;Từ ngày;Đến ngày;Căn cứ\r\nvanthu@a.example;a;Văn thư;01/07/2014;31/12/2014;QĐ 1\r\n",
    "tab": "email\tmã cơ quan\ttừ ngày\tđến ngày\nvanthu@a.example\ta\t1.7.2014\t31.12.2014\n",
    "quoted, blank rows": '"address","agency","valid_to","valid_from"\n,,,\n"vanthu@a.example","a","2014-12-31","2014-07-01"\n\n',
}


@pytest.mark.parametrize("text", SPREADSHEETS.values(), ids=SPREADSHEETS)
def test_csv_is_read_as_spreadsheets_write_it(tmp_path, text):
    """Separators, marks, line ends, Vietnamese headers and dates make no difference."""
    registry = load(tmp_path, a_toml='[[agency]]\nid = "a"\n', m_csv=text)
    days = (dt.date(2014, 6, 30), dt.date(2014, 7, 1), dt.date(2014, 12, 31), dt.date(2015, 1, 1))

    found = [registry.find_mailbox("vanthu@a.example", day) for day in days]

    assert [None, MailboxEntry("a", "agency"), MailboxEntry("a", "agency"), None] == found


def test_rows_with_one_id_are_the_history_of_an_agency(tmp_path):
    """A row holds for its interval; lists are separated by `|`."""
    text = (
        "id;name;names;domains;certificate;valid_from;valid_to;evidence\n"
        "xa-1;UBND xã 1;Xã 1|UBND X1;xa1.example;none;;30/06/2025;\n"
        "xa-1;UBND phường 1;;xa1.example|phuong1.example;issued;01/07/2025;;1685/NQ\n"
    )
    registry = load(tmp_path, a_csv=text)

    before, after = (registry.agency("xa-1", day) for day in (dt.date(2025, 6, 30), dt.date(2025, 7, 1)))

    assert Agency("xa-1", "UBND xã 1", ("UBND xã 1", "Xã 1", "UBND X1"), certificate="none") == before
    assert Agency("xa-1", "UBND phường 1", ("UBND phường 1",), certificate="issued") == after
    assert registry.find_domain("phuong1.example", DAY).agency == "xa-1"


def test_a_mailbox_without_dates_lives_as_long_as_its_agency(tmp_path):
    """A clerk need not repeat the dates of the agency in 500 rows."""
    registry = load(
        tmp_path,
        a_toml='[[agency]]\nid = "a"\nvalid_to = 2025-06-30\n',
        m_csv="address,agency\nx@a.example,a\n",
    )

    assert registry.find_mailbox("x@a.example", dt.date(2025, 6, 30))
    assert None is registry.find_mailbox("x@a.example", dt.date(2025, 7, 1))


def test_days_by_decision_stand_over_the_laws_own(tmp_path):
    """A swapped Saturday is worked, a range is off, and a dump to the workers says the same."""
    text = (
        "[[day]]\ndate = 2026-11-21\nworked = true\n"
        '[[day]]\ndate = 2026-11-23\nuntil = 2026-11-24\nworked = false\nevidence = "TB 1/TB-X"\n'
    )
    days = load_dump(dump(load(tmp_path, a_toml=text))).working_days()

    worked = [days.is_working(dt.date(2026, 11, day)) for day in range(20, 26)]
    assert [True, True, False, False, False, True] == worked


# Problems

TOML_PROBLEMS = {
    "day without worked": ("[[day]]\ndate = 2026-11-21\n", "a.toml:1: day[0]: needs `worked`"),
    "day worked and off": (
        "[[day]]\ndate = 2026-11-21\nworked = true\n[[day]]\ndate = 2026-11-21\nworked = false\n",
        "a.toml:5: day[1].date: 2026-11-21 is said to be worked and off",
    ),
    "days without end": (
        "[[day]]\ndate = 2026-11-21\nuntil = 2027-11-21\nworked = false\n",
        "a.toml:3: day[0].until: must be the last day, at most 31 from `date`",
    ),
    "day of the week": (
        '[[day]]\ndate = 2026-11-21\nworked = "no"\n',
        "a.toml:3: day[0].worked: must be true (a working day) or false (a day off)",
    ),
    "unknown key": (
        '[[agency]]\nid = "a"\nnotation = ["X"]\n',
        "a.toml:3: agency[0].notation: unknown key; did you mean `notations`?",
    ),
    "unknown table": ("[[agencies]]\n", "a.toml:1: agencies: unknown key; did you mean `agency`?"),
    "unknown key of a value": (
        '[[agency]]\nid = "a"\nname = [\n  { value = "A", from = 2025-01-01 },\n]\n',
        "a.toml:4: agency[0].name[0].from: unknown key",
    ),
    "not TOML": ('[[agency]]\nid = "a\n', "a.toml:2: not valid TOML: Illegal character '\\n' (column 8)"),
    "no id": ('[[agency]]\nname = "A"\n', "a.toml:1: agency[0]: an agency needs an `id`"),
    "bad id": (
        '[[agency]]\nid = "Sở A"\n',
        "a.toml:2: agency[0].id: `Sở A` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters",
    ),
    "not a table": ("agency = [1]\n", "a.toml:1: agency[0]: must be a table, written [[agency]] or { ... }"),
    "not text": ('[[agency]]\nid = "a"\nname = 5\n', "a.toml:3: agency[0].name: must be text in quotes"),
    "no value": ('[[agency]]\nid = "a"\nname = {}\n', "a.toml:3: agency[0].name: needs `value`"),
    "empty text": (
        '[[agency]]\nid = "a"\nname = " "\n',
        "a.toml:3: agency[0].name: is empty; write the text or leave the key out",
    ),
    "bad date": (
        '[[agency]]\nid = "a"\nvalid_from = "2025-02-30"\n',
        "a.toml:3: agency[0].valid_from: `2025-02-30` is not a day of the calendar",
    ),
    "date in words": (
        '[[agency]]\nid = "a"\nvalid_from = "today"\n',
        "a.toml:3: agency[0].valid_from: `today` is not a date; write 2025-07-01 or 01/07/2025 (day first)",
    ),
    "date and time": (
        '[[agency]]\nid = "a"\nvalid_from = 2025-02-03T00:00:00Z\n',
        "a.toml:3: agency[0].valid_from: must be a date such as 2025-07-01",
    ),
    "reversed interval": (
        '[[agency]]\nid = "a"\nvalid_from = 2025-01-01\nvalid_to = 2024-01-01\n',
        "a.toml:4: agency[0].valid_to: lies before `valid_from`; it is the last day, included",
    ),
    "level": (
        '[[agency]]\nid = "a"\nlevel = "xã"\n',
        "a.toml:3: agency[0].level: `xã` is not known; use one of central, province, district, commune, unit",
    ),
    "class": (
        '[[agency]]\nid = "a"\nclass = "Sở"\n',
        "a.toml:3: agency[0].class: `Sở` is not a class; use a-z, 0-9 and underscores, such as `commune_ubnd`",
    ),
    "code": (
        '[[agency]]\nid = "a"\ncodes = ["h09"]\n',
        "a.toml:3: agency[0].codes[0]: `h09` is not of the form `000.00.15.H09`",
    ),
    "domain": (
        '[[agency]]\nid = "a"\ndomains = ["so a.vn", "vn"]\n',
        (
            "a.toml:3: agency[0].domains[0]: `so a.vn` is not a domain name; write it like `so-a.tinh-b.gov.vn`\n"
            "a.toml:3: agency[0].domains[1]: `vn` is not a domain name; write it like `so-a.tinh-b.gov.vn`"
        ),
    ),
    "domain kind": (
        '[[domain]]\ndomain = "a.vn"\nkind = "free"\n',
        "a.toml:3: domain[0].kind: `free` is not known; use one of official, registered_other",
    ),
    "address": (
        '[[agency]]\nid = "a"\nmailboxes = ["a", "a..b@c.vn", "a@b@c.vn"]\n',
        (
            "a.toml:3: agency[0].mailboxes[0]: `a` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`\n"
            "a.toml:3: agency[0].mailboxes[1]: `a..b@c.vn` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`\n"
            "a.toml:3: agency[0].mailboxes[2]: `a@b@c.vn` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`"
        ),
    ),
    "mailbox kind": (
        '[[agency]]\nid = "a"\nmailboxes = [{ address = "a@b.vn", kind = "chef" }]\n',
        (
            "a.toml:3: agency[0].mailboxes[0].kind: `chef` is not a kind of mailbox; use one of agency, văn thư, cơ quan,"
            " personal, cá nhân, system, hệ thống, registered_other, đăng ký khác"
        ),
    ),
    "start dates": (
        '[[agency]]\nid = "a"\nstart_date_unset = 1\nstart_dates = { "BD-1d" = "x" }\n',
        (
            "a.toml:3: agency[0].start_date_unset: must be true or false\n"
            "a.toml:4: agency[0].start_dates.BD-1d: `x` is not a date; write 2025-07-01 or 01/07/2025 (day first)"
        ),
    ),
    "defined twice": (
        '[[agency]]\nid = "a"\n[[agency]]\nid = "a"\n',
        "a.toml:4: agency[1].id: agency `a` is defined already at a.toml:2",
    ),
    "overlap": (
        (
            '[[agency]]\nid = "a"\nname = [\n  { value = "N2", valid_from = 2025-07-01 },\n'
            '  { value = "N1", valid_to = 2025-07-01 },\n]\n'
        ),
        (
            "a.toml:4: agency[0].name[0]: `N2` from 2025-07-01 overlaps `N1` (a.toml:5), which holds until 2025-07-01;"
            " `valid_to` is the last day, included"
        ),
    ),
    "list value twice": (
        '[[agency]]\nid = "a"\nnotations = ["X", "Y", "X"]\nvalid_from = 2020-01-01\nvalid_to = 2021-01-01\n',
        (
            "a.toml:3: agency[0].notations[2]: `X` from 2020-01-01 overlaps `X` (a.toml:3), which holds until 2021-01-01;"
            " `valid_to` is the last day, included"
        ),
    ),
    "missing parent": (
        '[[agency]]\nid = "ubnd"\n[[agency]]\nid = "a"\nparent = "ubdn"\n',
        "a.toml:5: agency[1].parent: parent `ubdn` is not in the registry; did you mean `ubnd`?",
    ),
    "missing successor": (
        '[[agency]]\nid = "a"\nsuccessors = [{ agency = "zzz" }]\n',
        "a.toml:3: agency[0].successors[0]: successor `zzz` is not in the registry",
    ),
    "circle of parents": (
        (
            '[[agency]]\nid = "b"\nparent = "a"\n[[agency]]\nid = "a"\nparent = { value = "b", valid_from = 2020-01-01 }\n'
            '[[agency]]\nid = "c"\nparent = "a"\n'
        ),
        "a.toml:6: agency[1].parent: parents run in a circle on 2020-01-01: a -> b -> a",
    ),
    "circle of successors": (
        '[[agency]]\nid = "a"\nsuccessors = [{ agency = "a" }]\n',
        "a.toml:3: agency[0].successors[0]: successors run in a circle: a -> a",
    ),
    "domain of two agencies": (
        (
            '[[agency]]\nid = "a"\ndomains = ["x.vn"]\nvalid_to = 2025-06-30\n[[agency]]\nid = "b"\ndomains = ["x.vn"]\n'
            "valid_from = 2025-06-30\n"
        ),
        "a.toml:7: agency[1].domains[0]: domain `x.vn` belongs to agency `a` (a.toml:3) until 2025-06-30 already",
    ),
    "mailbox of two agencies": (
        (
            '[[agency]]\nid = "a"\nmailboxes = ["m@x.vn"]\nvalid_to = 2025-06-30\n[[agency]]\nid = "b"\n'
            'mailboxes = ["M@x.vn"]\nvalid_from = 2025-06-01\n'
        ),
        "a.toml:7: address: mailbox `m@x.vn` is owned by agency `a` already at a.toml:3 on 2025-06-01",
    ),
}


@pytest.mark.parametrize(("text", "expected"), TOML_PROBLEMS.values(), ids=TOML_PROBLEMS)
def test_toml_problems_name_file_line_and_key(tmp_path, text, expected):
    """Each class of error, word for word."""
    assert expected.split("\n") == problems_of(tmp_path, a_toml=text)


CSV_PROBLEMS = {
    "unknown column": (
        "address,agency,kindd\n",
        "m.csv:1: kindd: unknown column; did you mean `kind`?",
    ),
    "missing column": (
        "địa chỉ;loại\nx@a.vn;\n",
        "m.csv:1: agency: the header row lacks the column `agency` (or `cơ quan`, `mã cơ quan`)",
    ),
    "column twice": ("address,agency,email\n", "m.csv:1: email: column `address` stands twice"),
    "bad cells": (
        'address,agency,kind,valid_from,valid_to\nx,a,,,\nx@a.vn,,,,\n"x@a.vn",a,chef,,\nx@a.vn,a,,31/02/2025,\n',
        (
            "m.csv:2: address: `x` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`\n"
            "m.csv:3: agency: is empty; a mailbox belongs to an agency\n"
            "m.csv:4: kind: `chef` is not a kind of mailbox; use one of agency, văn thư, cơ quan, personal, cá nhân,"
            " system, hệ thống, registered_other, đăng ký khác\n"
            "m.csv:5: valid_from: `31/02/2025` is not a day of the calendar"
        ),
    ),
    "reversed interval": (
        "address,agency,valid_from,valid_to\nx@a.vn,a,2025-02-01,2025-01-01\n",
        "m.csv:2: valid_to: lies before `valid_from`; it is the last day, included",
    ),
    "all mistakes of a row": (
        "address,agency,kind,valid_from\nx,,chef,31/02/2025\n",
        (
            "m.csv:2: address: `x` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`\n"
            "m.csv:2: kind: `chef` is not a kind of mailbox; use one of agency, văn thư, cơ quan, personal, cá nhân,"
            " system, hệ thống, registered_other, đăng ký khác\n"
            "m.csv:2: valid_from: `31/02/2025` is not a day of the calendar\n"
            "m.csv:2: agency: is empty; a mailbox belongs to an agency"
        ),
    ),
    "all mistakes of an agency": (
        "id;name;class;domains;valid_from;valid_to\nSở A;A;Lớp!;a b.vn;2025-01-01;2024-01-01\n",
        (
            "m.csv:2: id: `Sở A` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters\n"
            "m.csv:2: valid_to: lies before `valid_from`; it is the last day, included\n"
            "m.csv:2: class: `Lớp!` is not a class; use a-z, 0-9 and underscores, such as `commune_ubnd`\n"
            "m.csv:2: domains: `a b.vn` is not a domain name; write it like `so-a.tinh-b.gov.vn`"
        ),
    ),
    "too many cells": ("address,agency\nx@a.vn,a,b\n", "m.csv:2: has 3 cells, the header row has 2"),
    "line of a row after a cell of two lines": (
        'address,agency,evidence\nx@a.vn,a,"one\ntwo"\ny,a,\n',
        "m.csv:4: address: `y` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`",
    ),
    "unknown agency, once": (
        "address,agency\nx@a.vn,zz\ny@a.vn,zz\n",
        "m.csv:2: agency: agency `zz` is not in the registry",
    ),
    "listed twice": (
        "address,agency,kind\nx@a.vn,a,personal\nX@A.vn,a,personal\n",
        "m.csv:3: address: mailbox `x@a.vn` is listed already at m.csv:2 on 0001-01-01",
    ),
    "legacy charset": (
        b"address,agency\nx@a.vn,a\n" + "y@a.vn,Sở".encode("utf-16-le") + b"\xff\n",
        "m.csv:3: is not UTF-8; save the sheet as `CSV UTF-8`",
    ),
    "agency row twice": (
        "id;name;level;domains;notations\nb;B;province;b.vn;X|Y\nb;B;province;b.vn;X\n",
        (
            "m.csv:3: id: `domains`, `level`, `name`, `notations` from 0001-01-01 are said at m.csv:2 already,"
            " which holds until 9999-12-31; `valid_to` is the last day, included"
        ),
    ),
    "agency defined elsewhere": ("id;name\na;A\n", "m.csv:2: id: agency `a` is defined already at a.toml:2"),
}


@pytest.mark.parametrize(("text", "expected"), CSV_PROBLEMS.values(), ids=CSV_PROBLEMS)
def test_csv_problems_name_file_line_and_column(tmp_path, text, expected):
    """Each class of error, word for word."""
    assert expected.split("\n") == problems_of(tmp_path, a_toml='[[agency]]\nid = "a"\n', m_csv=text)


def test_all_files_report_at_once_in_their_order(tmp_path):
    """A clerk gets one list, not one problem a run."""
    paths = write(tmp_path, b_toml="x = 1\n", a_toml="y = 1\n", c_xls="")

    with pytest.raises(Misconfigured) as raised:
        load_registry([*paths, tmp_path / "none.toml"], [tmp_path / "none.txt"])

    assert [str(problem).replace(f"{tmp_path}/", "") for problem in raised.value.problems] == [
        "b.toml:1: x: unknown key",
        "a.toml:1: y: unknown key",
        "c.xls: is neither .toml nor .csv",
        "none.toml: cannot be read: No such file or directory",
        "none.txt: cannot be read: No such file or directory",
    ]


def test_a_hopeless_file_does_not_report_without_end(tmp_path):
    """The number of problems kept is bounded; the rest is counted."""
    rows = "".join(f"bad{number},a\n" for number in range(1500))

    problems = problems_of(tmp_path, a_toml='[[agency]]\nid = "a"\n', m_csv="address,agency\n" + rows)

    assert (len(problems), problems[-1]) == (1001, "registry: and 500 more problems, not listed")


def test_parents_that_swap_places_are_no_circle(tmp_path):
    """A was above B before the reform and is below it now."""
    text = (
        '[[agency]]\nid = "a"\nparent = [{ value = "b", valid_from = 2025-07-01 }]\n'
        '[[agency]]\nid = "b"\nparent = [{ value = "a", valid_to = 2025-06-30 }]\n'
    )

    assert load(tmp_path, a_toml=text).agency("a", DAY).parent == "b"


# Laws

FIRST = dt.date(2000, 1, 1).toordinal()
INTERVALS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=4)


def disjoint(pairs):
    """Turn pairs of (gap, length) into disjoint intervals of days."""
    day, found = FIRST, []
    for gap, length in pairs:
        found.append((day + gap, day + gap + length))
        day += gap + length + 1
    return found


@settings(max_examples=60, deadline=None)
@given(
    names=INTERVALS,
    mailboxes=st.dictionaries(st.sampled_from(["a@x.vn", "ab@x.vn", "b@x.vn", "b@y.vn", "zz@y.vn"]), INTERVALS),
    domains=st.dictionaries(st.sampled_from(["x.vn", "y.x.vn", "z.y.x.vn"]), INTERVALS),
)
def test_look_ups_agree_with_a_naive_scan(tmp_path_factory, names, mailboxes, domains):
    """Bisection over any history answers what reading all statements would."""
    folder = tmp_path_factory.mktemp("registry")
    spell = lambda day: dt.date.fromordinal(day).isoformat()  # noqa: E731 - one place
    name_rows = [(f"N{n}", *days) for n, days in enumerate(disjoint(names))]
    mail_rows = [(a, f"g{n % 2}", *days) for a, pairs in mailboxes.items() for n, days in enumerate(disjoint(pairs))]
    domain_rows = [(d, *days) for d, pairs in domains.items() for days in disjoint(pairs)]
    table = (
        "["
        + ", ".join(
            f'{{ value = "{name}", valid_from = {spell(a)}, valid_to = {spell(b)} }}' for name, a, b in name_rows
        )
        + "]"
    )
    shared = "".join(
        f'[[domain]]\ndomain = "{name}"\nvalid_from = {spell(a)}\nvalid_to = {spell(b)}\n' for name, a, b in domain_rows
    )
    rows = "".join(f"{address},{agency},{spell(a)},{spell(b)}\n" for address, agency, a, b in mail_rows)

    registry = load(
        folder,
        a_toml=f'[[agency]]\nid = "g0"\nname = {table}\n[[agency]]\nid = "g1"\n{shared}',
        m_csv="address,agency,valid_from,valid_to\n" + rows,
    )

    for day in range(FIRST - 1, FIRST + 60):
        on = dt.date.fromordinal(day)
        assert next((name for name, a, b in name_rows if a <= day <= b), "") == registry.agency("g0", on).name
        for address in ("a@x.vn", "ab@x.vn", "b@x.vn", "b@y.vn", "zz@y.vn", "c@x.vn"):
            expected = next((g for m, g, a, b in mail_rows if m == address and a <= day <= b), None)
            found = registry.find_mailbox(address, on)
            assert expected == (found.agency if found else None)
        held = {name for name, a, b in domain_rows if a <= day <= b}
        for domain in ("x.vn", "y.x.vn", "z.y.x.vn", "q.z.y.x.vn", "yx.vn"):
            parents = [domain.split(".", n)[-1] for n in range(domain.count(".") + 1)]
            expected = "official" if held & set(parents) else "unknown"
            assert expected == registry.find_domain(domain, on).kind


def test_a_row_of_blanks_before_or_in_the_data_is_skipped(tmp_path):
    """Spreadsheets leave rows of separators behind."""
    text = "agency,address\n, \n,x@a.vn\na,y@a.vn\n\n"

    assert problems_of(tmp_path, a_toml='[[agency]]\nid = "a"\n', m_csv=text) == [
        "m.csv:3: agency: is empty; a mailbox belongs to an agency"
    ]


def test_a_cell_without_end_is_a_problem(tmp_path):
    """A quote never closed swallows the rest of the file; the reader stops where its cell grows too big."""
    text = 'address,agency\n"' + "x@a.vn,a\n" * 20_000

    assert problems_of(tmp_path, a_toml='[[agency]]\nid = "a"\n', m_csv=text) == [
        "m.csv:2: cannot be read as CSV: field larger than field limit (131072)"
    ]


JUNK = st.recursive(
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.sampled_from(
            ["", "a", "a@b.vn", "b.vn", "official", "issued", "2025-01-01", "x" * 400, "\u0301", "@", "xn--a.vn"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["value", "address", "agency", "valid_from", "kind", "date", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(AGENCY_KEYS), JUNK, max_size=4),
    st.dictionaries(st.sampled_from(["domain", "kind"]), JUNK),
)
def test_any_value_under_any_key_is_read_or_reported(tmp_path_factory, agency, domain):
    """Whatever a clerk writes, the answer is a registry or a list of problems with lines, never a traceback."""
    folder = tmp_path_factory.mktemp("registry")
    text = tomlkit.dumps({"agency": [{"id": "a"} | agency], "domain": [domain]})

    problems = ()
    try:
        load(folder, a_toml=text)
    except Misconfigured as fault:
        problems = fault.problems

    assert all(problem.line >= 1 for problem in problems)


def test_an_agency_is_reached_at_its_own_mailbox_of_the_day(tmp_path):
    """That of its clerk before one registered elsewhere, the new one from its first day; a person's never."""
    text = (
        '[[agency]]\nid = "a"\nmailboxes = [{ address = "a@khac.example", kind = "registered_other" },'
        ' { address = "nguoi@a.example", kind = "personal" }, { address = "vt@a.example", valid_from = 2025-07-01 }]\n'
    )
    registry = load(tmp_path, a_toml=text)
    days = (dt.date(2025, 6, 30), dt.date(2025, 7, 1))

    assert ["a@khac.example", "vt@a.example"] == [registry.agency("a", day).mailbox for day in days]
