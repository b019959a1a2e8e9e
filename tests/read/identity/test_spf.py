"""SPF: who may send for a domain (RFC 7208)."""

from __future__ import annotations

import pytest

from gateway.read.identity.spf import TOO_MANY_LOOKUPS, check_spf, spf_identity
from gateway.values.identity import AwaitedAnswer, DnsAnswers, SpfFacts
from tests.support.dns_world import FAILS, World, in_rounds

PATH = "vanthu@so-a.example"
CLIENT = "192.0.2.7"


def spf(table, ip=CLIENT, path=PATH, helo="mail.so-a.example"):
    """Check one client against a table of records."""
    return check_spf(ip, path, helo, World(table))


def of(record, ip=CLIENT):
    """Check a client against the record of so-a.example, where DNS has nothing else."""
    return spf({"so-a.example TXT": record}, ip)


@pytest.mark.parametrize(
    ("record", "result", "reason"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "pass", "ip4 matches"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "fail", "all matches"),
        ("v=spf1 ip4:198.51.100.0/24 ~all", "softfail", "all matches"),
        ("v=spf1 ip4:198.51.100.0/24 ?all", "neutral", "all matches"),
        ("v=spf1", "neutral", "nothing matches"),
        ("V=SPF1 IP4:192.0.2.7 -ALL", "pass", "ip4 matches"),
        ("v=spf1 ip4:192.0.2.7 -all moo", "permerror", "unknown mechanism"),
        ("v=spf1 ip4:192.0.2.7 \u00e1ll", "permerror", "not ASCII"),
        ("v=spf10 -all", "none", "no record"),
    ],
)
def test_record_decides(record, result, reason):
    """The first mechanism that matches; a fault anywhere in the record counts before any of it."""
    assert of(record) == SpfFacts(result, "so-a.example", reason=reason)


@pytest.mark.parametrize(
    ("record", "is_for_anyone"),
    [
        ("v=spf1 +all", True),
        ("v=spf1 ip4:198.51.100.7 +all", True),
        ("v=spf1 ip4:192.0.0.0/7 -all", True),
        ("v=spf1 ip4:192.0.0.0/8 -all", False),
        ("v=spf1 ip4:192.0.2.7 +all", False),
        ("v=spf1 -all", False),
        ("v=spf1 a:wide.example/4 -all", True),
        ("v=spf1 a:wide.example/24 -all", False),
        ("v=spf1 include:open.example -all", True),
        ("v=spf1 include:shut.example -all", False),
        ("v=spf1 include:half.example -all", False),
        ("v=spf1 include:half.example +all", True),
        ("v=spf1 redirect=open.example", True),
    ],
)
def test_a_pass_that_nearly_every_client_gets_is_told(record, is_for_anyone):
    """What decided is `all`, or a network wider than a registry is given; in whichever record it stands."""
    table = {
        "so-a.example TXT": record,
        "wide.example A": "192.0.2.9",
        "open.example TXT": "v=spf1 +all",
        "shut.example TXT": "v=spf1 ip4:192.0.2.7 ?all",
        "half.example TXT": "v=spf1 ?include:open.example ip4:192.0.2.7",
    }

    assert spf(table).is_for_anyone is is_for_anyone


def test_two_records_are_a_fault():
    """Of two records nobody knows which was meant; other TXT records are not of SPF."""
    table = {"so-a.example TXT": ["v=spf1 +all", "xac-minh=1", "v=spf1 -all"]}

    assert spf(table) == SpfFacts("permerror", "so-a.example", reason="several records")


@pytest.mark.parametrize(
    ("path", "helo", "expected"),
    [
        ("VanThu@So-A.Example", "x", ("VanThu", "so-a.example", "mailfrom")),
        ('"a@b"@so-a.example', "x", ('"a@b"', "so-a.example", "mailfrom")),
        ("@so-a.example", "x", ("postmaster", "so-a.example", "mailfrom")),
        ("", "Mail.So-A.Example.", ("postmaster", "mail.so-a.example", "helo")),
        ("", "[192.0.2.1]", ("postmaster", "", "helo")),
        ("", "192.0.2.1", ("postmaster", "", "helo")),
        ("", "mayin", ("postmaster", "", "helo")),
        ("", "so a.example", ("postmaster", "", "helo")),
        ("", "s\u1edf-a.example", ("postmaster", "", "helo")),
        ("root", "mail.so-a.example", ("postmaster", "", "mailfrom")),
        ("a@" + "x" * 64 + ".example", "x", ("a", "", "mailfrom")),
        ("a@" + ".".join(["x" * 49] * 5) + ".example", "x", ("a", "", "mailfrom")),
        ("a@b..example", "x", ("a", "", "mailfrom")),
    ],
)
def test_identity(path, helo, expected):
    """The domain of the reverse-path, or of EHLO when it is null; what is no domain is not checked."""
    assert spf_identity(path, helo) == expected


