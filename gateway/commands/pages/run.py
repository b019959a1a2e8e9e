"""Pages: one static help page a rule, what the addresses in replies point to: `congthu policy pages DIR`.

Each rule becomes `DIR/<rule id>/index.html`, so that `help_base/<rule id>` works on any web server; beside them an
index, the page of all tags and the sheet for agencies that send documents. The same packs and configuration make the
same octets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.checking import shipped_packs
from gateway.commands.pages.frame import html_of
from gateway.commands.pages.index_pages import index_page, tags_page
from gateway.commands.pages.rule_page import Surroundings, rule_page
from gateway.commands.pages.sending_page import sending_page
from gateway.daemon.config.load import load_config, pack_files
from gateway.daemon.loading import load_guides, load_packs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.commands.pages.frame import Page
    from gateway.daemon.config.schema import GatewaySection
    from gateway.values.pack import Pack


def write_pages(folder: Path, pack_folders: Sequence[Path], config_file: Path | None) -> int:
    """Write all pages: of the packs a configuration names, else of the given folders' and the shipped ones.

    Returns:
        How many rules have a page.

    Raises:
        Misconfigured: the configuration, a pack or a guide cannot be used.
        OSError: the folder cannot be written.
    """
    config = load_config(config_file) if config_file is not None else None
    files = shipped_packs(pack_folders) if config is None else pack_files(config)
    packs = load_packs(files)
    said: GatewaySection | None = config.gateway if config is not None else None
    around = Surroundings(load_guides(files), said.help_contact if said else "", said.help_base if said else "")
    for page in pages_of(packs, around):
        file = folder / page.folder / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(html_of(page).encode("utf-8"))
    return sum(len(pack.rules) for pack in packs)


def pages_of(packs: Sequence[Pack], around: Surroundings) -> Iterator[Page]:
    """Make every page: of the rules, the index, the tags, the sheet for senders."""
    for pack in packs:
        for rule in pack.rules:
            yield rule_page(pack, rule, around)
    yield index_page(packs, around)
    yield tags_page(packs)
    yield sending_page(packs, around)
