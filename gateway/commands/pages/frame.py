"""Frame: the HTML around every help page, with its one style sheet: telephone first, print, no script, no address."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

STYLE: Final = (
    ":root{color-scheme:light}*{box-sizing:border-box}"
    "body{font:1.0625rem/1.6 system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;color:#1b1b1b;background:#fff;"
    "max-width:46rem;margin:0 auto;padding:1rem;overflow-wrap:break-word}"
    "h1{font-size:1.6rem;line-height:1.25;margin:.6rem 0}h2{font-size:1.25rem;margin:2rem 0 .4rem;"
    "border-bottom:2px solid #0b5cad}h3{font-size:1.1rem;margin:1.4rem 0 .3rem}h4{font-size:1rem;margin:1rem 0 .2rem;"
    "color:#0b5cad}a{color:#0b5cad}a:focus-visible,summary:focus-visible{outline:3px solid #0b5cad;outline-offset:2px}"
    "nav{font-size:1rem}nav a{display:inline-block;padding:.3rem 0;margin-right:1.2rem}"
    "code{background:#eef2f6;padding:.05rem .3rem;border-radius:3px;font-size:.95em;white-space:nowrap}"
    ".lead{font-size:1.15rem;border-left:5px solid #a4161a;background:#fdf1f1;padding:.6rem .9rem;margin:1rem 0}"
    ".do{border-left-color:#1b6e3c;background:#eff8f2}.soft{color:#4a4a4a}"
    "ol{padding-left:1.5rem}li{margin:.35rem 0}"
    "pre{white-space:pre-wrap;background:#eef2f6;padding:.7rem .9rem;border-radius:4px;font-size:.95rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.45rem .5rem;"
    "border-bottom:1px solid #c9d1d9}td:first-child{white-space:nowrap}"
    "summary{cursor:pointer;font-weight:600;padding:.5rem 0;font-size:1.1rem}"
    "section[lang=en]{border-top:1px solid #8a94a0;margin-top:2.5rem;color:#333}footer{margin-top:2.5rem}"
    "svg{display:block;max-width:100%;height:auto;margin:.5rem 0 .9rem;font-size:14px}"
    ".box{fill:#fff;stroke:#5b6670}.bar{fill:#e3e9ef;stroke:#5b6670}.field{fill:#f7f9fb;stroke:#8a94a0}"
    ".chosen{fill:#0b5cad;stroke:#0b5cad}.marked{fill:#fff4ce;stroke:#8a6100;stroke-width:2}"
    ".good{fill:#eff8f2;stroke:#1b6e3c}.bad{fill:#fdf1f1;stroke:#a4161a}.on{fill:#fff;font-weight:600}"
    ".strong{font-weight:600}svg .soft{fill:#4a4a4a}.line,.tick,.cross,.ink,.seal,.rule{fill:none;stroke-width:2}"
    ".line{stroke:#5b6670}.tick{stroke:#1b6e3c;stroke-width:3}.cross{stroke:#a4161a;stroke-width:3}"
    ".ink{stroke:#1a3fa0;stroke-width:3}.seal{stroke:#c00d0d}.rule{stroke:#9aa4ae;stroke-width:3}"
    "@media(max-width:34rem){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}"
    "tr{padding:.6rem 0;border-bottom:1px solid #c9d1d9}td:first-child{white-space:normal}}"
    ".points li{margin:.6rem 0}@page{size:A4;margin:12mm}"
    "@media print{body{max-width:none;padding:0;font-size:11pt}nav{display:none}a{color:inherit;text-decoration:none}"
    "h2,h3,h4{break-after:avoid}svg,pre,.lead,tr,li{break-inside:avoid}svg{max-width:9cm}"
    ".sheet{font-size:9pt;line-height:1.28}.sheet h1{font-size:15pt;margin:0}.sheet h2{font-size:11pt;"
    "margin:.5rem 0 .1rem}.sheet p{margin:.2rem 0}.sheet .points li{margin:.12rem 0}.sheet section{margin-top:.4rem}"
    "footer{margin:0}"
    ".lead,.do,pre,code,svg *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}"
)
"""Colours stand at 4.5:1 or more against their ground (WCAG 2.2, 1.4.3)."""


class Page(NamedTuple):
    """One page, to be written as `index.html` of its folder."""

    folder: str
    """Below the folder of all pages; empty for the index."""
    title: str
    body: str
    """HTML of the main part, heading included."""


def html_of(page: Page) -> str:
    """Put the frame around one page; links go to files, so that the pages work from a folder too."""
    up = "../" if page.folder else ""
    links = [f'<a href="{up}index.html">Tất cả quy tắc</a>', f'<a href="{up}nhan/index.html">Các nhãn</a>']
    links.append(f'<a href="{up}gui-van-ban/index.html">Gửi văn bản sao cho tới nơi</a>')
    nav = f"<nav>{''.join(links)}</nav>"
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title><style>{STYLE}</style></head>\n"
        f"<body><header>{nav}</header>\n<main>{page.body}</main>\n<footer>{nav}</footer></body></html>\n"
    )


def contact_of(words: str) -> str:
    """Say whom to ask, as configured, or in general."""
    return f"<p>{escape(words)}</p>" if words else "<p>Đơn vị quản lý thư điện tử của cơ quan bạn.</p>"