def test_what_is_no_domain_is_none_and_asks_nothing():
    """A literal in EHLO of a notification costs no look-up."""
    world = World({})

    assert check_spf(CLIENT, "", "[192.0.2.1]", world) == SpfFacts("none", scope="helo", reason="no domain to check")
    assert world.asked == []


@pytest.mark.parametrize("ip", ["", "unknown", "192.0.2", "::ffff:192.0.2.999"])
def test_client_without_address_is_none(ip):
    """A socket of the same host has no address to compare."""
    assert spf({"so-a.example TXT": "v=spf1 +all"}, ip).result == "none"


@pytest.mark.parametrize(
    ("ip", "result"),
    [("::ffff:192.0.2.7", "pass"), ("192.0.2.7", "pass"), ("2001:db8::7", "fail"), ("2001:DB8:0::77", "pass")],
)
def test_addresses_of_both_families(ip, result):
    """An IPv4 address mapped into IPv6 is that IPv4 address; both spellings of one address are one."""
    assert of("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::70/124 -all", ip).result == result


def test_exchanges_are_matched_by_address():
    """The mx mechanism asks the exchanges' addresses, in the family of the client."""
    table = {
        "so-a.example TXT": "v=spf1 mx/30 -all",
        "so-a.example MX": ["mx1.so-a.example", "mx2.so-a.example"],
        "mx2.so-a.example A": ["198.51.100.1", "192.0.2.5"],
    }

    assert spf(table).result == "pass"
    assert spf(table, "192.0.2.9").result == "fail"


def test_more_than_ten_exchanges_are_a_fault():
    """Eleven names are not asked, whoever is among the first."""
    hosts = [f"mx{number}.so-a.example" for number in range(11)]
    world = World({"so-a.example TXT": "v=spf1 mx -all", "so-a.example MX": hosts, "mx0.so-a.example A": CLIENT})

    assert check_spf(CLIENT, PATH, "x.example", world).result == "permerror"
    assert len(world.asked) == 2


def test_only_ten_names_of_a_client_are_asked():
    """A client may call itself what it likes; the eleventh name is not looked at."""
    names = [f"h{number}.so-a.example" for number in range(11)]
    table = {"so-a.example TXT": "v=spf1 ptr -all", "7.2.0.192.in-addr.arpa PTR": names}

    assert spf(table | {"h9.so-a.example A": CLIENT}).result == "pass"
    assert spf(table | {"h10.so-a.example A": CLIENT}).result == "fail"


def test_name_of_a_client_must_lead_back():
    """Reverse DNS is the client's own word; and `xso-a.example` is not below `so-a.example`."""
    table = {"so-a.example TXT": "v=spf1 ptr -all"}
    pointer = "7.2.0.192.in-addr.arpa PTR"

    assert spf(table | {pointer: "mail.so-a.example", "mail.so-a.example A": "192.0.2.8"}).result == "fail"
    assert spf(table | {pointer: "xso-a.example", "xso-a.example A": CLIENT}).result == "fail"
    assert spf(table | {pointer: FAILS}).result == "fail"
    assert spf(table | {pointer: "Mail.So-A.Example.", "mail.so-a.example A": CLIENT}).result == "pass"


@pytest.mark.parametrize(
    ("included", "result"),
    [
        ("v=spf1 ip4:192.0.2.7 -all", "pass"),
        ("v=spf1 -all", "softfail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1", "softfail"),
        ("v=spf1 ip4", "permerror"),
        ("spf2.0/pra", "permerror"),
        (FAILS, "temperror"),
    ],
)
def test_include_takes_over_pass_and_errors_only(included, result):
    """Table of RFC 7208 section 5.2."""
    table = {"so-a.example TXT": "v=spf1 include:ha-tang.example ~all", "ha-tang.example TXT": included}

    assert spf(table).result == result


