"""Configuration: values and their origins, and every problem at its file, line and key."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.daemon.config.load import (
    Config,
    effective,
    host_of,
    load_config,
    load_config_registry,
    pack_files,
    parse_config,
    shipped_folder,
)
from gateway.daemon.config.schema import ListenerSettings
from gateway.daemon.config.text import tables
from gateway.edge.listener.admission import KnownClients
from gateway.values.delivery import Route, TlsPolicy
from gateway.values.faults import Misconfigured
from gateway.values.pack import PostureEntry, PostureTable
from gateway.values.registry import DomainEntry
from gateway.values.verdict import Posture

ROOT = Path(__file__).parents[3]
FULL = """\
[gateway]
host = "Gate.Example"
help_base = "https://help.example/r/"
[listen]
addresses = ["127.0.0.1:2525", "[::1]:0"]
certificate_file = "tls/chain.pem"
key_file = "tls/key.pem"
[listen.limits]
recipients_limit = 50
data_total_timeout_s = 600
[relay]
relay_domains = ["so-a.example", ".TINH-A.example"]
client_networks = ["10.1.0.0/16", "2001:db8::/32", "192.0.2.7"]
[[relay.clients]]
networks = ["10.2.0.25"]
domains = ["Sở-A.example", ".TINH-A.example"]
[[relay.routes]]
name = "main"
domains = ["*"]
hosts = ["mx.example:25", "[::1]:10025"]
tls = "required"
[posture]
default = "observe"
[[posture.entries]]
posture = "enforce"
rule = "NAT-SEC-1"
valid_from = 2026-07-01
[policy]
packs = ["own"]
folders = ["packs"]
[registry]
files = ["agencies.toml"]
"""


@pytest.fixture
def folder(tmp_path):
    """A configuration folder with the files FULL names."""
    for name in ("tls/chain.pem", "tls/key.pem", "packs/own/pack.toml", "agencies.toml", "congthu.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "congthu.toml").write_text(FULL)
    return tmp_path


def problems_of(text, folder):
    """Parse a text that is wrong; give its problems."""
    with pytest.raises(Misconfigured) as raised:
        parse_config(text, "c.toml", folder)
    return [str(problem) for problem in raised.value.problems]


# Values


def test_values_have_their_types_and_normal_forms(folder):
    """Names are lower case, paths absolute, whole numbers welcome where seconds are asked."""
    config = load_config(folder / "congthu.toml")

    assert (config.gateway.host, config.gateway.help_base) == ("gate.example", "https://help.example/r")
    assert str(folder / "tls/key.pem") == config.listen[0].key_file
    assert ListenerSettings(recipients_limit=50, data_total_timeout_s=600.0) == config.listen[0].limits
    assert config.relay.relay_domains == ("so-a.example", ".tinh-a.example")
    assert config.relay.client_networks == ("10.1.0.0/16", "2001:db8::/32", "192.0.2.7/32")
    known = KnownClients(networks=("10.2.0.25/32",), domains=("xn--s-a-vnz.example", ".tinh-a.example"))
    assert (known,) == config.relay.clients
    assert (Route("main", ("*",), ("mx.example:25", "[::1]:10025"), TlsPolicy.REQUIRED),) == config.relay.routes
    entry = PostureEntry(Posture.ENFORCE, rule="NAT-SEC-1", valid_from=dt.date(2026, 7, 1))
    assert PostureTable(Posture.OBSERVE, (entry,)) == config.posture
    assert {"own": folder / "packs/own/pack.toml"} == pack_files(config)


def test_an_empty_file_is_the_defaults(tmp_path):
    """Every key may be left out."""
    config = parse_config("", "c.toml", tmp_path)

    assert Config(origin=config.origin) == config


def test_effective_tells_where_each_value_came_from(folder):
    """Keys of the file carry file and line, all others say `default`."""
    rows = {key: (value, origin) for key, value, origin in effective(load_config(folder / "congthu.toml"))}
    file = folder / "congthu.toml"

    assert ('"gate.example"', f"{file}:2") == rows["gateway.host"]
    assert ('["127.0.0.1:2525", "[::1]:0"]', f"{file}:5") == rows["listen.addresses"]
    assert ('"required"', f"{file}:21") == rows["relay.routes[0].tls"]
    assert ("2026-07-01", f"{file}:27") == rows["posture.entries[0].valid_from"]
    assert rows["listen.limits.errors_per_session"] == ("20", "default")
    assert rows["listen.limits.in_flight_octets"] == ("1_073_741_824", "default")
    assert rows["registry.has_shipped_domain_list"] == ("true", "default")


def test_listeners_are_a_table_or_an_array_of_them(folder):
    """`[listen]` is one of them; keys are told as the file spells them, and `[listen.limits]` is the last block's."""
    several = '[[listen]]\nrole = "internal"\n[[listen]]\nname = "b"\n[listen.limits]\nrecipients_limit = 7\n'
    both = parse_config(several, "c.toml", folder)
    (one,) = parse_config('listen.role = "internal"', "c.toml", folder).listen
    (single,) = parse_config('[[listen]]\nrole = "internal"\n', "c.toml", folder).listen
    rows = {key: (value, origin) for key, value, origin in effective(both)}

    assert [block.name for block in both.listen] == ["smtp", "b"]
    assert [block.limits.recipients_limit for block in both.listen] == [1000, 7]
    assert both.listen[0] == one == single
    assert rows["listen[1].limits.recipients_limit"] == ("7", "c.toml:6")
    assert rows["listen[0].role"] == ('"internal"', "c.toml:2")


