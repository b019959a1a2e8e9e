"""Pages: one static help page a rule, what the addresses in replies point to: `congthu policy pages DIR`.

Each rule becomes `DIR/<rule id>/index.html`, so that `help_base/<rule id>` works on any web server.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gateway.daemon.loading import load_packs

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.values.pack import Pack, Rule

_STYLE = "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}code{font-size:1em}"


def write_pages(folder: Path, pack_files: dict[str, Path]) -> int:
    """Write a page for every rule of these packs and an index; answer how many rules there are.

    Raises:
        Misconfigured: a pack cannot be read.
        OSError: the folder cannot be written.
    """
    packs = load_packs(pack_files)
    for pack in packs:
        for rule in pack.rules:
            _write(folder / rule.id / "index.html", rule.title_vi, _rule_body(pack, rule))
    _write(folder / "index.html", "Quy tắc của cổng thư", "".join(map(_pack_body, packs)))
    return sum(len(pack.rules) for pack in packs)


def _rule_body(pack: Pack, rule: Rule) -> str:
    citations = "".join(f"<li>{escape(cite)}</li>" for cite in rule.cites)
    return (
        f"<p>Mã quy tắc <code>{rule.id}</code>, {escape(pack.title_vi)}, bản {escape(pack.version)}</p>"
        f"<h2>Vì sao</h2><p>{escape(rule.reply_vi)}</p>"
        f"<h2>Cần làm gì</h2><p>{escape(rule.remedy_vi)}</p>"
        f"<h2>Căn cứ</h2><ul>{citations}</ul>"
        f'<section lang="en"><h2>{escape(rule.title_en)}</h2>'
        f"<p>{escape(rule.reply_en)} {escape(rule.remedy_en)}</p></section>"
    )


def _pack_body(pack: Pack) -> str:
    rows = "".join(
        f'<li><a href="{rule.id}/"><code>{rule.id}</code></a> {escape(rule.title_vi)}</li>' for rule in pack.rules
    )
    return f"<h2>{escape(pack.title_vi)}</h2><ul>{rows}</ul>"


def _write(file: Path, title: str, body: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>\n",
        "utf-8",
    )