def test_redirect_takes_over_everything():
    """The other record decides, with its own domain as the current one; that it is missing is a fault."""
    table = {"so-a.example TXT": "v=spf1 redirect=tinh.example", "tinh.example A": CLIENT}

    assert spf(table | {"tinh.example TXT": "v=spf1 a -all"}) == SpfFacts("pass", "so-a.example", reason="a matches")
    assert spf(table).reason == "redirect: no record"
    assert spf(table).result == "permerror"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 include:so-a.example -all",
        "v=spf1 redirect=so-a.example",
        "v=spf1 " + "a:h.so-a.example " * 10 + "a ip4:192.0.2.7 -all",
        "v=spf1 " + "include:%{d} " * 11,
    ],
)
def test_eleventh_lookup_is_a_fault(record):
    """Loops and long lists end after ten look-ups."""
    facts = spf({"so-a.example TXT": record, "h.so-a.example A": "198.51.100.1"})

    assert (facts.result, facts.reason) == ("permerror", TOO_MANY_LOOKUPS)


def test_ten_lookups_are_allowed():
    """The record of a large domain uses all of them."""
    table = {"so-a.example TXT": "v=spf1 " + "a:h.so-a.example " * 10 + "ip4:192.0.2.7 -all", "h.so-a.example A": "::1"}

    assert spf(table).result == "pass"


def test_third_void_lookup_is_a_fault():
    """A record that asks for what is not there makes others ask for nothing."""
    record = "v=spf1 a:x1.example a:x2.example {} ip4:192.0.2.7 -all"

    assert of(record.format("")).result == "pass"
    assert of(record.format("exists:x3.example")).reason == "more than 2 void look-ups"


def test_exchanges_of_one_family_are_no_void_lookups():
    """Five IPv4 exchanges do not make a record faulty for a client over IPv6 (terms are counted, section 4.6.4)."""
    hosts = [f"mx{number}.so-a.example" for number in range(5)]
    table = {"so-a.example TXT": "v=spf1 mx ip6:2001:db8::7 -all", "so-a.example MX": hosts}
    table |= {f"{host} A": "198.51.100.1" for host in hosts}

    assert spf(table, "2001:db8::7").result == "pass"


@pytest.mark.parametrize("key", ["so-a.example TXT", "so-a.example MX", "mx.so-a.example A", "a.example A"])
def test_failed_answer_is_a_temporary_error(key):
    """No answer is no answer, not a mismatch."""
    table = {
        "so-a.example TXT": "v=spf1 mx a:a.example -all",
        "so-a.example MX": "mx.so-a.example",
        "mx.so-a.example A": "198.51.100.1",
        "a.example A": "198.51.100.2",
    }

    assert spf(table).result == "fail"
    assert spf(table | {key: FAILS}).result == "temperror"


def test_explanation_is_never_asked():
    """exp= changes no result, and we quote nobody's text."""
    world = World({"so-a.example TXT": "v=spf1 -all exp=giai-thich.so-a.example"})

    assert check_spf(CLIENT, PATH, "x.example", world).result == "fail"
    assert world.asked == ["so-a.example TXT"]


def test_null_exchange_matches_nobody():
    """RFC 7505: a domain that takes no mail."""
    assert spf({"so-a.example TXT": "v=spf1 mx -all", "so-a.example MX": [""]}).result == "fail"


def test_garbage_for_an_address_matches_nobody():
    """Even with a prefix length of zero."""
    assert spf({"so-a.example TXT": "v=spf1 a/0 -all", "so-a.example A": ["x", ""]}).result == "fail"


def test_names_are_asked_together():
    """What may be needed is asked in one round, so three levels take three; none is asked behind a sure match."""
    table = {
        "so-a.example TXT": "v=spf1 mx include:tinh.example a:so-a.example ip4:192.0.2.7 include:khong.example -all",
        "so-a.example MX": ["mx1.so-a.example", "mx2.so-a.example"],
        "so-a.example A": "198.51.100.1",
        "mx1.so-a.example A": "198.51.100.1",
        "mx2.so-a.example A": "198.51.100.1",
        "tinh.example TXT": "v=spf1 a:ra.tinh.example -all",
        "ra.tinh.example A": "198.51.100.1",
    }

    facts, rounds = in_rounds(World(table), lambda answers: check_spf(CLIENT, PATH, "x.example", answers))

    assert facts.result == "pass"
    assert rounds == [
        ["so-a.example TXT"],
        ["so-a.example MX", "tinh.example TXT", "so-a.example A"],
        ["mx1.so-a.example A", "mx2.so-a.example A", "ra.tinh.example A"],
    ]


