"""Quoted text of replies and forwards kept apart from what the writer of a mail wrote.

Programs mark what they quote by `>`, by a line that tells who wrote it when, by the fields of the quoted mail, or by
a rule with words; there is no standard. What is not known for a quotation is the writer's. A quoted mail keeps its
own beginning and its subject, so that a mark at its head stands at a head still.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.mime.paragraphs import Line


class BodyText(NamedTuple):
    """Text of a body, one paragraph a line."""

    own: str
    """What the writer wrote."""
    quoted: str = ""
    """What is quoted or forwarded, each mail on a page of its own."""
    subjects: tuple[str, ...] = ()
    """Subjects of the quoted mails, as far as they are told, and what else is shown as a heading."""
    asides: tuple[str, ...] = ()
    """Further texts that count for secrecy only, each by itself."""


_WROTE = re.compile(r"(?:wrote|writes|viết|a écrit|schrieb)\s{0,3}:\Z", re.IGNORECASE)
"""The end of the line a program writes over a quotation."""
_WHEN = re.compile(r"\d|[@<]")
_BEGINS = re.compile(r"(?:On|Vào|Ngày|Lúc|Le|Am)\s")
_ATTRIBUTION = 400
"""Characters of such a line."""
_ATTRIBUTION_LINES = 3
_ENDING = 20
_RULE = re.compile(
    r"[-_=*]{2,60}\s{0,4}(?:(?:start of )?(?:original|forwarded|begin forwarded)\b[^\n]{0,60}"
    r"|(?:tin nhắn|thư|e-?mail|nội dung)[^\n]{0,12} (?:gốc|ban đầu|chuyển tiếp)|chuyển tiếp[^\n]{0,40})"
    r"\s{0,4}[-_=*]{0,60}:?\Z",
    re.IGNORECASE,
)
"""`-----Original Message-----`, `---------- Forwarded message ---------`, `-------- Tin nhắn gốc --------`."""
_BEGIN = re.compile(
    r"(?:begin forwarded (?:message|email)|bắt đầu (?:thư|tin nhắn)(?: được)? chuyển tiếp"
    r"|bắt đầu chuyển tiếp thư)\s?:\Z",
    re.IGNORECASE,
)
_FROM = re.compile(r"[*\s]{0,3}(?:from|từ|von|de)\s{0,2}[*]?\s?:", re.IGNORECASE)
_FIELD = re.compile(
    r"[*\s]{0,3}(?:(?P<address>from|từ|to|đến|tới|cc|bcc|von|an|de|à|đồng gửi|gửi tới)"
    r"|(?P<date>sent|date|đã gửi|ngày gửi|ngày|gửi lúc|thời gian gửi|gesendet|envoyé)"
    r"|(?P<subject>subject|chủ đề|tiêu đề|betreff|objet)"
    r"|(?P<other>importance|attachments|reply-to|tệp đính kèm|đính kèm|tầm quan trọng|mức quan trọng|trả lời(?: tới)?))"
    r"\s{0,2}[*]?\s?:[*]?\s?",
    re.IGNORECASE,
)
"""Fields mail programs write over what they quote, in the order they like."""
_FIELDS_LOOK = 12
"""Lines over a quoted mail in which its fields stand."""
_FIRST = frozenset("-_=*FfTtVvDdBbONLA ")
"""Letters that begin whatever introduces a quoted mail, unless it ends in a colon."""
_SUBJECTS = 8


def part_quotes(lines: Sequence[Line]) -> BodyText:
    """Part what the writer wrote from what is quoted.

    Lines of a depth are quoted; so is everything behind a rule, behind the fields of a quoted mail, and behind
    `On ... wrote:` when no line below carries marks of quoting.
    """
    own: list[str] = []
    mails = _Mails()
    at = 0
    while at < len(lines):
        if lines[at].depth:
            end = next((n for n in range(at, len(lines)) if not lines[n].depth), len(lines))
            mails.add(lines[at:end])
            at = end
            continue
        size = _introduction(lines, at)
        if size and (not _wrote(lines, at) or not _is_followed_by_marks(lines, at + size)):
            mails.add(lines[at:])
            break
        if not size:
            own.append(lines[at].text)
        at += size or 1
    return BodyText("\n".join(own).strip("\n"), mails.text(), tuple(mails.subjects[:_SUBJECTS]))


class _Mails:
    """Collects the quoted mails of one body."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.subjects: list[str] = []
        self.depth = 0

    def begin(self) -> None:
        if self.lines and self.lines[-1] != "\f":
            self.lines.append("\f")

    def add(self, lines: Sequence[Line]) -> None:
        """Take lines; what introduces a mail within them ends the page before."""
        self.begin()
        at = 0
        while at < len(lines):
            line = lines[at]
            if line.depth != self.depth:
                self.begin()
                self.depth = line.depth
            size = _introduction(lines, at)
            if size:
                self.begin()
                found = (_FIELD.match(one.text) for one in lines[at : at + size])
                texts = (
                    one.text[match.end() :]
                    for one, match in zip(lines[at : at + size], found, strict=True)
                    if match is not None and match["subject"]
                )
                self.subjects += [text.strip() for text in texts if text.strip()]
            else:
                self.lines.append(line.text)
            at += size or 1

    def text(self) -> str:
        return "\n".join(self.lines).strip("\n\f")


