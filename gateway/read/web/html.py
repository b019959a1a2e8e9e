"""Text of HTML documents as a browser shows it: one paragraph a line, the cells of a row beside one another.

White space of the source is no line break (CSS Text 3 section 4.1); scripts, styles and comments show nothing. What
mail programs put around the mails they quote is told apart. Linear: a pass for each kind of markup.
"""

from __future__ import annotations

import html
import re

from gateway.read.mime.paragraphs import Line, unwrapped

_HIDDEN = re.compile(r"<(script|style|template)\b[^<>]{0,2000}>|<!--", re.IGNORECASE)
_HIDDEN_ENDS = {
    "script": re.compile(r"</script[^<>]{0,200}>?", re.IGNORECASE),
    "style": re.compile(r"</style[^<>]{0,200}>?", re.IGNORECASE),
    "template": re.compile(r"</template[^<>]{0,200}>?", re.IGNORECASE),
    "": re.compile(r"-->"),
}
_BLOCK = re.compile(
    r"</?(?:p|div|a(?:ddress|rticle|side)|b(?:lockquote|ody)|c(?:aption|enter)|d(?:[dlt]|etails|ir)|f(?:ieldset|igure|ooter|orm)"
    r"|h(?:[1-6r]|ead|eader|tml)|legend|li|main|menu|nav|o(?:l|ption)|pre|s(?:ection|elect|ummary)|t(?:extarea|itle)|ul)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_ROW = re.compile(r"</?t(?:r|able|body|head|foot)\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
_PARAGRAPH, _LINE, _NEW_ROW, _NEW_CELL, _TAB = "\1", "\2", "\3", "\4", "\5"
"""What stands in the text for structure until it is laid out; in no text by itself."""
_MARKERS = dict.fromkeys(map(ord, "\1\2\3\4\5"))
_STRUCTURE = "\1\2\3\4\5"
_PRE = re.compile(
    r"<(pre|textarea|xmp|listing)\b[^<>]*>|<(div|p|span|td)\b[^<>]{0,500}white-space\s{0,4}:\s{0,4}(?:pre|break)[^<>]{0,500}>",
    re.IGNORECASE,
)
_PRE_HINTS = ("<pre", "<textarea", "<xmp", "<listing", "white-space")
_PREFORMATTED = 400
"""Elements of one page whose lines are kept as they are in the source."""
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}")
_MARKUP_SHARE = 16
"""Characters of markup looked at for each character of text wanted."""
_XML_BLOCK = re.compile(r"</?(?:p|tr|br|div|li|title|text:p|w:p|row)\b[^<>]*>", re.IGNORECASE)

_CITING = (
    "gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_", "moz-forward-container", "reply-container",
    "__quoted_text__", "quoted_msg", "blockquote_zmail",
)  # fmt: skip
"""Classes and ids Gmail, Yahoo, Proton, Zoho, Thunderbird and Zimbra give to what holds the mail they quote."""
_DIVIDING = (
    "divrplyfwdmsg", "appendonsend", "outlookmessageheader", "zwchr", "__divider__", "mail-editor-reference",
    "moz-email-headers", "replyforward",
)  # fmt: skip
"""What Outlook, Zimbra and Thunderbird put before the mail they quote: all behind it is quoted."""
_CITE = re.compile(r"\b(?:type\s{0,4}=\s{0,4}[\"']?cite\b|cite\s{0,4}=)")
"""A blockquote with a source, as Apple Mail, Thunderbird and Roundcube write it; one without is an indentation."""
_HOLDER = re.compile(r"<(blockquote|div|hr|table|p)\b([^<>]*)>", re.IGNORECASE)
_CITATIONS = 200
_TAGS = {tag: re.compile(rf"<(/?){tag}\b[^<>]*>", re.IGNORECASE) for tag in ("blockquote", "div")}


def html_text(source: str, limit: int) -> str:
    """Text of an HTML document, at most `limit` characters: one paragraph a line, cells of a row between tabs."""
    source = _without_hidden(source[: limit * _MARKUP_SHARE])
    lines = _lines(source, source.lower(), 0)
    return "\n".join(line.text for line in lines)[:limit]


def html_lines(source: str, limit: int) -> list[Line]:
    """Paragraphs of an HTML body; those within what a mail program quotes have a depth."""
    source = _without_hidden(source[: limit * _MARKUP_SHARE])
    lower = source.lower()
    if "<blockquote" not in lower and not any(hint in lower for hint in (*_CITING, *_DIVIDING)):
        return _lines(source, lower, 0)
    return [line for depth, piece in _pieces(source) for line in _lines(piece, piece.lower(), depth)]


def xml_text(source: str, limit: int) -> str:
    """Text of an XML document without its tags: its lines are those of the source."""
    source = _without_hidden(source[: limit * _MARKUP_SHARE])
    source = _TAG.sub("", _XML_BLOCK.sub("\n", source))
    return html.unescape(_HUGE_REFERENCE.sub("", source))[:limit]


