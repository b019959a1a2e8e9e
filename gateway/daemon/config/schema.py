"""Configuration schema: every key, its type, bounds, default and meaning; the only table of defaults.

`config/congthu.toml`, `docs/configuration.md` and `show-config` are made from these Structs and their
docstrings, so a key can neither be undocumented nor documented wrongly. Records that belong to another
module (listener, readers, budget, route, posture) are that module's own Structs.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gateway.daemon.config.versions import CURRENT
from gateway.edge.ledger.settings import LedgerSettings
from gateway.edge.listener.admission import KnownClients  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.edge.listener.ports import ListenerSettings
from gateway.edge.readers.pool import ReaderSettings
from gateway.edge.readers.sandbox import Limits
from gateway.edge.resolver.settings import ResolverSettings
from gateway.edge.trust.plan import FetchSettings
from gateway.read.budget import Budget
from gateway.values.delivery import Route  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.faults import ConfigProblem
from gateway.values.pack import PostureTable


class GatewaySection(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are. Dates in rules and in the registry are days of Vietnam, UTC+07:00, whatever the host's zone."""

    host: str = ""
    """Name in greeting, `Received` and `Congthu-Verdict`; empty for the host's own name."""
    help_base: str = ""
    """Address of the help pages, such as `https://congthu.tinh-a.example/r`; replies add the rule id. Empty: none."""
    help_contact: str = ""
    """Whom to ask, on the help pages: a role, telephone, address; one line. Empty: the mail unit in general."""


class ListenSection(msgspec.Struct, frozen=True, kw_only=True):
    """Where SMTP clients reach us: one `[listen]` table, or several `[[listen]]` blocks.

    Each block has rights, TLS and limits of its own (docs/ways-in.md). Sockets handed over by systemd are used instead
    of `addresses`: by one block all of them, by several those with its name (`FileDescriptorName=`).
    """

    name: str = "smtp"
    """Name of the block, a metric label: a-z, 0-9 and hyphens. Each of several has its own."""
    role: Literal["mx", "internal"] = "mx"
    """`mx`: mail from the world. `internal`: our own servers alone, others are turned away; what a server may speak for
    (`[[relay.clients]]`) holds for those it names by XFORWARD too, who are people it has authenticated."""
    addresses: tuple[str, ...] = ("0.0.0.0:25",)
    """`IPv4:port` or `[IPv6]:port`, several allowed; port 0 takes a free one."""
    certificate_file: str = ""
    """PEM chain for TLS, leaf first; empty for no TLS. A path or `credential:NAME` of systemd."""
    key_file: str = ""
    """Private key of the certificate, PEM, not encrypted. A path or `credential:NAME` of systemd."""
    tls: Literal["starttls", "implicit"] = "starttls"
    """`starttls`: encrypted when the client asks; `implicit`: from the first octet, as on port 465 (RFC 8314)."""
    client_networks: tuple[str, ...] = ()
    """Networks (CIDR) that are client networks at this block, beside those of `[relay]`."""
    proxy_networks: tuple[str, ...] = ()
    """Networks (CIDR) of proxies (HAProxy, nginx) that begin each connection with the header of the PROXY protocol,
    version 1 or 2. It is required of them and never taken of others: whoever connects from there names any address."""
    help_text: str = ""
    """Whom to ask, in the reply to HELP and in refusals to relay; at most 200 characters of ASCII."""
    limits: ListenerSettings = ListenerSettings()


class RelaySection(msgspec.Struct, frozen=True, kw_only=True):
    """Whose mail we relay and where it goes. Without entries nothing is relayed: never an open relay."""

    relay_domains: tuple[str, ...] = ()
    """Domains anyone may send to: `so-a.example` exactly, `.so-a.example` it and every domain below."""
    client_networks: tuple[str, ...] = ()
    """Networks (CIDR) whose clients may send to any domain: the agency's own mail servers."""
    clients: tuple[KnownClients, ...] = ()
    routes: tuple[Route, ...] = ()


class InspectionSection(msgspec.Struct, frozen=True, kw_only=True):
    """How messages are read: worker processes, their limits and the budget of one message."""

    cache_entries: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 4096
    """Attachments whose facts each worker remembers by digest, and answers about pictures; 0 remembers none."""
    readers: ReaderSettings = ReaderSettings()
    budget: Budget = Budget()


