"""Help pages: what a clerk finds, that browsers can read it, and that nothing outside is asked for."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from gateway.commands.checking import shipped_packs
from gateway.commands.pages.frame import html_of
from gateway.commands.pages.rule_page import Surroundings
from gateway.commands.pages.run import pages_of, write_pages
from gateway.daemon.loading import load_guides, load_packs
from gateway.mark.tags import URGENCY_TAGS
from tests.support.command import congthu

if TYPE_CHECKING:
    from gateway.values.pack import Pack

VOID = {"meta", "br"}
SVG = {"svg", "rect", "text", "path", "circle"}
CLOSED_IN_PLACE = {"rect", "path", "circle"}
CONTACT = "Tổ hỗ trợ thư công vụ <Sở A>, điện thoại 0200 000 000"


class Reader(HTMLParser):
    """Reads a page strictly: every element ends where it must, ids are unique, attributes are quoted once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.elements: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.words: list[str] = []
        self.headings: list[int] = []
        self.languages: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Open an element where it may stand, and note what it names."""
        assert len({name for name, _ in attrs}) == len(attrs), self.get_starttag_text()
        assert (tag in SVG) == ("svg" in self.open or tag == "svg"), tag
        assert not (tag in {"p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "pre"} and "p" in self.open), tag
        self.elements[tag] += 1
        for name, value in attrs:
            self.attributes[name] += 1
            self.ids.update([value] if name == "id" else [])
            self.links += [value] if name == "href" else []
            self.languages += [value] if name == "lang" else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Take a shape closed in place, as SVG has it."""
        assert tag in CLOSED_IN_PLACE, tag
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        """Close what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep what is shown."""
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is shown, on one line."""
        return " ".join(" ".join(self.words).split())


@cache
def loaded() -> tuple[tuple[Pack, ...], Surroundings]:
    """Shipped packs and guides, read once."""
    files = shipped_packs(())
    return load_packs(files), Surroundings(load_guides(files), CONTACT, "https://congthu.tinh-a.example/r")


PAGES = {page.folder: html_of(page) for page in pages_of(*loaded())}
RULES = {rule.id: rule for pack in loaded()[0] for rule in pack.rules}


@pytest.mark.parametrize("folder", PAGES)
def test_each_page_is_whole_and_asks_for_nothing_else(folder):
    """Valid nesting, unique ids, headings in order, both languages named; no script, no outside address, no handler."""
    page = Reader(PAGES[folder])

    assert max(page.ids.values()) == 1
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.languages[0] == "vi"
    assert "en" in page.languages
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.elements)
    assert not [name for name in page.attributes if name.startswith("on") or name in {"src", "style"}]
    assert not [link for link in page.links if ":" in link]
    assert "url(" not in PAGES[folder]
    assert "@import" not in PAGES[folder]


def test_every_link_leads_somewhere():
    """To a page that is written, and to an id on it."""
    found = {folder: Reader(text) for folder, text in PAGES.items()}
    for folder, page in found.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            name = target.removeprefix("../").removesuffix("index.html").rstrip("/") if target else folder
            assert target.startswith("../") == bool(folder and target), (folder, link)
            assert name in found, (folder, link)
            assert not anchor or found[name].ids[anchor], (folder, link)


def test_a_page_tells_the_clerk_what_to_do():
    """What is wrong, what to do, steps in both office programs and a signing tool with pictures, source, whom to ask."""
    page = Reader(PAGES["BD-1c-0"])

    for words in (
        RULES["BD-1c-0"].reply_vi, RULES["BD-1c-0"].remedy_vi, "Trong Microsoft Word", "Trong LibreOffice",
        "Trong phần mềm ký số", "điểm 1c (2014-05-30)", CONTACT, RULES["BD-1c-0"].reply_en, "In Microsoft Word",
        '[BD-1c-0 0a1b2c3d4e5f] Tep "van-ban.docx": Van ban chinh thuc phai gui',
        "Tro giup / Help: https://congthu.tinh-a.example/r/BD-1c-0",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.elements["svg"] >= 8
    assert page.text.index(RULES["BD-1c-0"].reply_vi) < page.text.index("An official document")


def test_a_rule_that_only_tags_shows_no_refusal():
    """Nobody looks for a notice that never comes."""
    page = Reader(PAGES["BD-1a-1"])

    assert "Thông báo từ chối" not in page.text
    assert "Thư vẫn đến người nhận" in page.text


def test_the_page_about_secrets_shows_the_fixed_words():
    """The refusal of a secret quotes nothing, so its picture has no file in it."""
    page = Reader(PAGES["NAT-SEC-1"])

    assert "Thu bi tu choi theo quy dinh ve bao ve bi mat nha nuoc" in page.text
    assert "van-ban.docx" not in page.text
    assert "không bao giờ qua thư điện tử" in page.text


def test_the_index_is_found_by_code_words_tag_and_remedy():
    """A browser's own search finds a rule by what stands in a refusal or in a field of the mail."""
    page = Reader(PAGES[""])

    for rule in RULES.values():
        assert page.ids[rule.id] == 1
        assert rule.reply_ascii in page.text
        assert rule.tag in page.text
    assert "Bỏ mật khẩu của tệp:" in page.text


