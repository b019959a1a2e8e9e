"""Configuration: one TOML file in, one frozen `Config` out, or every problem with file, line and key.

The schema (`config_schema`) is the only table of defaults; this module reads the file, checks what takes
more than one key to see, and tells where each value came from.
"""

from __future__ import annotations

import datetime as dt
import enum
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import gateway
from gateway.daemon.config.read import ConfigReader
from gateway.daemon.config.schema import (
    ALONE,
    NOT_A_KEY,
    Config,
    GatewaySection,
    IdentitySection,
    InspectionSection,
    LimitsSection,
    ListenSection,
    LogSection,
    MetricsSection,
    Origin,
    PolicySection,
    RegistrySection,
    RelaySection,
    TrustSection,
)
from gateway.edge.observers.catalogue import LISTENER_LIMIT
from gateway.edge.registry.files import FileRegistry, load_registry
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DEFAULT_FILE",
    "Config",
    "GatewaySection",
    "IdentitySection",
    "InspectionSection",
    "LimitsSection",
    "ListenSection",
    "LogSection",
    "MetricsSection",
    "Origin",
    "PolicySection",
    "RegistrySection",
    "RelaySection",
    "TrustSection",
    "effective",
    "host_of",
    "load_config",
    "load_config_registry",
    "no_utf8",
    "pack_files",
    "parse_config",
    "shipped_folder",
]

DEFAULT_FILE = Path("/etc/congthu/congthu.toml")
_PACK_FILE = "pack.toml"
_SHIPPED_LIST = "freemail.txt"


def load_config(path: str | Path = DEFAULT_FILE) -> Config:
    """Read and check one configuration file; relative paths in it start from its folder.

    Raises:
        Misconfigured: every problem of the file, by line.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig")  # some editors put a byte order mark first
    except OSError as error:
        problem = ConfigProblem(str(path), 0, "", f"cannot be read: {error.strerror}")
        raise Misconfigured([problem]) from None
    except UnicodeDecodeError as error:
        raise no_utf8(str(path), error) from None
    return parse_config(text, str(path), file.absolute().parent)


def no_utf8(file: str, error: UnicodeDecodeError) -> Misconfigured:
    """Say in which line a file that was decoded whole holds octets that are no UTF-8."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return Misconfigured([ConfigProblem(file, line, "", "is not UTF-8")])


def parse_config(text: str, file: str, folder: Path) -> Config:
    """Check a configuration text; `file` is the name to report, `folder` where relative paths start.

    Raises:
        Misconfigured: every problem, by line.
    """
    reader = ConfigReader(TomlText(file, text), folder)
    config = reader.read()
    if not reader.has_gaps:
        places = {(problem.line, problem.key) for problem in reader.problems}
        reader.problems += (found for found in _problems_of(config) if (found.line, found.key) not in places)
    if reader.problems:
        raise Misconfigured(sorted(reader.problems, key=lambda problem: problem.line))
    return config


def effective(config: Config) -> list[tuple[str, str, str]]:
    """List every key in force as (dotted key, value as TOML, `default` or `file:line`).

    No key holds a secret itself: keys are named by file or credential, so nothing needs masking but the
    content of those files, which is never read here.
    """
    rows = []
    for section in msgspec.structs.fields(Config):
        if section.name != NOT_A_KEY:
            written = getattr(config, section.name)
            whole = written[0] if section.name == ALONE and is_alone(config) else written
            for key, value in _leaves(section.name, whole):
                line = config.origin.lines.get(key)
                rows.append((key, toml_value(value), f"{config.origin.file}:{line}" if line else "default"))
    return rows


def is_alone(config: Config) -> bool:
    """Tell whether there is one listener, written as a table and not as an array of one."""
    return len(config.listen) == 1 and f"{ALONE}[0]" not in config.origin.lines


def has_clients(config: Config) -> bool:
    """Tell whether there is a client network, of all listeners or of one."""
    relay = config.relay
    return bool(relay.client_networks or relay.clients) or any(block.client_networks for block in config.listen)


def listen_key(config: Config, number: int, name: str) -> str:
    """Spell a key of one listener as the file does: `listen.name` or `listen[0].name`."""
    return f"{ALONE}.{name}" if is_alone(config) else f"{ALONE}[{number}].{name}"


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            yield from _leaves(f"{key}.{field.name}", getattr(value, field.name))
    elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        for number, member in enumerate(value):
            yield from _leaves(f"{key}[{number}]", member)
    else:
        yield key, value


