"""FactsCache: what was read of a document, kept by digest, so that one sent to 99 units is read once.

Facts of content only: nothing of the name or the message around it. Marks read relative dates and signatures are
judged at an instant, so an entry also belongs to the hour it was read in. What was learned from a message that
turns out to be a marked state secret is forgotten with it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.read.scans.memory import PictureMemory
from gateway.read.trust.chains import SignerCache
from gateway.values.facts import Marks

if TYPE_CHECKING:
    from gateway.values.evidence import PdfFacts, PictureFacts, SignatureFacts
    from gateway.values.facts import PartFacts

MAX_OCTETS: Final = 64_000_000
"""Memory the entries of one cache may take, as estimated by `_weight`; 4096 ordinary documents take a tenth."""
_ENTRY_OCTETS: Final = 2_000
_MEMBER_OCTETS: Final = 800
"""Measured: a file inside another that nothing is known of takes 700 octets."""
_encode = msgspec.msgpack.Encoder().encode
_NONCE: Final = bytes(12)
"""One for all: no tag is ever shown, so nobody learns from two of them."""


class ContentFacts(NamedTuple):
    """Everything read of the octets of one file, whatever its name."""

    kind: str
    uninspectable: str = ""
    is_encrypted: bool = False
    has_active_content: bool = False
    pdf: PdfFacts | None = None
    marks: Marks = Marks()
    """From the text of the content, never from a name."""
    members: tuple[PartFacts, ...] = ()
    """Files inside, their paths relative (`!1`, `!2!1`)."""
    ambiguities: frozenset[str] = frozenset()
    spent: tuple[int, ...] = ()
    """Budget that reading it took (`Notes.left`), to be charged again when it comes from the cache."""
    depth: int = 0
    """Containers around it when it was read."""
    smime: SignatureFacts | None = None
    smime_others: tuple[SignatureFacts, ...] = ()
    is_package_signed: bool = False
    picture: PictureFacts | None = None
    markup: tuple[str, ...] = ()


class CacheKey(NamedTuple):
    """Everything content facts depend on, apart from the trust generation."""

    sha256: str
    charset: str
    """Declared charset; counts for text only, but is part of every key."""
    hour: int
    """Hours since 1970, UTC."""


class Encoded(NamedTuple):
    """What decoding one base64 body gave."""

    sha256: str
    """Of the decoded octets, lower-case hex."""
    size_octets: int
    ambiguities: frozenset[str]


class FactsCache:
    """Bounded least-recently-used map, for one trust generation; not for several threads."""

    def __init__(self, max_entries: int, trust_generation: str) -> None:
        """Keep at most `max_entries` documents, of MAX_OCTETS in all, read under `trust_generation`."""
        self.trust_generation = trust_generation
        self.hits = 0
        self.misses = 0
        self._max_entries = max_entries
        self._entries: OrderedDict[CacheKey, tuple[ContentFacts, int]] = OrderedDict()
        self._octets = 0
        self._encoded: OrderedDict[bytes, Encoded] = OrderedDict()
        self._mac = AESGCM(AESGCM.generate_key(128))
        self.signers = SignerCache()
        """What was learned of signers' certificates, under the same trust generation."""
        self.pictures = PictureMemory(max_entries, self.tag_of)
        """What was found on pictures by one recogniser, whatever they stand in; as many answers as documents."""
        self._fresh: list[CacheKey] = []
        self._fresh_encoded: list[bytes] = []

    def begin_message(self) -> None:
        """From here on entries belong to a new message."""
        self._fresh.clear()
        self._fresh_encoded.clear()
        self.pictures.begin_message()

    def forget_message(self) -> None:
        """Drop what was kept since `begin_message`: the message was a marked state secret."""
        for key in self._fresh:
            self._drop(key)
        for tag in self._fresh_encoded:
            self._encoded.pop(tag, None)
        self.pictures.forget_message()
        self.begin_message()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: CacheKey) -> ContentFacts | None:
        """Look a document up and count the hit or miss."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def keep(self, key: CacheKey, facts: ContentFacts) -> None:
        """Keep the facts of a document, at the cost of those longest unused."""
        self._drop(key)
        octets = _weight(facts)
        self._entries[key] = facts, octets
        self._octets += octets
        self._fresh.append(key)
        while len(self._entries) > self._max_entries or (self._octets > MAX_OCTETS and self._entries):
            self._drop(next(iter(self._entries)))

    def _drop(self, key: CacheKey) -> None:
        _, octets = self._entries.pop(key, (None, 0))
        self._octets -= octets

    def holds(self, key: CacheKey) -> bool:
        """Tell whether a document is here, without counting."""
        return key in self._entries

    def tag_of(self, encoded: bytes | memoryview) -> bytes:
        """Name a base64 body, or pixels, by 16 octets: GMAC under a key of this cache alone.

        It takes a seventh of the time of SHA-256. Who does not know the key finds two bodies of one name only by
        chance, 2**-100 a try (ADR 0015).
        """
        return self._mac.encrypt(_NONCE, b"", encoded)

    def find_encoded(self, tag: bytes) -> Encoded | None:
        """Look up what a base64 body decoded to, by its tag."""
        encoded = self._encoded.get(tag)
        if encoded is not None:
            self._encoded.move_to_end(tag)
        return encoded

    def keep_encoded(self, tag: bytes, encoded: Encoded) -> None:
        """Remember what a base64 body decoded to."""
        self._encoded[tag] = encoded
        self._fresh_encoded.append(tag)
        while len(self._encoded) > self._max_entries:
            self._encoded.popitem(last=False)


def _weight(facts: ContentFacts) -> int:
    """Estimate the memory an entry takes; no less than a third of it."""
    return _ENTRY_OCTETS + _MEMBER_OCTETS * len(facts.members) + len(_encode(facts))