def test_the_page_of_tags_tells_every_tag():
    """Every token any rule or urgency mark can give stands there once, with what it means in both languages."""
    page = Reader(PAGES["nhan"])

    assert {rule.tag for rule in RULES.values()} | set(URGENCY_TAGS.values()) == {
        anchor for anchor in page.ids if anchor not in {"english", *RULES}
    }
    assert all(rule.title_vi in page.text and rule.title_en in page.text for rule in RULES.values())


def test_every_shipped_rule_names_its_guides_and_every_guide_is_used():
    """A rule says how to mend what it finds, or `help = []`; a guide nobody names is dead."""
    guides = loaded()[1].guides

    assert [rule.id for rule in RULES.values() if rule.help is None] == []
    assert set(guides) - {name for rule in RULES.values() for name in rule.help or ()} == set()


@pytest.mark.parametrize("colours", ["#1b1b1b #fff", "#4a4a4a #fff", "#0b5cad #fff", "#0b5cad #eef2f6", "#fff #0b5cad",
                                     "#1b1b1b #fff4ce", "#1b1b1b #fdf1f1", "#1b1b1b #eff8f2", "#333 #fff"])  # fmt: skip
def test_words_stand_out_from_their_ground(colours):
    """WCAG 2.2 section 1.4.3: 4.5:1, for the pairs of the style sheet."""
    light, dark = sorted(map(luminance, colours.split()), reverse=True)

    assert all(colour in PAGES[""] for colour in colours.split())
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_same_packs_make_the_same_octets(tmp_path):
    """So that a web server's copy changes only when a rule does."""
    for name in ("a", "b"):
        assert write_pages(tmp_path / name, (), None) == len(RULES)
    files = sorted(file.relative_to(tmp_path / "a") for file in (tmp_path / "a").rglob("*.html"))

    assert len(files) == len(RULES) + 3
    assert all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


def test_a_guide_of_ones_own_stands_for_the_shipped_one(tmp_path):
    """An office writes its own steps beside its pack."""
    pack = tmp_path / "nha"
    (pack / "cases").mkdir(parents=True)
    (pack / "guides.toml").write_text(
        '[[guides]]\nid = "ky-so"\ntitle = { vi = "Ký bằng phần mềm của Sở", en = "Our tool" }\n'
        '[[guides.ways]]\ntool = "signing"\nsteps = [{ vi = "Bấm Ký.", en = "Press Sign." }]\n',
        "utf-8",
    )
    (pack / "pack.toml").write_text("", "utf-8")
    found = load_guides({"nha": pack / "pack.toml"})

    assert found["ky-so"].title.vi == "Ký bằng phần mềm của Sở"
    assert "xuat-pdf" in found


def test_the_contact_of_the_configuration_is_told(tmp_path):
    """`gateway.help_contact` and `help_base` come from the configuration named."""
    config = tmp_path / "congthu.toml"
    config.write_text(
        '[gateway]\nhost = "gate.example"\nhelp_base = "https://help.example/r"\nhelp_contact = "Tổ hỗ trợ, máy lẻ 9"\n',
        "utf-8",
    )
    done = congthu("policy", "pages", tmp_path / "pages", "--config", config)
    page = (tmp_path / "pages" / "NAT-SEC-1" / "index.html").read_text("utf-8")

    assert done.returncode == 0, done.stderr
    assert "Tổ hỗ trợ, máy lẻ 9" in page
    assert "https://help.example/r/NAT-SEC-1" in page