class PolicySection(msgspec.Struct, frozen=True, kw_only=True):
    """Which packs judge."""

    packs: tuple[str, ...] = ("national",)
    """Pack ids: names of folders below `folders` or among the shipped packs."""
    folders: tuple[str, ...] = ()
    """Folders with packs of your own, searched in order before the shipped ones."""
    waivers: tuple[str, ...] = ()
    """Exceptions with a last day (docs/policy.md): `.toml` and `.csv` files, read in this order."""


class RegistrySection(msgspec.Struct, frozen=True, kw_only=True):
    """The agencies (docs/registry.md)."""

    files: tuple[str, ...] = ()
    """Agency registry: `.toml` and `.csv` files, read in this order."""
    domain_lists: tuple[str, ...] = ()
    """Lists of free, disposable and official domains of your own, added to the shipped `freemail.txt`."""
    has_shipped_domain_list: bool = True
    """Use the shipped `freemail.txt`."""


class TrustSection(msgspec.Struct, frozen=True, kw_only=True):
    """Which certificates a signature may rest on (docs/trust.md)."""

    folder: str = ""
    """Folder with anchors, intermediates and revocation data; empty: no signature can be trusted."""
    revocation: Literal["require", "soft", "off"] = "require"
    """`require`: no fresh revocation data defers; `soft`: a rule may look at it; `off`: not checked."""
    fetch: FetchSettings = FetchSettings()


class IdentitySection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether senders are who they say (docs/identity.md)."""

    mode: Literal["off", "upstream", "check"] = "off"
    """`off`: nobody looks. `upstream`: `Authentication-Results` of a server in front of us is believed. `check`: SPF,
    DKIM, DMARC and ARC are checked here, with answers of DNS."""
    upstream: tuple[str, ...] = ()
    """Authserv-ids (RFC 8601 section 2.2) whose results are believed when a client of our own networks brings them."""
    arc_sealers: tuple[str, ...] = ()
    """Domains whose ARC seals are believed (RFC 8617): lists and forwarders that tell what they received."""
    dns: ResolverSettings = ResolverSettings()


class CheckingSection(msgspec.Struct, frozen=True, kw_only=True):
    """The check address: mail to it is judged, answered with the verdict, never delivered (docs/check-address.md)."""

    address: str = ""
    """Such as `kiemtra@so-a.example`, in a relay domain; empty: none. It is no mailbox of the next hop."""
    recipient: str = ""
    """Whom checked mail is judged as sent to, such as the clerk's mailbox; empty: the check address itself."""
    asked_by: Literal["clients", "inside", "anyone"] = "inside"
    """Who is answered: senders `inside` relay or registered domains; `clients` of our own networks; `anyone`. With
    `identity.mode = "check"` others than clients must be verified, their reverse-path by SPF."""
    per_sender_per_hour: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 20
    """Checks of one sender; more get 450."""
    per_client_per_hour: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 200
    """Checks through one IPv4 address or IPv6 /64; more get 450."""


class MetricsSection(msgspec.Struct, frozen=True, kw_only=True):
    """Metrics and health: `/metrics`, `/livez`, `/readyz` over HTTP."""

    listen: str = "127.0.0.1:9725"
    """`IPv4:port` or `[IPv6]:port`; port 0 takes a free one; empty switches them off."""


class LogSection(msgspec.Struct, frozen=True, kw_only=True):
    """The log, on standard error: one line a transaction, never content, subject or file names of secrets."""

    format: Literal["auto", "json", "console"] = "auto"
    """`auto`: `console` on a terminal, else `json`."""


class RecordsSection(msgspec.Struct, frozen=True, kw_only=True):
    """What `congthu records` counts (docs/records.md); the service that relays mail reads none of it."""

    store: str = ""
    """`sqlite:////var/lib/congthu-records/records.db`, or `postgresql://congthu@db.example/records` where several nodes
    report together; needed by `congthu records` alone."""
    ledgers: tuple[str, ...] = ()
    """Folders of ledger files, one a node; with none, that of this host's own `ledger.folder`."""
    territory: str = ""
    """Reports are of agencies of this territory, such as `binh-duong`; empty for all."""
    criteria: str = ""
    """File of weights and marks for scores and lists; empty for the sample `records-criteria.toml`."""
    duties: str = ""
    """File of due days by decision, as `reports.toml` of a pack, each entry with its `pack`; empty for none."""


