"""Text of HTML documents: scripts, styles and comments dropped, blocks on lines of their own."""

from __future__ import annotations

import html
import re

_HIDDEN = re.compile(r"<(script|style|template)\b[^<>]{0,2000}>|<!--", re.IGNORECASE)
_HIDDEN_ENDS = {
    "script": re.compile(r"</script[^<>]{0,200}>?", re.IGNORECASE),
    "style": re.compile(r"</style[^<>]{0,200}>?", re.IGNORECASE),
    "template": re.compile(r"</template[^<>]{0,200}>?", re.IGNORECASE),
    "": re.compile(r"-->"),
}
_BLOCK = re.compile(
    r"</?(?:address|blockquote|br|dd|div|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|title|tr|ul)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}")
_MARKUP_SHARE = 16
"""Characters of markup looked at for each character of text wanted."""


def html_text(source: str, limit: int) -> str:
    """Text of an HTML document: scripts, styles and comments dropped, blocks on lines of their own. Linear."""
    source = _without_hidden(source[: limit * _MARKUP_SHARE])
    source = _TAG.sub("", _BLOCK.sub("\n", source))
    # The standard library raises on numbers of thousands of digits.
    return html.unescape(_HUGE_REFERENCE.sub("", source))[:limit]


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
