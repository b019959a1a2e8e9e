"""Layers, cycles, purity and third-party ownership: what may import what."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict

import pytest

from tests.support.tree import sources

LAYERS = {"values": 0, "read": 1, "judge": 1, "mark": 1, "edge": 2, "daemon": 3, "records": 3, "demo": 4, "commands": 5}
"""Package to layer; an import goes to a lower layer or stays in its own package."""

READ_ROOMS = (
    "budget", "clock", "watch", "notes", "guard", "rows", "media_kinds", "rare_kinds",
    "vietnamese", "encoded_words", "names", "containers", "kinds",
    "mime", "identity", "web", "texts",
    "scans", "cms", "trust", "signatures", "cache",
    "underlay", "reading", "bodies", "openable", "closed", "host",
    "pdf", "office", "files", "contents", "message",
)  # fmt: skip
"""Folders and modules of `read` from the lowest; an import goes to an earlier one, so that a reader goes one way."""

FORBIDDEN_BELOW_EDGE = frozenset(
    {"asyncio", "socket", "ssl", "os", "time", "random", "secrets", "logging", "subprocess", "threading", "tempfile",
     "signal", "select", "prometheus_client", "aiosmtpd", "aiosmtplib", "structlog"}
)  # fmt: skip
PURITY_EXCEPTIONS = {
    "read.pdf.lenient": ({"logging"}, "silences pypdf, which would log what it forgives in a worker"),
    "read.signatures.revisions": ({"logging"}, "silences pyHanko, which would log what it reads in a worker"),
}
"""Module below the edge to (imports it may have, why)."""
FORBIDDEN_CALLS = frozenset({"open", "input", "print", "breakpoint"})
FORBIDDEN_METHODS = frozenset({"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"})

OWNERS = {
    # Third-party package: the modules (or folders, ending in a dot) that may import it.
    "aiosmtpd": {"edge.listener.channel"},
    "aiosmtplib": {"edge.nexthop."},
    "asn1crypto": {"read."},
    "cel_expr_python": {"judge.rules"},
    "click": {
        "commands.arguments",
        "commands.cli",
        "commands.ledger.ledger_cli",
        "commands.operations_cli",
        "commands.policy_cli",
        "commands.records.",
    },
    "cryptography": {"read.", "edge.trust.", "edge.host.certificate"},
    "dns": {"edge.resolver."},
    "email_validator": {"values.addresses"},
    "openpyxl": {"records.imports.xlsx", "records.render.xlsx"},
    "pikepdf": {"read.pdf."},
    "prometheus_client": {"edge.observers.metrics"},
    "pyhanko": {"read.", "edge.trust.folder"},
    "pyhanko_certvalidator": {"read.", "edge.trust.folder"},
    "pypdf": {"read.pdf.lenient"},
    "PIL": {"read.scans."},
    "pypdfium2": {"read.pdf.", "read.scans.picture_colour", "read.signatures.listing"},
    "pybase64": {"read.mime.transfer"},
    "re2": {"read.", "judge."},
    "sqlalchemy": {"commands.records.", "records."},
    "tomlkit": {"commands.migrating"},
    "structlog": {"edge.observers.journal"},
}
"""msgspec is the type library of the whole tree; `gateway.demo` makes samples and may use any."""


def dotted(name):
    """Turn `gateway/edge/observers/health.py` into `edge.health`."""
    return name.removeprefix("gateway/").removesuffix(".py").removesuffix("__init__").replace("/", ".").rstrip(".")


MODULES = {dotted(source.name): source for source in sources()}


def imported(source):
    """Give (third-party or stdlib top names, own dotted names) a file imports, type-checking imports too."""
    outside, own = set(), set()
    for node in source.nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.name}: relative import"
            # `from gateway.edge import sandbox` names a module; `from gateway.edge.x import y` names a thing in one.
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name.removeprefix("gateway.") in MODULES else node.module for name in members]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            own.add(rest) if top == "gateway" else outside.add(top)
    return outside, own - {""}


IMPORTS = {name: imported(source) for name, source in MODULES.items()}


def package_of(name):
    """Name the first folder of a module."""
    return name.partition(".")[0]


def in_layers(*wanted):
    """List the modules of these layers."""
    return [name for name in MODULES if LAYERS.get(package_of(name)) in wanted]


def test_every_package_has_a_layer():
    """A new folder states where it stands before anything imports it."""
    assert {package_of(name) for name in MODULES} - {"", "__main__"} <= set(LAYERS)


def test_imports_go_downwards():
    """Commands -> demo -> daemon -> edge -> (read | judge | mark) -> values; siblings of one layer are strangers."""
    wrong = [
        f"{name} -> {target}"
        for name in in_layers(*LAYERS.values())
        for target in IMPORTS[name][1]
        if package_of(target) != package_of(name)
        and package_of(target) in LAYERS
        and LAYERS[package_of(target)] >= LAYERS[package_of(name)]
    ]

    assert wrong == []


SHARED_BY_THE_EDGE = frozenset({"wholefile"})
"""Rooms of the edge that any other may use; they know none themselves. Files are no world of one room."""


def room_of(name):
    """Name the folder or single module of a package that a module belongs to."""
    return name.split(".")[1]


def test_rooms_of_the_edge_do_not_know_each_other():
    """One outside world per folder; what two share lives in `values`."""
    wrong = [
        f"{name} -> {target}"
        for name in MODULES
        if name.startswith("edge.")
        for target in IMPORTS[name][1]
        if target.startswith("edge.") and room_of(target) not in {room_of(name), *SHARED_BY_THE_EDGE}
    ]

    assert wrong == []


def test_read_goes_one_way():
    """A room of `read` knows only the rooms before it."""
    modules = [name for name in MODULES if name.startswith("read.")]
    wrong = [
        f"{name} -> {target}"
        for name in modules
        for target in IMPORTS[name][1]
        if target.startswith("read.")
        and room_of(name) != room_of(target)
        and READ_ROOMS.index(room_of(target)) > READ_ROOMS.index(room_of(name))
    ]

    assert wrong == []
    assert set(READ_ROOMS) == {room_of(name) for name in modules}


def test_there_are_no_import_cycles():
    """Type-checking imports count: a cycle of types is a cycle of thought."""
    graph = {name: targets & set(MODULES) for name, (_, targets) in IMPORTS.items()}
    removed = True
    while removed:
        removed = [name for name, targets in graph.items() if not targets & set(graph)]
        for name in removed:
            del graph[name]

    assert sorted(graph) == []


@pytest.mark.parametrize("name", in_layers(0, 1))
def test_values_and_core_touch_no_outside(name):
    """No socket, file, clock, environment, logger or thread below the edge."""
    outside, _ = IMPORTS[name]
    calls = []
    for node in MODULES[name].nodes:
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            calls.append(f"line {node.lineno}: {node.func.id}()")
        if isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_METHODS:
            calls.append(f"line {node.lineno}: .{node.func.attr}()")

    allowed, _ = PURITY_EXCEPTIONS.get(name, (set(), ""))
    assert (outside & FORBIDDEN_BELOW_EDGE) - allowed == set()
    assert calls == []


def test_each_third_party_package_has_its_owners():
    """What one module knows, one module can replace."""
    users = defaultdict(set)
    for name, (outside, _) in IMPORTS.items():
        if package_of(name) == "demo":
            continue
        for top in outside - set(sys.stdlib_module_names) - {"msgspec", "__future__"}:
            users[top].add(name)
    wrong = {
        top: sorted(name for name in names if not any(
            name == owner or (owner.endswith(".") and f"{name}.".startswith(owner)) for owner in OWNERS.get(top, ())
        ))
        for top, names in users.items()
    }  # fmt: skip

    assert {top: names for top, names in wrong.items() if names} == {}