class LimitsSection(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the whole process."""

    drain_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    """Seconds that running transactions get to end after SIGTERM, before they are cut off."""


class Origin(msgspec.Struct, frozen=True):
    """Where the values were written."""

    file: str = ""
    """Empty when there was no file: every value is its default."""
    lines: dict[str, int] = {}
    """Dotted key to line, only for keys that stand in the file."""
    outdated: tuple[str, ...] = ()
    """Keys of an older schema that stand there and mean nothing any more, each with the reason."""

    def problem(self, key: str, message: str) -> ConfigProblem:
        """Say what is wrong with a dotted key, at its line, or that of the table it may stand in where it does not."""
        line = next((self.lines[one] for one in (key, key.rpartition(".")[0]) if one in self.lines), 0)
        return ConfigProblem(self.file, line, key, message)


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The whole configuration; paths in it are absolute."""

    schema: Annotated[int, msgspec.Meta(ge=1)] = CURRENT
    """Form of this file; a file that says none has form 1. An older one is read as it was meant, and `congthu migrate`
    brings it up to date; a newer one is refused (docs/operations.md, "Upgrade")."""
    gateway: GatewaySection = GatewaySection()
    listen: tuple[ListenSection, ...] = (ListenSection(),)
    relay: RelaySection = RelaySection()
    inspection: InspectionSection = InspectionSection()
    policy: PolicySection = PolicySection()
    posture: PostureTable = PostureTable()
    registry: RegistrySection = RegistrySection()
    trust: TrustSection = TrustSection()
    identity: IdentitySection = IdentitySection()
    checking: CheckingSection = CheckingSection()
    ledger: LedgerSettings = LedgerSettings()
    metrics: MetricsSection = MetricsSection()
    log: LogSection = LogSection()
    records: RecordsSection = RecordsSection()
    limits: LimitsSection = LimitsSection()
    origin: Origin = Origin()


NOT_A_KEY = "origin"
"""The one field of Config that is no section."""

ALONE = "listen"
"""The one array of tables that may be written as a single table."""

BOUNDS: dict[tuple[type, str], tuple[float, float]] = {
    (ReaderSettings, "workers"): (1, 256),
    # Half of this is what a small mail takes, measured (gateway.daemon.trial).
    (Limits, "memory_octets"): (400_000_000, 1_000_000_000_000),
    (Limits, "open_files"): (16, 65_536),
    (ReaderSettings, "deadline_s"): (0.1, 540),
}
"""Bounds of keys whose Struct states none, both included; any other number must be above 0."""

MEANINGS: dict[tuple[str, str], str] = {
    ("ReaderSettings", "workers"): "Reader worker processes; one a core is right.",
    ("ReaderSettings", "recycle_after"): "A worker is replaced after this many messages.",
    ("ReaderSettings", "recycle_growth_octets"): "A worker that grew by this much is replaced.",
    ("Limits", "memory_octets"): "RLIMIT_AS of one worker: address space, so well above resident memory.",
    ("Limits", "open_files"): "RLIMIT_NOFILE of one worker.",
    ("Route", "name"): "Name of the route, a metric label: a-z, 0-9 and hyphens.",
    (
        "Route",
        "tls",
    ): "STARTTLS: `none` never asks; `opportunistic` encrypts when offered and possible; `required` encrypts or"
    " does not deliver; `verified` also checks certificate and name.",
    ("Route", "ca_file"): "PEM bundle for `verified`; empty for the system store.",
    ("PostureTable", "default"): "Posture of rules no entry names; unset: each rule's own.",
    (
        "PostureEntry",
        "posture",
    ): "How hard the rules act; `observe` only logs and counts, `tag` tags where it would reject.",
    ("PostureEntry", "agency"): "Agency id; empty for all.",
    ("PostureEntry", "pack"): "Pack id; empty for all.",
    ("PostureEntry", "rule"): "Rule id; empty for all.",
    ("PostureEntry", "valid_from"): "First day; unset: from the beginning.",
    ("PostureEntry", "valid_to"): "Last day, included; unset: no end.",
}
"""Meanings for operators where a Struct gives its fields none or speaks to programmers, by Struct and field."""