def toml_value(value: Any) -> str:
    """Spell a value as TOML; None, which TOML cannot say, as an empty text."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(member) for member in value) + "]"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:_}"
    return msgspec.json.encode(value).decode()


def host_of(config: Config) -> str:
    """Give the gateway's own name: as configured, else the host's."""
    return config.gateway.host or os.uname().nodename.lower()


def shipped_folder(name: str) -> Path:
    """Find what is shipped with the program, `policies` or `config`: in an installed wheel or a source tree."""
    package = Path(gateway.__file__).parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parent / name


def pack_files(config: Config) -> dict[str, Path]:
    """Map each configured pack id to its `pack.toml`, in order; your own folders come before the shipped one.

    Raises:
        Misconfigured: a pack is nowhere to be found.
    """
    found = {pack: _find_pack(config, pack) for pack in config.policy.packs}
    problems = [_missing_pack(config, place, pack) for place, (pack, file) in enumerate(found.items()) if not file]
    if problems:
        raise Misconfigured(problems)
    return {pack: file for pack, file in found.items() if file}


def load_config_registry(config: Config) -> FileRegistry:
    """Load the registry a configuration names, with the shipped domain list unless switched off.

    Raises:
        Misconfigured: every problem of every registry file.
    """
    lists = [Path(file) for file in config.registry.domain_lists]
    if config.registry.has_shipped_domain_list:
        lists.insert(0, shipped_folder("policies") / _SHIPPED_LIST)
    return load_registry([Path(file) for file in config.registry.files], lists)


def _find_pack(config: Config, pack: str) -> Path | None:
    candidates = (
        folder / pack / _PACK_FILE for folder in (*map(Path, config.policy.folders), shipped_folder("policies"))
    )
    return next((file for file in candidates if file.is_file()), None)


# What takes more than one key to see


def _problems_of(config: Config) -> Iterator[ConfigProblem]:
    yield from _listen_problems(config)
    yield from _tls_problems(config)
    yield from _client_problems(config)
    yield from _route_problems(config)
    yield from _pack_problems(config)
    yield from _trust_problems(config)
    yield from _identity_problems(config)
    yield from _checking_problems(config)
    for number, entry in enumerate(config.posture.entries):
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            message = "lies before `valid_from`; it is the last day, included"
            yield config.origin.problem(f"posture.entries[{number}].valid_to", message)


def _listen_problems(config: Config) -> Iterator[ConfigProblem]:
    """Find what is wrong between listeners, and within each."""
    if not config.listen:
        yield config.origin.problem(ALONE, "needs one [[listen]] block at least")
    if len(config.listen) > LISTENER_LIMIT:
        yield config.origin.problem(ALONE, f"has more than {LISTENER_LIMIT} blocks")
    names: set[str] = set()
    for number, block in enumerate(config.listen):
        if block.name in names:
            message = f"a block is named `{block.name}` already; give each its own name"
            yield config.origin.problem(listen_key(config, number, "name"), message)
        names.add(block.name)
        for name, message in _block_problems(block, listen_key(config, number, "certificate_file")):
            yield config.origin.problem(listen_key(config, number, name), message)


def _block_problems(block: ListenSection, certificate_key: str) -> Iterator[tuple[str, str]]:
    """Find what is wrong within one listener: key below it, and message."""
    if not block.addresses:
        yield "addresses", "needs one address at least"
    if block.certificate_file and not block.key_file:
        yield "certificate_file", "needs `key_file` too"
    if block.key_file and not block.certificate_file:
        yield "key_file", "needs `certificate_file` too"
    if block.tls == "implicit" and not block.certificate_file:
        yield "tls", f"needs `{certificate_key}`"
    if block.limits.is_tls_required and not block.certificate_file:
        yield "limits.is_tls_required", f"needs `{certificate_key}`"
    for name in ("in_flight_octets", "in_flight_octets_per_client"):
        if getattr(block.limits, name) < block.limits.message_size_limit_octets:
            message = "is less than `message_size_limit_octets`: the largest message would be deferred for ever"
            yield f"limits.{name}", message


def _tls_problems(config: Config) -> Iterator[ConfigProblem]:
    for number, route in enumerate(config.relay.routes):
        if route.ca_file and route.tls.value != "verified":
            yield config.origin.problem(f"relay.routes[{number}].ca_file", 'is only used with `tls = "verified"`')


def _trust_problems(config: Config) -> Iterator[ConfigProblem]:
    fetch = config.trust.fetch
    if fetch.folder and not config.trust.folder:
        yield config.origin.problem(
            "trust.fetch.folder", "needs `trust.folder`: lists are fetched for authorities found there"
        )
    if fetch.folder and fetch.folder == config.trust.folder:
        message = "is `trust.folder`: fetched lists need a folder of their own, which the service may write"
        yield config.origin.problem("trust.fetch.folder", message)
    if fetch.is_limited_to_hosts and not fetch.hosts and not fetch.addresses:
        message = "leaves nobody to ask; name `hosts` or `addresses`"
        yield config.origin.problem("trust.fetch.is_limited_to_hosts", message)


def _identity_problems(config: Config) -> Iterator[ConfigProblem]:
    identity = config.identity
    if identity.mode == "upstream" and not identity.upstream:
        yield config.origin.problem(
            "identity.upstream", "needs the authserv-id of the server whose results are believed"
        )
    if identity.mode == "upstream" and not has_clients(config):
        message = "believes nobody: the server in front must be in `relay.client_networks` or `relay.clients`"
        yield config.origin.problem("identity.mode", message)
    for number, name in enumerate(identity.upstream):
        if not name:
            yield config.origin.problem(f"identity.upstream[{number}]", "is empty: any server could call itself so")


def _checking_problems(config: Config) -> Iterator[ConfigProblem]:
    if config.checking.recipient and not config.checking.address:
        yield config.origin.problem("checking.recipient", "needs `checking.address`, to which people send")


def _client_problems(config: Config) -> Iterator[ConfigProblem]:
    for number, known in enumerate(config.relay.clients):
        for name, what in (("networks", "network"), ("domains", "domain")):
            if not getattr(known, name):
                yield config.origin.problem(f"relay.clients[{number}].{name}", f"needs one {what} at least")


def _route_problems(config: Config) -> Iterator[ConfigProblem]:
    names: set[str] = set()
    taken: dict[str, str] = {}
    for number, route in enumerate(config.relay.routes):
        key = f"relay.routes[{number}]"
        if route.name in names:
            yield config.origin.problem(f"{key}.name", f"route `{route.name}` is named twice")
        names.add(route.name)
        if not route.hosts:
            yield config.origin.problem(f"{key}.hosts", "needs one host at least")
        for place, domain in enumerate(route.domains):
            if domain in taken:
                yield config.origin.problem(
                    f"{key}.domains[{place}]", f"`{domain}` goes by route `{taken[domain]}` already"
                )
            taken.setdefault(domain, route.name)
    for place, domain in enumerate(config.relay.relay_domains):
        if not any(covers(pattern, domain) for pattern in taken):
            message = f"no route takes mail for `{domain}`; name it in the `domains` of a [[relay.routes]], or use `*`"
            yield config.origin.problem(f"relay.relay_domains[{place}]", message)


def covers(pattern: str, domain: str) -> bool:
    """Say whether a pattern of a route or relay domain takes a domain, or all a narrower pattern takes."""
    if pattern in {"*", domain}:
        return True
    return pattern.startswith(".") and f".{domain}".endswith(pattern)


def _pack_problems(config: Config) -> Iterator[ConfigProblem]:
    for place, pack in enumerate(config.policy.packs):
        key = f"policy.packs[{place}]"
        if key in config.origin.lines and not _find_pack(config, pack):
            yield _missing_pack(config, place, pack)
        if pack in config.policy.packs[:place]:
            yield config.origin.problem(key, f"pack `{pack}` is named twice")


def _missing_pack(config: Config, place: int, pack: str) -> ConfigProblem:
    folders = [*map(Path, config.policy.folders), shipped_folder("policies")]
    available = sorted({file.parent.name for folder in folders for file in folder.glob(f"*/{_PACK_FILE}")})
    known = ", ".join(f"`{name}`" for name in available) or "none"
    message = f"there is no pack `{pack}`{did_you_mean(pack, available)}; found: {known}"
    return config.origin.problem(f"policy.packs[{place}]", message)
