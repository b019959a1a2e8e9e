"""The ARC suite of ValiMail: scenes of messages and key records in YAML, run through `check_arc`."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import yaml

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.arc import check_arc
from gateway.read.identity.canonical import SignedContent
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from tests.support.dns_world import World
from tests.support.identity_suites import Outcome

AT = datetime(2018, 10, 5, tzinfo=UTC)
"""When the suite was last changed; nothing in it expires."""


class Loader(yaml.SafeLoader):
    """Reads mappings as lists of pairs: names of cases come twice in the suite, and every one is a case."""


Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_pairs(node, deep=True))


def run(file):
    """Run every case of one file; one that has the name of another is told apart by a number."""
    seen = Counter()
    for pairs in yaml.load_all(file.read_text("utf-8"), Loader):
        scene = dict(pairs)
        world = World({f"{name} TXT": text for name, text in scene.get("txt-records") or ()})
        for name, entries in scene["tests"]:
            seen[name] += 1
            case = dict(entries)
            mail = re.sub("\r?\n", "\r\n", case["message"]).encode()
            content = SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))
            wanted = case["cv"].strip().lower()
            label = name if seen[name] == 1 else f"{name} {seen[name]}"
            yield Outcome(file.name, label, (wanted,), check_arc(content, world, AT).result)