def _is_followed_by_marks(lines: Sequence[Line], at: int) -> bool:
    """Tell whether the next text is marked as quoted."""
    following = next((line for line in lines[at : at + _FIELDS_LOOK] if line.text or line.depth), None)
    return following is not None and following.depth > 0


def _introduction(lines: Sequence[Line], at: int) -> int:
    """Count the lines there that introduce a quoted mail; 0 for none."""
    text = lines[at].text
    if not text or (text[-1] != ":" and text[0] not in _FIRST):
        return 0
    if len(text) <= _ATTRIBUTION and (_RULE.match(text) or _BEGIN.match(text)):
        return 1 + _fields(lines, at + 1, is_ruled=True)
    return _wrote(lines, at) or _fields(lines, at, is_ruled=False)


def _wrote(lines: Sequence[Line], at: int) -> int:
    """Count the lines of `On ... wrote:`, which programs fold anywhere."""
    if _is_attribution(lines[at].text):
        return 1
    if not _BEGINS.match(lines[at].text):
        return 0
    text = lines[at].text
    for size, line in enumerate(lines[at + 1 : at + _ATTRIBUTION_LINES], 2):
        if line.depth != lines[at].depth or not line.text or _BEGINS.match(line.text):
            return 0
        text = f"{text} {line.text}"
        if _is_attribution(text):
            return size
    return 0


def _is_attribution(text: str) -> bool:
    is_one = text[-1:] == ":" and len(text) <= _ATTRIBUTION
    return is_one and _WROTE.search(text[-_ENDING:]) is not None and _WHEN.search(text) is not None


def _fields(lines: Sequence[Line], at: int, *, is_ruled: bool) -> int:
    """Count the lines of the fields of a quoted mail there: who and when, and to whom or about what."""
    if at >= len(lines) or not (is_ruled or _FROM.match(lines[at].text)):
        return 0
    depth, size = lines[at].depth, 0
    seen: set[str] = set()
    for number, line in enumerate(lines[at : at + _FIELDS_LOOK], 1):
        match = _FIELD.match(line.text)
        if line.depth != depth or (match is None and (line.text or size)):
            break
        if match is not None:
            seen.add(str(match.lastgroup) if match.lastgroup != "address" else match[0].strip(" *:\t").lower())
            size = number
    is_from = not seen.isdisjoint({"from", "từ", "von", "de"})
    return size if is_from and "date" in seen and len(seen) > 2 else 0


_NO_WORD = re.compile(r"<https?:[^<>\s]{1,2000}>|[\W_]+")
_MARKUP_PART = 1
"""So many characters of stars and links for each character of words are looked through in another view of a text."""
_PAGE = "\n\f\n"
_VIEWS = 6
"""Texts before one that may be the same in another form: an alternative has two or three, side by side."""


def join_bodies(bodies: Sequence[BodyText]) -> str:
    """Join what the writer wrote in several texts of one message.

    An alternative that says the same in other markup is another view of one text and left out.
    """
    texts = list(dict.fromkeys(body.own for body in bodies if body.own))
    if len(texts) < 2:
        return texts[0] if texts else ""
    kept: list[_Said] = []
    for text in texts:
        said = _Said(text, "".join(text.split()))
        if not any(_says(other, said) for other in kept[-_VIEWS:]):
            kept.append(said)
    return _PAGE.join(said.text for said in kept)


class _Said(NamedTuple):
    """A text, and what it says without blanks, by which views of it are compared."""

    text: str
    bare: str


def _says(other: _Said, said: _Said) -> bool:
    """Tell whether a text says nothing that the other does not say in the same words."""
    bare, around = said.bare, other.bare
    if bare in around:
        return True
    is_near = abs(len(bare) - len(around)) * _MARKUP_PART <= len(around)
    return is_near and _NO_WORD.sub("", bare).lower() in _NO_WORD.sub("", around).lower()
