"""Domain classes, look-alikes and display names: pure text work on hostile names.

A domain is compared on label boundaries only (`x.gov.vn`, never `*gov.vn`). Look-alikes are found by folding
the whole name to a skeleton (confusable letters, digits and joining marks) and asking which official domain
has that skeleton, so one look-up costs the length of the name, however many domains are protected.

Cites: Unicode UTS 39 (confusables, mixed scripts).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable

LAYERS = ("official", "allow", "deny", "free", "disposable", "review")
"""Sections of `policies/freemail.txt`, strongest first."""
MAX_DOMAIN_CHARACTERS = 253
"""RFC 1035 section 3.1 without the final dot."""
MAX_LABEL_CHARACTERS = 63
"""RFC 1035 section 2.3.4; punycode of a longer one would cost quadratic time."""
MAX_LABELS = 128
MAX_LABELS_COMPARED = 12
"""Labels from the right that are compared by sight; every span of them is tried (78 at most)."""


class DomainList(msgspec.Struct, frozen=True):
    """The layered data file: domain to layer."""

    layers: dict[str, str]
    """Each domain once, under its strongest layer."""

    def find_layer(self, domain: str) -> str:
        """Give the layer of the closest listed domain on a label boundary; empty when none is listed."""
        return next((self.layers[name] for name in parents(domain) if name in self.layers), "")

    def kind(self, domain: str) -> str:
        """Give the kind for `DomainEntry`: `allow` and `review` are `unknown`, `deny` is `free`."""
        return _KIND_OF_LAYER.get(self.find_layer(domain), "unknown")

    def official_suffixes(self) -> frozenset[str]:
        """Give the domains under which a name is official."""
        return frozenset(name for name, layer in self.layers.items() if layer == "official")


_KIND_OF_LAYER = {"official": "official", "deny": "free", "free": "free", "disposable": "disposable"}


def parse_domain_list(text: str, file: str) -> DomainList:
    """Read a layered domain list: `[layer]` lines, one domain a line, `#` comments.

    Raises:
        Misconfigured: with every malformed line.
    """
    layers: dict[str, str] = {}
    problems: list[ConfigProblem] = []
    layer = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].strip().lower()
        if not line:
            continue
        if line.startswith("["):
            layer = line.strip("[]")
            if layer not in LAYERS:
                problems.append(ConfigProblem(file, number, line, f"unknown layer; known: {', '.join(LAYERS)}"))
                layer = ""
        elif not layer or not _is_domain(line):
            problems.append(ConfigProblem(file, number, line[:80], "write a [layer], then one domain a line"))
        elif LAYERS.index(layers.get(line, layer)) >= LAYERS.index(layer):
            layers[line] = layer
    if problems:
        raise Misconfigured(problems)
    return DomainList(layers)


def parents(domain: str) -> Iterable[str]:
    """Yield the domain and each parent on a label boundary, closest first: `a.b.vn`, `b.vn`, `vn`."""
    name = domain[:MAX_DOMAIN_CHARACTERS].rstrip(".")
    while name:
        yield name
        name = name.partition(".")[2]


def domain_of(address: str) -> str:
    """Give the domain of an addr-spec in lower case; empty when there is none."""
    return address.rpartition("@")[2].lower().rstrip(".") if "@" in address else ""


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    return len(text) <= MAX_DOMAIN_CHARACTERS and all(
        label and len(label) <= MAX_LABEL_CHARACTERS and label.strip("-") == label and label.replace("-", "").isalnum()
        for label in labels
    )


# --- look-alikes -----------------------------------------------------------------------------------------------

_CONFUSABLES = str.maketrans(
    {
        # Cyrillic and Greek small letters that read as Latin (UTS 39 confusables, the single-letter Latin ones).
        **dict(zip("аеорсухіјѕһԁԛԝѵкмтнвгпиӏ", "aeopcyxijshdqwvkmthbrnul", strict=True)),
        **dict(zip("αογνρτυικε", "aoyvptuike", strict=True)),
        # Latin twins and digits.
        **dict(zip("ıłøđħŋſ", "llodhns", strict=True)),
        **dict(zip("013589", "olesbg", strict=True)),
        "i": "l",
        "-": "",
        "_": "",
    }
)


def skeleton(domain: str) -> str:
    """Fold a domain to what the eye reads: U-labels, no diacritics, confusables merged, hyphens dropped."""
    return _merge(_fold(domain))


def _fold(domain: str) -> str:
    """Fold letter by letter, so dots stay where they were and labels can still be told apart."""
    text = unicodedata.normalize("NFKD", to_unicode(domain).casefold())
    return "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_CONFUSABLES)


def _merge(folded: str) -> str:
    """Join the pairs that read as one letter; after `_fold`, because dropping a hyphen can make a pair."""
    return folded.replace("rn", "m").replace("vv", "w")


def to_unicode(domain: str) -> str:
    """Turn A-labels into U-labels, label by label; a broken label stays as it is."""
    return ".".join(_u_label(label) for label in domain.split(".")[:MAX_LABELS])


def _u_label(label: str) -> str:
    if not label.startswith("xn--") or len(label) > MAX_LABEL_CHARACTERS:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def is_mixed_script(domain: str) -> bool:
    """Tell whether one label mixes Latin with another script, or is wholly made of Latin twins."""
    if domain.isascii() and "xn--" not in domain:
        return False
    return any(_mixes(label) for label in to_unicode(domain[:MAX_DOMAIN_CHARACTERS]).split("."))


def _mixes(label: str) -> bool:
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()}
    foreign = scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
    return bool(foreign) and ("LATIN" in scripts or skeleton(label).isascii())


class Protected:
    """Official domains, indexed for look-alike questions. Build once per registry generation.

    Answers are remembered, up to `MEMO_ENTRIES`; the memory changes no answer.
    """

    MEMO_ENTRIES = 4096

    def __init__(self, domains: frozenset[str]) -> None:
        """Index registered official domains and official suffixes."""
        dotted = [name for name in sorted(domains) if "." in name]
        self.domains = domains
        self._by_sight = {skeleton(name): name for name in dotted}
        self._flat = {_merge(_fold(name).replace(".", "")): name for name in dotted}
        self._memo: dict[str, str] = {}

    def find_imitated(self, domain: str) -> str:
        """Find the official domain a name imitates; empty for an official name and for a harmless one.

        Three forms: an official name read in the labels (`hanoi.gov.vn.example.com`, `hano1.gov.vn`); its dots
        turned into hyphens or dropped (`hanoi-gov.vn`, `hanoi-gov-vn.com`); an official suffix glued to any
        label (`x-gov.vn`). All by sight, so digits and letters of other scripts count as what they look like.
        """
        name = domain[:MAX_DOMAIN_CHARACTERS].lower().rstrip(".")
        found = self._memo.get(name)
        if found is None:
            if len(self._memo) >= self.MEMO_ENTRIES:
                self._memo.clear()
            found = self._memo[name] = self._find(name)
        return found

    def _find(self, name: str) -> str:
        twin = self._by_sight.get(skeleton(name), name)
        if twin != name and name not in self.domains:
            return twin
        if not name or any(parent in self.domains for parent in parents(name)):
            return ""
        labels = _fold(name).split(".")[-MAX_LABELS_COMPARED:]
        spans = [labels[start:end] for start in range(len(labels)) for end in range(len(labels), start, -1)]
        by_sight = (self._by_sight.get(_merge(".".join(span))) for span in spans if len(span) > 1)
        flat = (self._flat.get(_merge("".join(span))) for span in spans)
        return next(filter(None, by_sight), None) or next(filter(None, flat), None) or self._find_glued(labels)

    def _find_glued(self, labels: list[str]) -> str:
        """Find `x-gov.vn` and `x-gov-vn.com`: the suffix glued to a label, whatever stands before it."""
        joined = ".".join(labels)
        is_glued = joined.endswith("gov.vn") or "govvn." in joined
        return "gov.vn" if is_glued and "gov.vn" in self.domains else ""


@lru_cache(maxsize=4)
def protect(domains: frozenset[str]) -> Protected:
    """Give the index of a registry generation, built once: pass the very frozenset the registry holds."""
    return Protected(domains)