def _lines(source: str, lower: str, depth: int) -> list[Line]:
    """Paragraphs of a piece of a page, given in small letters too."""
    if any(one in source for one in _STRUCTURE):
        source = source.translate(_MARKERS)
    if any(hint in lower for hint in _PRE_HINTS):
        source = _with_kept_lines(source)
    source = _BREAK.sub(_LINE, _BLOCK.sub(_PARAGRAPH, source))
    has_cells = "<t" in lower
    if has_cells:
        source = _CELL.sub(_NEW_CELL, _ROW.sub(_NEW_ROW, source))
    source = _TAG.sub("", source)
    # Blanks that do not break are kept, and what is as wide as they are.
    source = _SPACE.sub(" ", source) if "\xa0" in source else " ".join(source.split())
    if "&" in source:
        # The standard library raises on numbers of thousands of digits.
        source = html.unescape(_HUGE_REFERENCE.sub("", source))
    texts: list[str] = []
    for row in filter(str.strip, source.split(_NEW_ROW)) if has_cells else (source,):
        texts += _laid_out(row)
    return [_quoted(text, depth) if text[0] == ">" else Line(depth, text) for text in texts]


def _laid_out(row: str) -> list[str]:
    """Lines of one row: the first paragraphs of its cells beside one another, then the second ones."""
    if _NEW_CELL not in row:
        return _paragraphs(row)
    cells = [found for cell in row.split(_NEW_CELL) if (found := _paragraphs(cell))]
    if len(cells) < 2:
        return cells[0] if cells else []
    lines: list[list[str]] = []
    for cell in cells:
        lines += [[] for _ in range(len(cell) - len(lines))]
        for number, text in enumerate(cell):
            lines[number].append(text)
    return ["\t".join(line) for line in lines]


def _paragraphs(cell: str) -> list[str]:
    found: list[str] = []
    for block in filter(str.strip, cell.split(_PARAGRAPH)):
        if _LINE in block:
            lines = (stripped for line in block.split(_LINE) if (stripped := line.strip()))
            found += unwrapped([line.replace(_TAB, "\t") for line in lines])
        elif stripped := block.strip():
            found.append(stripped.replace(_TAB, "\t"))
    return found


def _quoted(text: str, depth: int) -> Line:
    """Take off marks of quoting, which some programs keep in a page."""
    bare = text.lstrip("> ")
    return Line(depth + text.count(">", 0, len(text) - len(bare)), bare)


def _with_kept_lines(source: str) -> str:
    """Keep line breaks and tabs where the page says so (`pre` and its like)."""
    kept: list[str] = []
    position = 0
    for _ in range(_PREFORMATTED):
        match = _PRE.search(source, position)
        if match is None:
            break
        end = source.find(f"</{match[1] or match[2]}", match.end())
        end = len(source) if end < 0 else end
        inner = source[match.end() : end].replace("\r\n", "\n").replace("\n", _LINE).replace("\t", _TAB)
        kept += [source[position : match.end()], inner]
        position = end
    kept.append(source[position:])
    return "".join(kept)


def _pieces(source: str) -> list[tuple[int, str]]:
    """Cut a page into what was written (0) and what is quoted (1)."""
    pieces: list[tuple[int, str]] = []
    position = 0
    for match in _HOLDER.finditer(source):
        if match.start() < position:
            continue
        tag, attributes = match[1].lower(), match[2].lower()
        if any(word in attributes for word in _DIVIDING):
            end = len(source)
        elif tag in _TAGS and _is_citing(tag, attributes) and len(pieces) < _CITATIONS:
            end = _end_of(source, tag, match.end())
        else:
            continue
        pieces += [(0, source[position : match.start()]), (1, source[match.start() : end])]
        position = end
    pieces.append((0, source[position:]))
    return pieces


def _is_citing(tag: str, attributes: str) -> bool:
    is_cite = tag == "blockquote" and _CITE.search(attributes) is not None
    return is_cite or any(word in attributes for word in _CITING)


def _end_of(source: str, tag: str, position: int) -> int:
    """Find where the element ends whose start tag ends at `position`: behind its own end tag."""
    depth = 1
    for match in _TAGS[tag].finditer(source, position):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    return len(source)


def _without_hidden(source: str) -> str:
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()
    while match := _HIDDEN.search(source, position):
        kind = (match[1] or "").lower()
        closing = None if kind in unclosed else _HIDDEN_ENDS[kind].search(source, match.end())
        if closing is None:
            # Readers differ on what is never closed: it stays readable for us.
            unclosed.add(kind)
            kept.append(source[position : match.end()])
            position = match.end()
            continue
        kept.append(source[position : match.start()])
        position = closing.end()
    kept.append(source[position:])
    return "".join(kept)
