"""Leaves of a message -> PartFacts: bodies, decoding, names, and the cache of what was read before.

What a file holds, `files` tells by its kind.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.bodies import Shown, charsets_of, flow_of, read_shown
from gateway.read.cache import CacheKey, ContentFacts, Encoded
from gateway.read.containers.members import SPLIT, STREAMS, Member, reason_by_name
from gateway.read.containers.volumes import find_volumes, join_volumes, lacks_volume
from gateway.read.files import Files
from gateway.read.kinds import is_mismatched, sniff
from gateway.read.media_kinds import LEFTOVER
from gateway.read.mime.fields import read_section
from gateway.read.mime.header import subject_of
from gateway.read.mime.inline_files import find_calendar_files, find_inline_files
from gateway.read.mime.names import find_name
from gateway.read.mime.parts import EMBEDDED_MESSAGE, read_tree
from gateway.read.mime.transfer import decode_body, decode_readings
from gateway.read.names import NO_NAME, clean_name, decode_name
from gateway.read.openable import TEXTS, distinct, documents_in, is_same, note_readings
from gateway.read.reading import NO_MARKS, Reading
from gateway.read.signatures.smime import judge_beside
from gateway.read.underlay import underlay
from gateway.read.web.markup import read_markup
from gateway.values.facts import PartFacts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.read.cache import FactsCache
    from gateway.read.mime.inline_files import InlineFile
    from gateway.read.mime.parts import Leaf, Tree
    from gateway.read.mime.quotes import BodyText
    from gateway.read.names import FileName
    from gateway.read.notes import Notes
    from gateway.read.scans.ocr import Recogniser
    from gateway.read.vietnamese.detect import Others
    from gateway.read.web.markup import MarkupFile
    from gateway.values.facts import Marks
    from gateway.values.trust import TrustSnapshot

_ENCODED = frozenset({"base64", "quoted-printable"})
_WORTH_OCTETS = 65_536
"""Encoded bodies from here on are looked up before decoding: a digest costs a sixth of decoding base64."""
_UNJOINED = frozenset({"malformed", "split", "unsupported", "over_budget"})
"""Why what pieces make is left in pieces: it is no whole file."""
_LEAST_PIECES = 2
_PACKED_NAMES = {"tgz": "tar", "tbz2": "tar", "tbz": "tar", "txz": "tar", "tzst": "tar"}
_LETTERS = "abc"
"""Marks in the path of what a damaged encoding gives to other readers."""
_SHOWN = ("text/", "message/", "multipart/")
"""Types readers show in place: texts, reports, and what is left of a broken multipart."""


class Reader:
    """Reads the leaves of one message; keeps what all of them share."""

    def __init__(  # noqa: PLR0913, PLR0917 - what one message is read with
        self,
        notes: Notes,
        trust: TrustSnapshot,
        at: datetime,
        cache: FactsCache | None,
        recogniser: Recogniser | None = None,
        others: Others | None = None,
    ) -> None:
        """Read under `trust` at the instant `at`; a cache of another trust generation is left alone."""
        self._cache = cache if cache is not None and cache.trust_generation == trust.generation else None
        signers = self._cache.signers if self._cache is not None else None
        self._reading = Reading(notes, trust, at, signers, recogniser, others)
        self._files = Files(self._reading, self)

    def leaves(self, octets: bytes, tree: Tree, bodies: list[BodyText], depth: int = 0) -> list[PartFacts]:
        """Facts of all leaves and what they contain; texts of the message itself are appended to `bodies`."""
        found: list[PartFacts] = []
        for leaf in tree.leaves:
            if leaf.message is not None:
                marks = self._reading.marks(subject_of(leaf.message), "subject")
                name = find_name(leaf.disposition, leaf.content_type, self._reading.notes, leaf.further)
                found.append(self._wrapper(leaf, name, marks))
            else:
                found.extend(self._leaf(octets, leaf, bodies, depth))
        found = self._joined(octets, tree.leaves, found, depth)
        note_readings(tree, found, self._reading.notes)
        if any(part.kind == "pkcs7" for part in found):
            return judge_beside(octets, tree.leaves, found, self._reading.notes, self._reading.judge)
        return found

    def _joined(self, octets: bytes, leaves: Sequence[Leaf], found: list[PartFacts], depth: int) -> list[PartFacts]:
        """Join the pieces of one file that came as several attachments, and read it; what fails stays in pieces."""
        notes = self._reading.notes
        by_path = {part.path: number for number, part in enumerate(found) if part.is_attachment}
        pieces = [leaf for leaf in leaves if leaf.path in by_path and leaf.message is None]
        if len(pieces) < _LEAST_PIECES:
            return found
        for volumes in find_volumes([found[by_path[leaf.path]].name for leaf in pieces]):
            chosen = [pieces[place] for place in volumes.places]
            size = sum(leaf.end - leaf.start for leaf in chosen)
            if size > notes.container_octets or not self._reading.may_open(depth):
                notes.overrun("container_octets")
                continue
            decoded = (decode_body(octets, leaf.start, leaf.end, leaf.encoding, notes) for leaf in chosen)
            whole = join_volumes(decoded, is_zip=volumes.is_zip)
            notes.container_octets -= min(len(whole), notes.container_octets)
            content = self._content(whole, hashlib.sha256(whole).hexdigest(), "", depth)
            if content.uninspectable == SPLIT and content.members and not lacks_volume(whole):
                content = content._replace(uninspectable="")  # its head says volume still
            if content.uninspectable in _UNJOINED or any(one.uninspectable == "malformed" for one in content.members):
                continue
            found = self._as_one(found, [leaf.path for leaf in chosen], clean_name(volumes.name), content)
            by_path = {part.path: number for number, part in enumerate(found) if part.is_attachment}
        return found

    def _as_one(
        self, found: list[PartFacts], paths: list[str], name: FileName, content: ContentFacts
    ) -> list[PartFacts]:
        """Give what the pieces hold to the first of them; none is a riddle of its own any more."""
        inside = tuple(f"{path}!" for path in paths)
        whole: list[PartFacts] = []
        for part in found:
            if part.path == paths[0]:
                head, *members = self._facts(part, name, part.sha256, content)
                shown = replace(head, name=part.name, name_kind=part.name_kind, is_mismatched=part.is_mismatched)
                whole += [shown, *members]
            elif not part.path.startswith(inside):
                whole.append(replace(part, uninspectable="") if part.path in paths else part)
        return whole

    def _wrapper(self, leaf: Leaf, name: FileName, marks: Marks) -> PartFacts:
        return PartFacts(
            path=leaf.path, start=leaf.start, end=leaf.end, media_type=leaf.media_type, kind="eml", name=name.name,
            name_kind=name.kind, is_attachment=True, size_octets=leaf.end - leaf.start, marks=marks,
        )  # fmt: skip

    def _leaf(self, octets: bytes, leaf: Leaf, bodies: list[BodyText], depth: int) -> list[PartFacts]:
        name = find_name(leaf.disposition, leaf.content_type, self._reading.notes, leaf.further)
        charsets = charsets_of(leaf)
        part = PartFacts(
            path=leaf.path, start=leaf.start, end=leaf.end, media_type=leaf.media_type, name=name.name,
            name_kind=name.kind, size_octets=leaf.end - leaf.start, is_inline=leaf.is_inline,
        )  # fmt: skip
        if leaf.uninspectable:
            return [replace(part, is_attachment=True, uninspectable=leaf.uninspectable)]
        if leaf.media_type.startswith("multipart/") and leaf.encoding in _ENCODED:
            return self._encoded_multipart(octets, leaf, part, depth)
        # A message may not be encoded (RFC 2046 section 5.2.1); one that is gets decoded and opened all the same.
        is_message = leaf.media_type in EMBEDDED_MESSAGE and leaf.encoding in _ENCODED
        is_shown = leaf.media_type.startswith(_SHOWN) and not is_message
        if is_shown and not name.name and leaf.disposition.main != "attachment":
            return self._shown(octets, leaf, part, bodies, depth)
        seen, content, others = self._attached(octets, leaf, charsets[0], depth)
        found = self._facts(replace(part, size_octets=seen.size_octets), name, seen.sha256, content)
        for letter, other in zip(_LETTERS, others, strict=False):
            again = replace(part, path=f"{part.path}~{letter}", size_octets=len(other))
            found += self._file(again, name, other, charsets[0], depth)
        return found

    def _shown(self, octets: bytes, leaf: Leaf, part: PartFacts, bodies: list[BodyText], depth: int) -> list[PartFacts]:
        """A leaf readers show in place, in every way they may decode it."""
        notes, is_nested = self._reading.notes, leaf.level > 0 or depth > 0
        decoded, *others = decode_readings(octets, leaf.start, leaf.end, leaf.encoding, notes)
        if others:
            # A footer behind base64 decodes to noise for some: no reader finds a document in it.
            decoded, *others = _legible([decoded, *others])
            if len(distinct([decoded, *others])) > 1:
                notes.ambiguous("decodings_differ")
        part = replace(part, size_octets=len(decoded))
        shown_as = Shown(charsets_of(leaf), flow_of(leaf), bodies, is_nested)
        body = read_shown(self._reading, part, decoded, shown_as)
        found = [body] if body is not None else self._file(part, NO_NAME, decoded, charsets_of(leaf)[0], depth)
        members = self._files_inside(decoded, body, depth)
        found += [replace(member, path=leaf.path + member.path) for member in members]
        for letter, other in zip(_LETTERS, others, strict=False):
            again = replace(part, path=f"{part.path}~{letter}", size_octets=len(other))
            shown = read_shown(self._reading, again, other, shown_as)
            if shown is None or body is None:
                found += [shown] if shown else self._file(again, NO_NAME, other, charsets_of(leaf)[0], depth)
        return found

    def _encoded_multipart(self, octets: bytes, leaf: Leaf, part: PartFacts, depth: int) -> list[PartFacts]:
        """A multipart that some readers decode before they look for its parts.

        Read so, most are noise: the encoding is that of the parts, named once too often.
        """
        notes = self._reading.notes
        if not self._reading.may_open(depth):
            return [replace(part, is_attachment=True, uninspectable="over_budget")]
        boundary = leaf.content_type.values.get("boundary", b"")
        head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
        readings = decode_readings(octets, leaf.start, leaf.end, leaf.encoding, notes)
        plain = documents_in(head + octets[leaf.start : leaf.end], notes)
        for decoded in readings:
            # The padding of base64 looks like a soft line break: the last octets of a file suffer, and no more.
            further = documents_in(head + decoded, notes)
            if not all(any(is_same(one, known) for known in plain) for one in further):
                break
        else:
            return self._texts_decoded(head + readings[0], replace(part, kind="eml"), depth)
        if plain:
            notes.ambiguous("encoded_parts")
        found = self.message(head + decoded, depth)
        members = [replace(member, path=leaf.path + member.path) for member in found.members]
        return [replace(part, kind="eml", is_attachment=True), *members]

    def _texts_decoded(self, octets: bytes, wrapper: PartFacts, depth: int) -> list[PartFacts]:
        """Texts of a multipart that shows no other files when it is decoded first; what is odd in it is noise."""
        notes = self._reading.notes
        around, notes.ambiguities = notes.ambiguities, set()
        members = self.message(octets, depth).members
        notes.ambiguities = around
        texts = [replace(one, path=wrapper.path + one.path) for one in members if one.kind in TEXTS and one.is_body]
        return [wrapper, *texts] if texts else []

    def _files_inside(self, text: bytes, body: PartFacts | None, depth: int) -> list[PartFacts]:
        """Files written into a text, or carried by a page, as members of it."""
        notes = self._reading.notes
        written: list[InlineFile | MarkupFile] = list(find_inline_files(text))
        if written:
            notes.ambiguous("inline_file")
        if body is not None and body.kind == "ics":
            written += find_calendar_files(text)
        if body is not None and "file" in body.markup:
            written += read_markup(text).files
        if not written or not self._reading.may_open(depth):
            return []
        if len(written) > notes.container_entries:
            notes.overrun("container_entries")
        members: list[PartFacts] = []
        for number, found in enumerate(written[: notes.container_entries], 1):
            notes.container_entries -= 1
            name = clean_name(decode_name(found.name))
            members += self.member(Member(name, found.octets, len(found.octets)), f"!{number}", depth)
        return members

    def _attached(
        self, octets: bytes, leaf: Leaf, charset: str, depth: int
    ) -> tuple[Encoded, ContentFacts, list[bytes]]:
        """Decode and read an attached leaf; what was decoded and read before is neither decoded nor read again.

        Last come the octets other readers decode from a damaged body.
        """
        cache, notes, tag = self._cache, self._reading.notes, b""
        if cache is not None and leaf.encoding == "base64" and leaf.end - leaf.start >= _WORTH_OCTETS:
            tag = cache.tag_of(memoryview(octets)[leaf.start : leaf.end])
            seen = cache.find_encoded(tag)
            key = self._key(seen.sha256, charset) if seen is not None else None
            known = self._recall(key, depth) if key is not None and cache.holds(key) else None
            if seen is not None and known is not None:
                notes.ambiguities |= seen.ambiguities
                return seen, known, []
        around, notes.ambiguities = notes.ambiguities, set()
        decoded, *others = self._decoded(octets, leaf)
        encoded = Encoded(hashlib.sha256(decoded).hexdigest(), len(decoded), frozenset(notes.ambiguities))
        notes.ambiguities |= around
        if cache is not None and tag and not others:
            cache.keep_encoded(tag, encoded)
        return encoded, self._content(decoded, encoded.sha256, charset, depth), others

    def _decoded(self, octets: bytes, leaf: Leaf) -> list[bytes]:
        """Decode a file in every way that gives another document, or another text."""
        notes = self._reading.notes
        readings = decode_readings(octets, leaf.start, leaf.end, leaf.encoding, notes)
        # A text with a few letters more or less is the same document, and all of it is looked through.
        if len(readings) == 1 or all(sniff(one) in TEXTS for one in readings):
            return readings
        found = distinct(readings)
        if len(found) > 1:
            notes.ambiguous("decodings_differ")
        return found or readings

    def _file(self, part: PartFacts, name: FileName, decoded: bytes, charset: str, depth: int) -> list[PartFacts]:
        """Facts of decoded octets as a file."""
        sha256 = hashlib.sha256(decoded).hexdigest()
        return self._facts(part, name, sha256, self._content(decoded, sha256, charset, depth))

    def _facts(self, part: PartFacts, name: FileName, sha256: str, content: ContentFacts) -> list[PartFacts]:
        """Facts of a file and of the files inside it."""
        reason = reason_by_name(name.name, content.kind, part.size_octets, content.uninspectable)
        name_marks = self._reading.marks(name.name, "file_name") if name.name else NO_MARKS
        if name.others:
            name_marks = self._reading.with_secrecy(name_marks, name.others, "file_name")
        if reason == LEFTOVER:
            # `._15_QD-SA.pdf` is not the document whose name it bears, nor a false one.
            name_marks = self._reading.with_secrecy(NO_MARKS, (name.name,), "file_name")
        is_other = reason != LEFTOVER and is_mismatched(content.kind, name.kind, part.media_type)
        is_wrong = is_other or name.is_deceptive
        whole = replace(
            part, kind=content.kind, is_attachment=True, sha256=sha256, is_encrypted=content.is_encrypted,
            uninspectable=reason, is_mismatched=is_wrong, pdf=content.pdf,
            has_active_content=content.has_active_content, smime=content.smime,
            smime_others=content.smime_others,
            is_package_signed=content.is_package_signed, picture=content.picture, markup=content.markup,
            marks=underlay(content.marks, name_marks),
        )  # fmt: skip
        members = [replace(member, path=part.path + member.path) for member in content.members]
        if content.kind in STREAMS and members and not members[0].name:
            members[0] = _named_without(members[0], name)
        return [whole, *members]

    def _key(self, sha256: str, charset: str) -> CacheKey:
        return CacheKey(sha256, charset, int(self._reading.at.timestamp()) // 3600)

    def _recall(self, key: CacheKey, depth: int) -> ContentFacts | None:
        """Look content up and charge what reading it cost.

        None when it is new, when that is over what is left, or when it has members and stood at another depth: what
        may be opened there differs.
        """
        notes = self._reading.notes
        known = self._cache.find(key) if self._cache is not None else None
        if known is None or (known.members and known.depth != depth) or not notes.spend(known.spent):
            return None
        notes.ambiguities |= known.ambiguities
        return known

    def _content(self, octets: bytes, sha256: str, charset: str, depth: int) -> ContentFacts:
        """Read content once: from the cache, or now; what exceeds a budget is not kept."""
        notes, key = self._reading.notes, self._key(sha256, charset)
        known = self._recall(key, depth)
        if known is not None:
            return known
        if notes.is_late():
            return ContentFacts(sniff(octets), uninspectable="over_budget")
        around, notes.ambiguities = notes.ambiguities, set()
        overruns, notes.overruns = notes.overruns, set()
        unfinished, around_unread, notes.unread_letters = notes.unfinished, notes.unread_letters, 0
        before = notes.left()
        content = self._files.read(octets, sha256, charset, depth)._replace(
            ambiguities=frozenset(notes.ambiguities),
            spent=tuple(was - rest for was, rest in zip(before, notes.left(), strict=True)),
            depth=depth,
        )
        if notes.unread_letters:
            content = _with_unread_letters(content, notes)
        notes.unread_letters = around_unread
        if self._cache is not None and not notes.overruns and notes.unfinished == unfinished:
            self._cache.keep(key, content)
        notes.ambiguities |= around
        notes.overruns |= overruns
        return content

    def message(self, octets: bytes, depth: int) -> ContentFacts:
        """A message attached as a file: its subject marks the file, its leaves are members."""
        notes = self._reading.notes
        around, notes.ambiguities = notes.ambiguities, set()
        section = read_section(octets, 0, len(octets), notes)
        tree = read_tree(octets, section, notes)
        found = self.leaves(octets, tree, [], depth + 1)
        if "bare_lf" in notes.ambiguities:
            # No SMTP server takes this file apart; programs that open it from a disk take both line ends alike.
            notes.ambiguities = notes.ambiguities - {"bare_lf"} | {"lines_of_lf"}
        notes.ambiguities |= around
        members = tuple(replace(part, path="!" + part.path, start=0, end=0) for part in found)
        return ContentFacts("eml", marks=self._reading.marks(subject_of(section), "subject"), members=members)

    def member(self, member: Member, path: str, depth: int) -> list[PartFacts]:
        """Facts of a file inside another; one that was not taken out tells its name and why."""
        name, reason = member.name, member.uninspectable
        part = PartFacts(path=path, name=name.name, name_kind=name.kind, size_octets=member.size_octets)
        if member.octets is not None:
            return self._file(part, name, member.octets, "", depth + 1)
        marks = self._reading.marks(name.name, "file_name") if name.name else NO_MARKS
        is_encrypted = reason == "encrypted"
        return [replace(part, is_attachment=True, is_encrypted=is_encrypted, uninspectable=reason, marks=marks)]


def _legible(readings: list[bytes]) -> list[bytes]:
    """Give the decodings of a text without those that are nothing known, unless all are."""
    return [one for one in readings if sniff(one) != "unknown"] or readings


def _with_unread_letters(content: ContentFacts, notes: Notes) -> ContentFacts:
    """Say of a file that letters of its pictures are unread; another message may have time for them."""
    notes.unfinished += 1
    return content._replace(uninspectable="unread_letters") if content.uninspectable in {"", "no_ocr"} else content


def _named_without(member: PartFacts, name: FileName) -> PartFacts:
    """Name the content of a compressed stream as programs do that unpack it: without the last extension."""
    stem = name.name.rpartition(".")[0]
    extension = _PACKED_NAMES.get(name.kind, "")
    inner = clean_name(f"{stem}.{extension}" if stem and extension else stem)
    is_wrong = is_mismatched(member.kind, inner.kind, "") or inner.is_deceptive
    return replace(member, name=inner.name, name_kind=inner.kind, is_mismatched=is_wrong)