def test_the_host_is_named_after_the_machine_by_default():
    """An empty host is the host's own name."""
    assert os.uname().nodename.lower() == host_of(Config())


def test_credentials_come_from_the_folder_systemd_names(folder, monkeypatch):
    """`credential:NAME` is a file below $CREDENTIALS_DIRECTORY."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder / "tls"))
    text = '[listen]\ncertificate_file = "tls/chain.pem"\nkey_file = "credential:key.pem"\n'

    assert str(folder / "tls/key.pem") == parse_config(text, "c.toml", folder).listen[0].key_file


def test_shipped_packs_and_lists_are_found():
    """In a source tree and in an installed wheel alike."""
    assert (shipped_folder("policies") / "freemail.txt").is_file()


def test_the_registry_uses_the_shipped_domain_list_unless_told_otherwise(folder):
    """Free mail is known without any configuration."""
    day = dt.date(2026, 1, 1)
    shipped = load_config_registry(Config())
    bare = load_config_registry(parse_config("registry.has_shipped_domain_list = false", "c.toml", folder))

    assert (DomainEntry("free"), DomainEntry("unknown")) == (
        shipped.find_domain("gmail.com", day),
        bare.find_domain("gmail.com", day),
    )


# Problems

PROBLEMS = {
    "unknown section": ("[gatway]\n", "c.toml:1: gatway: unknown key; did you mean `gateway`?"),
    "unknown key": (
        "[listen.limits]\n\nrecipient_limit = 5\n",
        "c.toml:3: listen.limits.recipient_limit: unknown key; did you mean `recipients_limit`?",
    ),
    "origin is no key": ("[origin]\n", "c.toml:1: origin: unknown key"),
    "not TOML": ("[gateway]\nhost = \n", "c.toml:2: not valid TOML: Invalid value (column 8)"),
    "section that is a value": ("gateway = 1\n", "c.toml:1: gateway: must be a table: [gateway]"),
    "routes that are no tables": (
        'relay.routes = "mx"\nrelay.client_networks = "x"\n',
        (
            "c.toml:1: relay.routes: must be [[relay.routes]] tables\n"
            'c.toml:2: relay.client_networks: must be a list of text, not `"x"`'
        ),
    ),
    "wrong type": ("[gateway]\nhost = 5\n", "c.toml:2: gateway.host: must be text, not `5`"),
    "wrong type in a list": (
        '[listen]\naddresses = [\n  "127.0.0.1:25",\n  25,\n]\n',
        "c.toml:4: listen.addresses[1]: must be text, not `25`",
    ),
    "truth that is no number": (
        "[inspection.readers]\nworkers = true\n",
        "c.toml:2: inspection.readers.workers: must be a whole number of at least 1 and at most 256, not `true`",
    ),
    "number that is no truth": (
        "listen.limits.is_tls_required = 1\n",
        "c.toml:1: listen.limits.is_tls_required: must be true or false, not `1`",
    ),
    "out of range": (
        "[inspection]\ncache_entries = -1\nbudget.parts = 0\nreaders.deadline_s = 9999.5\n",
        (
            "c.toml:2: inspection.cache_entries: must be a whole number of at least 0 and at most 1000000, not `-1`\n"
            "c.toml:3: inspection.budget.parts: must be a whole number of at least 1, not `0`\n"
            "c.toml:4: inspection.readers.deadline_s: must be a number of at least 0.1 and at most 540, not `9999.5`"
        ),
    ),
    "not a number": (
        "[inspection.readers]\ndeadline_s = nan\n[limits]\ndrain_s = -inf\n[listen.limits]\ndata_total_timeout_s = inf\n",
        (
            "c.toml:2: inspection.readers.deadline_s: must be a number of at least 0.1 and at most 540, not `nan`\n"
            "c.toml:4: limits.drain_s: must be a number of at least 0 and at most 3600, not `-inf`\n"
            "c.toml:6: listen.limits.data_total_timeout_s: must be a number above 0, not `inf`"
        ),
    ),
    "word outside its set": (
        '[log]\nformat = "jsn"\n[posture]\ndefault = "enforced"\n',
        (
            'c.toml:2: log.format: must be one of `auto`, `json`, `console`, not `"jsn"`; did you mean `json`?\n'
            'c.toml:4: posture.default: must be one of `off`, `observe`, `tag`, `enforce`, not `"enforced"`;'
            " did you mean `enforce`?"
        ),
    ),
    "date": (
        '[[posture.entries]]\nposture = "tag"\nvalid_from = "soon"\nvalid_to = 2026-01-01T00:00:00\n',
        (
            'c.toml:3: posture.entries[0].valid_from: must be a date such as 2026-07-01, not `"soon"`\n'
            'c.toml:4: posture.entries[0].valid_to: must be a date such as 2026-07-01, not `"2026-01-01T00:00:00"`'
        ),
    ),
    "reversed interval": (
        '[[posture.entries]]\nposture = "tag"\nvalid_from = 2026-07-01\nvalid_to = 2026-06-30\n',
        "c.toml:4: posture.entries[0].valid_to: lies before `valid_from`; it is the last day, included",
    ),
    "missing keys": (
        '[[relay.routes]]\nhosts = ["mx.example:25"]\n',
        "c.toml:1: relay.routes[0].name: is missing\nc.toml:1: relay.routes[0].domains: is missing",
    ),
    "host": ('gateway.host = "a b"\n', "c.toml:1: gateway.host: `a b` is not a domain name"),
    "help address": (
        'gateway.help_base = "javascript:x"\n',
        (
            "c.toml:1: gateway.help_base: `javascript:x` is not a page address; write it like"
            " `https://congthu.tinh-a.example/r`"
        ),
    ),
    "listen addresses": (
        (
            '[listen]\naddresses = ["mx.example:25", "::1:25", "127.0.0.1", "127.0.0.1:65536"]\nmetrics.listen = ""\n'
            '[metrics]\nlisten = "0.0.0.0:http"\n'
        ),
        (
            "c.toml:2: listen.addresses[0]: `mx.example:25` has no IP address; write it like `192.0.2.1:25` or `[2001:db8::1]:25`\n"
            "c.toml:2: listen.addresses[1]: `::1:25` is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`\n"
            "c.toml:2: listen.addresses[2]: `127.0.0.1` is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`\n"
            "c.toml:2: listen.addresses[3]: `127.0.0.1:65536` has no port between 0 and 65535\n"
            "c.toml:3: listen.metrics: unknown key\n"
            "c.toml:5: metrics.listen: `0.0.0.0:http` has no port between 0 and 65535"
        ),
    ),
    "files": (
        (
            '[listen]\ncertificate_file = "no.pem"\nkey_file = "credential:key"\n[trust]\nfolder = "anchors"\n'
            '[registry]\nfiles = ["a.xls", "a.csv"]\n'
        ),
        (
            "c.toml:2: listen.certificate_file: there is no file `FOLDER/no.pem`\n"
            "c.toml:3: listen.key_file: `credential:key` needs systemd with LoadCredential= ($CREDENTIALS_DIRECTORY is not"
            " set)\n"
            "c.toml:5: trust.folder: there is no folder `FOLDER/anchors`\n"
            "c.toml:7: registry.files[0]: `a.xls` is neither .toml nor .csv\n"
            "c.toml:7: registry.files[1]: there is no file `FOLDER/a.csv`"
        ),
    ),
    "fetching": (
        (
            '[trust.fetch]\nfolder = "cache"\naddresses = ["ftp://ca.example/x.crl", "http://u:p@ca.example/"]\n'
            'hosts = ["http://ca.example", "10.0.0.0/8"]\nproxy = "https://proxy.example"\ninterval_s = 1\n'
        ),
        (
            "c.toml:2: trust.fetch.folder: there is no folder `FOLDER/cache`\n"
            "c.toml:3: trust.fetch.addresses[0]: `ftp://ca.example/x.crl` is not a web address; write it like"
            " `http://crl.ca.example/ca.crl`\n"
            "c.toml:3: trust.fetch.addresses[1]: `http://u:p@ca.example/` is not a web address; write it like"
            " `http://crl.ca.example/ca.crl`\n"
            "c.toml:4: trust.fetch.hosts[0]: `http://ca.example` is not a domain name\n"
            "c.toml:4: trust.fetch.hosts[1]: `10.0.0.0/8` is not a domain name\n"
            "c.toml:5: trust.fetch.proxy: `https://proxy.example` is not a proxy; write it like `http://10.0.0.1:3128`\n"
            "c.toml:6: trust.fetch.interval_s: must be a number of at least 300 and at most 604800, not `1`"
        ),
    ),
    "fetching for nobody": (
        '[trust.fetch]\nfolder = "."\nis_limited_to_hosts = true\n',
        (
            "c.toml:2: trust.fetch.folder: needs `trust.folder`: lists are fetched for authorities found there\n"
            "c.toml:3: trust.fetch.is_limited_to_hosts: leaves nobody to ask; name `hosts` or `addresses`"
        ),
    ),
    "fetching into the trust folder": (
        '[trust]\nfolder = "."\n[trust.fetch]\nfolder = "."\n',
        (
            "c.toml:4: trust.fetch.folder: is `trust.folder`: fetched lists need a folder of their own, which the service"
            " may write"
        ),
    ),
    "certificate without key": (
        '[listen]\ncertificate_file = "tls/chain.pem"\n[listen.limits]\nis_tls_required = true\n',
        "c.toml:2: listen.certificate_file: needs `key_file` too",
    ),
    "TLS without certificate": (
        '[listen]\nkey_file = "tls/key.pem"\n[listen.limits]\nis_tls_required = true\n',
        (
            "c.toml:2: listen.key_file: needs `certificate_file` too\n"
            "c.toml:4: listen.limits.is_tls_required: needs `listen.certificate_file`"
        ),
    ),
    "no listener": ("listen = []\n", "c.toml:1: listen: needs one [[listen]] block at least"),
    "listeners that are none": ("listen = 25\n", "c.toml:1: listen: must be [[listen]] tables"),
    "too many listeners": (
        "".join(f'[[listen]]\nname = "n{number}"\n' for number in range(9)),
        "c.toml:1: listen: has more than 8 blocks",
    ),
    "words of a listener": (
        '[listen]\nname = "A"\nhelp_text = "Hỏi"\n',
        (
            "c.toml:2: listen.name: `A` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters\n"
            "c.toml:3: listen.help_text: is not one line of 1 to 200 printable ASCII characters: clients show nothing else"
        ),
    ),
    "listeners of one name": (
        '[[listen]]\n[[listen]]\ntls = "implicit"\n[[listen]]\nname = "a"\naddresses = []\n',
        (
            "c.toml:2: listen[1].name: a block is named `smtp` already; give each its own name\n"
            "c.toml:3: listen[1].tls: needs `listen[1].certificate_file`\n"
            "c.toml:6: listen[2].addresses: needs one address at least"
        ),
    ),
    "proxies everywhere": (
        '[listen]\nproxy_networks = ["0.0.0.0/0"]\n',
        (
            "c.toml:2: listen.proxy_networks[0]: `0.0.0.0/0` holds every client: that is an open relay; name your own"
            " networks"
        ),
    ),
    "less room than one message": (
        "[listen.limits]\nin_flight_octets = 60_000_000\nin_flight_octets_per_client = 50_000_000\n",
        (
            "c.toml:3: listen.limits.in_flight_octets_per_client: is less than `message_size_limit_octets`: the largest"
            " message would be deferred for ever"
        ),
    ),
    "networks": (
        '[relay]\nclient_networks = ["10.0.0.1/8", "::/0", "lan"]\n',
        (
            "c.toml:2: relay.client_networks[0]: `10.0.0.1/8` names a host inside a network; did you mean `10.0.0.0/8`?\n"
            "c.toml:2: relay.client_networks[1]: `::/0` holds every client: that is an open relay; name your own networks\n"
            "c.toml:2: relay.client_networks[2]: `lan` is not a network; write it like `10.1.0.0/16`"
        ),
    ),
    "known clients": (
        '[[relay.clients]]\nnetworks = ["10.0.0.1/8"]\ndomains = ["*"]\n[[relay.clients]]\nnetworks = ["10.0.0.1"]\n',
        (
            "c.toml:2: relay.clients[0].networks[0]: `10.0.0.1/8` names a host inside a network; did you mean"
            " `10.0.0.0/8`?\n"
            "c.toml:3: relay.clients[0].domains[0]: `*` is not a domain name\n"
            "c.toml:4: relay.clients[1].domains: is missing"
        ),
    ),
    "known clients of nothing": (
        "[[relay.clients]]\nnetworks = []\ndomains = []\n",
        (
            "c.toml:2: relay.clients[0].networks: needs one network at least\n"
            "c.toml:3: relay.clients[0].domains: needs one domain at least"
        ),
    ),
    "a recipient of a check address that is not there": (
        '[checking]\nrecipient = "vanthu@so-b.example"\n',
        "c.toml:2: checking.recipient: needs `checking.address`, to which people send",
    ),
    "who is believed about senders": (
        (
            '[relay]\nclient_networks = ["10.0.0.1"]\n[identity]\nmode = "upstream"\n'
            'upstream = ["MX.example.", "mx example", "mx;spf", "", "."]\n'
            'arc_sealers = ["list.example", "list..example", ".example", "[192.0.2.1]"]\n'
        ),
        (
            "c.toml:5: identity.upstream[1]: `mx example` is not an authserv-id: the first word of that server's"
            " Authentication-Results\n"
            "c.toml:5: identity.upstream[2]: `mx;spf` is not an authserv-id: the first word of that server's"
            " Authentication-Results\n"
            "c.toml:5: identity.upstream[4]: `.` is not an authserv-id: the first word of that server's"
            " Authentication-Results\n"
            "c.toml:5: identity.upstream[3]: is empty: any server could call itself so\n"
            "c.toml:6: identity.arc_sealers[1]: `list..example` is not a domain name\n"
            "c.toml:6: identity.arc_sealers[2]: `.example` is not a domain name\n"
            "c.toml:6: identity.arc_sealers[3]: `[192.0.2.1]` is not a domain name"
        ),
    ),
    "a server in front that is not named": (
        '[identity]\nmode = "upstream"\n',
        (
            "c.toml:1: identity.upstream: needs the authserv-id of the server whose results are believed\n"
            "c.toml:2: identity.mode: believes nobody: the server in front must be in `relay.client_networks` or"
            " `relay.clients`"
        ),
    ),
    "whom DNS is asked of": (
        (
            '[identity]\nmode = "chek"\n[identity.dns]\naddresses = ["192.0.2.53", "dns.example", "[::1]:0", "192.0.2.53:x"]\n'
            "lookup_timeout_s = 0\nmessage_timeout_s = 61\nquestions_per_message = 0\ncache_entries = -1\nretries = 2\n"
        ),
        (
            'c.toml:2: identity.mode: must be one of `off`, `upstream`, `check`, not `"chek"`; did you mean `check`?\n'
            "c.toml:4: identity.dns.addresses[1]: `dns.example` has no IP address; write it like `192.0.2.1:53` or `[2001:db8::1]:53`\n"
            "c.toml:4: identity.dns.addresses[2]: `[::1]:0` has no port between 1 and 65535\n"
            "c.toml:4: identity.dns.addresses[3]: `192.0.2.53:x` has no port between 1 and 65535\n"
            "c.toml:5: identity.dns.lookup_timeout_s: must be a number of at least 0.1 and at most 30, not `0`\n"
            "c.toml:6: identity.dns.message_timeout_s: must be a number of at least 0.1 and at most 60, not `61`\n"
            "c.toml:7: identity.dns.questions_per_message: must be a whole number of at least 1 and at most 1000, not"
            " `0`\n"
            "c.toml:8: identity.dns.cache_entries: must be a whole number of at least 0 and at most 1000000, not `-1`\n"
            "c.toml:9: identity.dns.retries: unknown key; did you mean `cache_entries`?"
        ),
    ),
    "routes": (
        (
            '[[relay.routes]]\nname = "a"\ndomains = ["x.example", "x..example"]\nhosts = ["mx:0", "mx"]\nca_file = "tls/key.pem"\n'
            '[[relay.routes]]\nname = "a"\ndomains = ["X.example"]\nhosts = []\n'
        ),
        (
            "c.toml:3: relay.routes[0].domains[1]: `x..example` is not a domain name\n"
            "c.toml:4: relay.routes[0].hosts[0]: `mx:0` has no port between 1 and 65535\n"
            "c.toml:4: relay.routes[0].hosts[1]: `mx` is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`\n"
            'c.toml:5: relay.routes[0].ca_file: is only used with `tls = "verified"`\n'
            "c.toml:7: relay.routes[1].name: route `a` is named twice\n"
            "c.toml:8: relay.routes[1].domains[0]: `x.example` goes by route `a` already\n"
            "c.toml:9: relay.routes[1].hosts: needs one host at least"
        ),
    ),
    "domains without a route": (
        (
            '[relay]\nrelay_domains = ["a b", "b.example", "c.tinh.example", "tinh.example"]\n[[relay.routes]]\nname = "x"\n'
            'domains = [".tinh.example"]\nhosts = ["127.0.0.1:25"]\n'
        ),
        (
            "c.toml:2: relay.relay_domains[0]: `a b` is not a domain name\n"
            "c.toml:2: relay.relay_domains[1]: no route takes mail for `b.example`; name it in the `domains` of a"
            " [[relay.routes]], or use `*`"
        ),
    ),
    "a pack named twice": (
        '[policy]\npacks = ["own", "own"]\nfolders = ["packs"]\n',
        "c.toml:2: policy.packs[1]: pack `own` is named twice",
    ),
}


@pytest.mark.parametrize(("text", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_problems_name_file_line_and_key(folder, text, expected, monkeypatch):
    """Each class of error, word for word, all at once and in file order."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    assert expected.replace("FOLDER", str(folder)).split("\n") == problems_of(text, folder)


