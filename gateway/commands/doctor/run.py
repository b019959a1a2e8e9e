"""The whole examination, in the order in which a mail meets things: configuration, DNS, ports, host, next hops."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gateway.commands.advice import ask_routes
from gateway.commands.checking import WARNING, Silent, report
from gateway.commands.doctor import host, mail_domains, served
from gateway.commands.doctor.line import Line, fail, ok, warn
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.edge.host.memory import memory_octets
from gateway.values.faults import Misconfigured
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.daemon.config.schema import Config


def examine(config_file: Path, *, is_offline: bool = False) -> Iterator[Line]:
    """Look at everything, a line each; `is_offline`: neither DNS nor next hops are asked."""
    try:
        config = load_config(config_file)
        generation, judge = load_generation(config, 1)
    except Misconfigured as fault:
        for problem in fault.problems:
            yield fail("configuration", str(problem), "mend it; `congthu check` names every problem")
        return
    now = dt.datetime.now(dt.UTC)
    yield _configuration(config_file)
    if not is_offline:
        try:
            yield from mail_domains.examine(config, judge.registry.mail_domains(now.astimezone(VIETNAM).date()))
        except Misconfigured as fault:
            yield fail("mx", str(fault.problems[0]), "name servers in /etc/resolv.conf, or under [identity.dns]")
    yield from served.ports(config)
    yield from served.certificates(config, now)
    yield host.clock(generation.trust, now)
    yield from host.memory(config, memory_octets())
    yield from host.sandbox(config, generation)
    yield from host.disk(config)
    if not is_offline:
        yield from _next_hops(config)


def _configuration(config_file: Path) -> Line:
    """Say what `congthu check` says, in one line."""
    try:
        count = sum(line.startswith(WARNING) for line in report(config_file, is_offline=True))
    except Misconfigured as fault:
        return fail("configuration", str(fault.problems[0]), "mend it; `congthu check` names every problem")
    if count:
        return warn("configuration", f"{config_file}: {count} warnings", "`congthu check` tells them")
    return ok("configuration", f"{config_file}: no warnings")


_TODO = {
    "next_hop_unroutable": "mend its name under relay.routes, that name in DNS, or the way to it",
    "next_hop_refuses_us": "have it let this host in: name the gateway in its own networks",
    "next_hop_tls": "mend TLS there, or choose another tls for the route",
}
"""What to do about a next hop that does not answer, by situation."""


def _next_hops(config: Config) -> Iterator[Line]:
    """Connect to every next hop and say what it offers."""
    if not config.relay.routes:
        yield fail("next hop", "there is none, so nothing can be relayed", "name one in a [[relay.routes]] block")
        return
    asked = ask_routes(config, Silent())
    for route in asked.routes:
        is_any_up = any(not asked.found[route.name][name].problem for name in route.hosts)
        for name in route.hosts:
            one = asked.found[route.name][name]
            if one.problem:
                say = warn if is_any_up else fail
                effect = "the others of its route take its mail" if is_any_up else "its mail is put off with 451"
                todo = _TODO.get(
                    one.situation, "see whether a mail server runs and listens there, and the firewalls between"
                )
                yield say("next hop", f"route {route.name}: {name}: {one.problem}; {effect}", todo)
                continue
            words = ", ".join(sorted(word.upper() for word in one.extensions)) or "no extension"
            tls = "in plain" if one.tls in {"none", "failed"} else one.tls
            yield ok("next hop", f"route {route.name}: {name} answers, {tls}; offers {words}")
            for problem in asked.of(route, name):
                yield warn("next hop", problem, "mend it there, or choose another tls for the route")
        for problem in asked.lacking(route, config):
            yield warn("next hop", problem, "switch the extension on there, or leave it: clients then do without")
