"""No open relay: who may name which recipient."""

import pytest

from gateway.edge.listener.admission import Admission, KnownClients
from gateway.values.addresses import normalise_domain

ADMISSION = Admission(["So-A.gov.vn", ".xa.gov.vn", "sở-b.vn"], ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"])

RELAY_TRICKS = [
    # The classic tests of open-relay scanners (nmap smtp-open-relay, abuse.net), with ours as the middle man.
    "victim@elsewhere.vn",
    "victim%elsewhere.vn@so-a.gov.vn",
    "victim%elsewhere.vn",
    "elsewhere.vn!victim@so-a.gov.vn",
    "elsewhere.vn!victim",
    '"victim@elsewhere.vn"@so-a.gov.vn',
    '"victim%elsewhere.vn"@so-a.gov.vn',
    '"victim@elsewhere.vn"',
    "victim@elsewhere.vn@so-a.gov.vn",
    "@so-a.gov.vn:victim@elsewhere.vn",
    "victim@[192.0.2.1]",
    "victim@elsewhere.vn@[192.0.2.1]",
    "victim@so-a.gov.vn.",
    "victim@.so-a.gov.vn",
    "victim",
    "@so-a.gov.vn",
    "victim@",
    "",
    '"elsewhere.vn!victim"@so-a.gov.vn',
    '"@elsewhere.vn:victim"@so-a.gov.vn',
    '"victim\\@elsewhere.vn"@so-a.gov.vn',
    '"so-a.gov.vn"::victim@so-a.gov.vn',
    "victim@so-a.gov.vn%elsewhere.vn",
    "victim@[so-a.gov.vn@elsewhere.vn]",
    "elsewhere.vn::victim@so-a.gov.vn",
    # SMTPUTF8: wide forms, which NFKC folds to the marks
    "victim\N{FULLWIDTH COMMERCIAL AT}elsewhere.vn@so-a.gov.vn",
    "victim\N{SMALL PERCENT SIGN}elsewhere.vn@so-a.gov.vn",
    "elsewhere.vn\N{FULLWIDTH EXCLAMATION MARK}victim@so-a.gov.vn",
]
TRUSTED_MAY = ["victim@elsewhere.vn", "victim@[192.0.2.1]", "victim"]
"""What is no trick but ordinary mail when a client of our own networks says it."""


@pytest.mark.parametrize("forward_path", RELAY_TRICKS)
def test_relay_tricks_are_refused(forward_path):
    """Every classic trick of an open-relay tester gets a 5yz reply."""
    reply = ADMISSION.check_recipient(forward_path, is_trusted=False)

    assert reply is not None
    assert reply.is_permanent


@pytest.mark.parametrize("forward_path", [trick for trick in RELAY_TRICKS if trick not in TRUSTED_MAY])
def test_tricks_are_refused_from_trusted_networks_too(forward_path):
    """A trusted client may mail anyone, but may not hide a recipient in an address that our next hop would unpack."""
    reply = ADMISSION.check_recipient(forward_path, is_trusted=True)

    assert reply is not None
    assert reply.is_permanent


@pytest.mark.parametrize(
    "forward_path", [*TRUSTED_MAY, "bounce%so-a.gov.vn@list.vn", "a!b@x.vn", '"a@b"@x.vn', '"a b"@x.vn']
)
def test_trusted_client_writes_any_address_elsewhere(forward_path):
    """`%` and `!` outside our domains are the other site's own names: nobody here would follow them."""
    assert ADMISSION.check_recipient(forward_path, is_trusted=True) is None


@pytest.mark.parametrize(
    "local", ['"van thu"', "văn.thư", "a..b", ".a", "a.", "x" * 200, "prvs=1/a", '"a,b"', '"a[1]\\\\"', '"a\\"b"']
)
def test_odd_mailboxes_of_our_domains(local):
    """A name with nothing to route by goes to the next hop, who knows whether it exists."""
    assert ADMISSION.check_recipient(f"{local}@so-a.gov.vn", is_trusted=False) is None


@pytest.mark.parametrize(
    ("domain", "is_relayed"),
    [
        ("so-a.gov.vn", True),
        ("x.so-a.gov.vn", False),
        ("xso-a.gov.vn", False),
        ("gov.vn", False),
        ("vn", False),
        ("a.xa.gov.vn", True),
        ("b.a.xa.gov.vn", True),
        ("xa.gov.vn", True),
        ("axa.gov.vn", False),
        ("so-a.gov.vn.evil.vn", False),
        (normalise_domain("Sở-B.vn"), True),
    ],
)
def test_domains_match_by_label(domain, is_relayed):
    """An entry matches exactly, a `.sub` entry itself and everything below, and nothing that merely ends alike."""
    assert is_relayed == (ADMISSION.check_recipient(f"a@{domain}", is_trusted=False) is None)


@pytest.mark.parametrize(
    ("ip", "is_trusted"),
    [
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("", False),
        ("unix", False),
    ],
)
def test_trusted_networks(ip, is_trusted):
    """An address is trusted when a configured network holds it, also in its IPv6-mapped form."""
    assert is_trusted == ADMISSION.is_trusted_client(ip)


@pytest.mark.parametrize(
    ("ip", "domains"),
    [
        ("10.2.0.25", ("so-a.gov.vn", ".xn--s-b-vnz.vn", ".tinh.gov.vn")),
        ("::ffff:10.2.0.26", (".tinh.gov.vn", "so-a.gov.vn")),
        ("10.1.2.3", ()),
        ("192.0.2.1", ()),
        ("unknown", ()),
    ],
)
def test_servers_speak_for_the_domains_of_all_their_blocks(ip, domains):
    """Each once, in the order written, in the form addresses are compared in; of a client network alone nothing is said."""
    blocks = (
        KnownClients(networks=("10.2.0.25",), domains=("So-A.gov.vn", ".sở-b.vn")),
        KnownClients(networks=("10.2.0.0/24",), domains=(".tinh.gov.vn", "so-a.gov.vn")),
    )
    admission = Admission([], ["10.1.0.0/16"], blocks)

    assert set(domains) == set(admission.speaks_for(ip))
    assert len(domains) == len(admission.speaks_for(ip))
    assert admission.is_trusted_client(ip) == (ip.rpartition(":")[2].startswith("10."))


@pytest.mark.parametrize(
    ("ip", "name"), [("10.2.0.25", "truyen-so-lieu"), ("10.2.0.26", "noi-bo"), ("10.3.0.1", ""), ("unknown", "")]
)
def test_a_network_has_the_first_name_written(ip, name):
    """Blocks without a name say nothing about it."""
    blocks = (
        KnownClients(networks=("10.2.0.0/16", "10.3.0.0/16"), domains=("so-a.gov.vn",)),
        KnownClients(networks=("10.2.0.25",), domains=("so-a.gov.vn",), name="truyen-so-lieu"),
        KnownClients(networks=("10.2.0.0/24",), domains=("so-b.gov.vn",), name="noi-bo"),
    )
    assert name == Admission([], [], blocks).network_of(ip)


def test_trusted_client_mails_anyone():
    """A client of a configured network may relay to any domain."""
    assert ADMISSION.check_recipient("a@elsewhere.vn", is_trusted=True) is None


def test_postmaster_is_always_let_pass():
    """RFC 5321 section 4.5.1: every server accepts mail for postmaster."""
    assert ADMISSION.check_recipient("postmaster", is_trusted=False) is None


def test_nothing_configured_relays_nothing():
    """Without configuration nobody is served: the safe default."""
    nothing = Admission([], [])

    assert nothing.check_recipient("a@so-a.gov.vn", is_trusted=False) is not None
    assert not nothing.is_trusted_client("127.0.0.1")


@pytest.mark.parametrize(
    ("domains", "networks"), [(["so a"], []), (["*.gov.vn"], []), ([], ["10.1.2.3/8"]), ([], ["x"])]
)
def test_bad_entries_are_reported(domains, networks):
    """An entry nobody can mean is an error at start, not a rule that never matches."""
    with pytest.raises(ValueError):
        Admission(domains, networks)