def test_names_of_who_is_believed_are_brought_into_one_form(folder):
    """As they are compared: lower case, A-labels, no dot at the end."""
    text = '[identity]\nupstream = ["MX.Example."]\narc_sealers = ["List.Sở-A.example"]\n'
    identity = parse_config(text, "c.toml", folder).identity

    assert (identity.upstream, identity.arc_sealers) == (("mx.example",), ("list.xn--s-a-vnz.example",))


def test_a_missing_pack_is_named_with_those_found(folder):
    """The operator sees what there is to choose from."""
    (problem,) = problems_of('[policy]\npacks = ["ownn"]\nfolders = ["packs"]\n', folder)

    assert problem.startswith("c.toml:2: policy.packs[0]: there is no pack `ownn`; did you mean `own`?; found: ")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda file: None, "FILE: cannot be read: No such file or directory"),
        (lambda file: file.mkdir(), "FILE: cannot be read: Is a directory"),
        (lambda file: file.write_bytes(b"# ok\n# \xff\n"), "FILE:2: is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, make, expected):
    """No traceback for a wrong path or a wrong charset."""
    file = tmp_path / "c.toml"
    make(file)

    with pytest.raises(Misconfigured) as raised:
        load_config(file)

    assert [expected.replace("FILE", str(file))] == [str(problem) for problem in raised.value.problems]


def test_relative_paths_start_from_the_file_not_from_the_shell(folder, monkeypatch):
    """`congthu --config conf/congthu.toml` works from anywhere."""
    monkeypatch.chdir(folder.parent)

    config = load_config(Path(folder.name) / "congthu.toml")

    assert (str(folder / "agencies.toml"),) == config.registry.files


KEYS = {table.name: [key.name for key in table.keys] for table in tables()}
JUNK = st.recursive(
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.booleans(),
        st.floats(allow_nan=False),
        st.dates(),
        st.sampled_from(
            ["", "a", "*", ".a.vn", "127.0.0.1:25", "::/0", "credential:..", "\x00", "x" * 400, "https://[", "\u0301"]
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["name", "x"]), inner)),
    max_leaves=4,
)


@st.composite
def documents(draw):
    """Draw a document with junk under known keys."""
    document = {}
    for name in draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=3, unique=True)):
        place = document
        *above, last = name.split(".")
        for step in above:
            place = place.setdefault(step, {})
        table = draw(st.dictionaries(st.sampled_from(KEYS[name] or ["x"]), JUNK, max_size=3))
        place[last] = [table] if name in {"relay.routes", "posture.entries"} else place.get(last, {}) | table
    return document


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_value_under_any_key_is_read_or_reported(document):
    """Whatever an operator writes, the answer is a configuration or problems with lines, never a traceback."""
    text = tomlkit.dumps(document)

    problems = ()
    try:
        parse_config(text, "c.toml", Path("/nonexistent"))
    except Misconfigured as fault:
        problems = fault.problems

    assert all(problem.line >= 1 for problem in problems)


EXAMPLES = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "ways-in.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_ways_in_are_configured_as_the_page_says(folder, text):
    """Every example of docs/ways-in.md is taken as it stands, with a route."""
    route = '[[relay.routes]]\nname = "main"\ndomains = ["*"]\nhosts = ["127.0.0.1:10026"]\n'

    assert parse_config(text + route, "ways-in.md", folder).listen