def test_name_of_the_client_is_awaited_before_it_is_used():
    """While nobody knows what the client is called, no name is made of it."""
    table = {
        "so-a.example TXT": "v=spf1 exists:%{p}.duoc-phep.example -all",
        "7.2.0.192.in-addr.arpa PTR": "mail.so-a.example",
        "mail.so-a.example A": CLIENT,
        "mail.so-a.example.duoc-phep.example A": "127.0.0.2",
    }

    facts, rounds = in_rounds(World(table), lambda answers: check_spf(CLIENT, PATH, "x.example", answers))

    assert facts.result == "pass"
    assert [name for asked in rounds for name in asked if "duoc-phep" in name] == [
        "mail.so-a.example.duoc-phep.example A"
    ]


def test_awaited_exchange_is_not_forgotten_over_a_macro():
    """The first term matches; that the second was expanded meanwhile changes nothing."""
    table = {
        "so-a.example TXT": "v=spf1 mx exists:%{d}.x.example -all",
        "so-a.example MX": "mx.so-a.example",
        "mx.so-a.example A": CLIENT,
    }

    facts, _ = in_rounds(World(table), lambda answers: check_spf(CLIENT, PATH, "x.example", answers))

    assert facts.result == "pass"


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["khac.example", "mail.so-a.example", "so-a.example"], "so-a.example"),
        (["khac.example", "mail.so-a.example"], "mail.so-a.example"),
        (["khac.example"], "khac.example"),
        (["gia.example"], "unknown"),
        ([], "unknown"),
    ],
)
def test_name_of_the_client_in_a_macro(names, chosen):
    """The domain itself before names below it before others; only such as lead back to the client."""
    table = {"so-a.example TXT": "v=spf1 exists:%{p}.x.example -all", "7.2.0.192.in-addr.arpa PTR": names}
    table |= {f"{name} A": CLIENT for name in names if name != "gia.example"}
    world = World(table)

    check_spf(CLIENT, PATH, "x.example", world)

    assert world.asked[-1] == f"{chosen}.x.example A"


@pytest.mark.parametrize(("terms", "result"), [(9, "pass"), (10, "permerror")])
def test_name_of_the_client_is_a_lookup_once(terms, result):
    """RFC 7208 section 4.6.4: its query is included in the ten."""
    record = "v=spf1 " + "exists:%{p}.x.example " * terms + "ip4:192.0.2.7 -all"
    table = {"so-a.example TXT": record, "unknown.x.example A": (), "7.2.0.192.in-addr.arpa PTR": "gia.example"}

    assert spf(table).result == result


@pytest.mark.parametrize("term", ["mx", "ptr", "a", "exists:x.example", "mx:x.example"])
def test_every_kind_of_term_may_be_void(term):
    """Exchanges, names and addresses alike."""
    assert of(f"v=spf1 a:x1.example a:x2.example {term} ip4:192.0.2.7").reason == "more than 2 void look-ups"


def test_included_single_label_is_no_domain():
    """`include:%{h}` for a client that calls itself `localhost`: a fault, and nothing is asked."""
    world = World({"so-a.example TXT": "v=spf1 include:%{h} -all", "localhost TXT": "v=spf1 +all"})

    assert check_spf(CLIENT, PATH, "localhost", world).reason == "include: no domain to check"
    assert world.asked == ["so-a.example TXT"]


def test_questions_are_names_a_resolver_takes():
    """What a sender or a record makes of a name is not asked when it is none: no match, no error."""
    world = World({"so-a.example TXT": "v=spf1 exists:%{l}.x.example a:%{h}.x.example -all"})

    assert check_spf(CLIENT, '"a\\b"@so-a.example', "s\u1edf a", world).result == "fail"
    assert world.asked == ["so-a.example TXT"]


def test_without_answers_nothing_is_guessed():
    """The first run only says what it needs."""
    with pytest.raises(AwaitedAnswer):
        check_spf(CLIENT, PATH, "x.example", answers := DnsAnswers())

    assert [question.name for question in answers.missing] == ["so-a.example"]
