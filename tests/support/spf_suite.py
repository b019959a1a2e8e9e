"""Suites of SPF in the YAML form of openspf.org: scenes of zone data and cases, run through `check_spf`."""

from __future__ import annotations

import ipaddress
from functools import partial

import yaml

from gateway.read.identity.spf import check_spf
from gateway.values.identity import Answer, DnsAnswers
from tests.support.dns_world import in_rounds
from tests.support.identity_suites import Outcome

MAX_ALIASES = 8
"""CNAMEs followed, as a resolver would."""


class Zone(DnsAnswers):
    """The zone data of one scene, answered as a resolver answers."""

    def __init__(self, data):
        super().__init__()
        self._names = {name.lower(): list(records(entries)) for name, entries in data.items()}

    def look_up(self, name, kind):
        """Answer from the zone, aliases followed."""
        for _ in range(MAX_ALIASES):
            entries = self._names.get(name)
            if entries is None:
                return Answer("no_domain")
            found = [value for key, value in entries if key == kind]
            if found:
                return Answer("found", tuple(text for text in presented(kind, found)))
            if "TIMEOUT" in {key for key, _ in entries}:
                return Answer("failed")
            alias = next((value for key, value in entries if key == "CNAME"), None)
            if alias is None:
                return Answer("no_data")
            name = alias.rstrip(".").lower()
        return Answer("failed")


def records(entries):
    """Give (type, value) of the entries of one name; SPF stands for TXT where no TXT is given (rules of the suite)."""
    pairs = [("TIMEOUT", None) if entry == "TIMEOUT" else next(iter(entry.items())) for entry in entries]
    has_txt = any(kind == "TXT" for kind, _ in pairs)
    for kind, value in pairs:
        if value == "NONE":
            continue
        if kind == "SPF" and not has_txt:
            yield "TXT", value
        elif kind != "SPF":
            yield kind, value


def presented(kind, values):
    """Write values as our resolver hands them on."""
    if kind == "MX":
        return [name for _, name in sorted(values)]
    if kind in {"A", "AAAA"}:
        return [str(ipaddress.ip_address(value)) for value in values]
    if kind == "TXT":
        joined = ["".join(value) if isinstance(value, list) else value for value in values]
        return [text.encode("utf-8").decode("latin-1") for text in joined]
    return values


def run(file):
    """Give the outcome of every case of one file of the suite."""
    for scene in yaml.safe_load_all(file.read_bytes()):
        for name, case in scene["tests"].items():
            zone = Zone(scene["zonedata"])
            # In rounds, as the gateway does it: with nothing at hand at first.
            facts, _ = in_rounds(zone, partial(check_spf, case["host"], case["mailfrom"], case["helo"]))
            results = case["result"] if isinstance(case["result"], list) else [case["result"]]
            yield Outcome(file.name, name, tuple(results), facts.result)
