"""read_message: total over octets, and the facts that combine several parts."""

from __future__ import annotations

import ast
import dataclasses
import io
from pathlib import Path

import msgspec
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.demo.documents import STANDARD, official_pdf
from gateway.read.budget import Budget
from gateway.read.message import read_message, read_top
from gateway.read.notes import AMBIGUITIES
from gateway.values.facts import MessageFacts, Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.compose import HOSTILE, MALFORMED, MIME, RFC, TOP, archive, docx, file, many, word
from tests.corpus.golden import AT, HOST

SECRET = dataclasses.replace(STANDARD, marks=("MẬT",))
SMALL = Budget(
    header_octets=5_000, field_octets=1_000, address_tokens=50, parts=20, depth=5, container_depth=2, container_entries=10,
    container_octets=100_000, text_characters=500, pdf_objects=1_000,
)  # fmt: skip
CORPUS = [*RFC.values(), *MALFORMED.values(), *(octets for octets in HOSTILE.values() if len(octets) < 20_000)]


def read(octets: bytes, budget: Budget = SMALL) -> MessageFacts:
    """Facts under a small budget."""
    return read_message(octets, budget, EMPTY_TRUST, AT, host=HOST)


def check(octets: bytes) -> None:
    """What holds of the facts of any octets."""
    facts = read(octets)
    assert facts.size_octets == len(octets)
    assert set(facts.ambiguities) <= set(AMBIGUITIES)
    assert set(facts.overruns) <= set(Budget.__struct_fields__)
    assert len(facts.parts) <= SMALL.parts + SMALL.container_entries * (1 + SMALL.parts)
    assert all(0 <= part.start <= part.end <= len(octets) for part in facts.parts)
    assert all(0 <= start < end <= len(octets) for start, end in facts.header.forged_ranges)
    assert msgspec.json.decode(msgspec.json.encode(facts), type=MessageFacts) == facts


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500))
def test_any_octets_give_facts(octets: bytes) -> None:
    """Any octets give facts that stay within budget and survive JSON."""
    check(octets)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mutated_mail_gives_facts(data: st.DataObject) -> None:
    """Real structure, damaged: octets changed, lines cut, doubled and moved between mails."""
    octets = data.draw(st.sampled_from(CORPUS))
    lines = octets.split(b"\r\n")
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.sampled_from(CORPUS)).split(b"\r\n")
        change = data.draw(st.sampled_from(["cut", "double", "swap", "insert", "octet"]))
        if change == "cut" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "swap":
            lines[at] = other[data.draw(st.integers(0, len(other) - 1))]
        elif change == "insert":
            lines.insert(
                at,
                data.draw(
                    st.sampled_from(
                        [b"--=_b1", b"--=_b1--", b"", b" x", b"\0", b'Content-Type: multipart/mixed; boundary="']
                    )
                ),
            )
        elif lines[at]:
            spot = data.draw(st.integers(0, len(lines[at]) - 1))
            lines[at] = lines[at][:spot] + bytes([data.draw(st.integers(0, 255))]) + lines[at][spot + 1 :]
    check(b"\r\n".join(lines))


@pytest.mark.parametrize("kind", [bytearray, memoryview, lambda octets: memoryview(b"x" + octets)[1:]])
def test_any_buffer_gives_the_same_facts(kind: type) -> None:
    """Views and arrays are read like the octets they hold."""
    octets = RFC["forwarded_multipart"]

    assert read(kind(octets)) == read(octets)


def test_forged_ranges_are_whole_fields() -> None:
    """Taking the ranges out leaves the message without any field of ours, and nothing else changed."""
    forged = [
        b"congthu-x : a\r\n b\r\n",
        b"Congthu-Verdict: relay\r\n",
        b"Authentication-Results:\r\n (c) mx.GATEWAY.example; x\r\n",
    ]
    kept = [
        b"Authentication-Results: mx.other.example; x\r\n",
        b"X-Congthu-Verdict: y\r\n",
        *TOP.splitlines(keepends=True),
    ]
    octets = b"".join([kept[0], forged[0], kept[1], forged[1], *kept[2:], forged[2], b"\r\nCongthu-Verdict: z\r\n"])
    facts = read(octets)
    for start, end in reversed(facts.header.forged_ranges):
        octets = octets[:start] + octets[end:]

    assert octets == b"".join([*kept, b"\r\nCongthu-Verdict: z\r\n"])


def secret(text: str) -> bytes:
    """A first page with the state-secret mark as it is stamped."""
    return f"ỦY BAN NHÂN DÂN\nMẬT\nSố: 12/BC-UBND\n{text}\n".encode()


@pytest.mark.parametrize(
    "octets",
    [
        MIME + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + secret("x"),
        many(b"\r\nx", file(secret("x"), b"filename=a.txt")),
        many(
            b"\r\nx",
            file(
                docx("</w:t></w:r></w:p><w:p><w:r><w:t>MẬT</w:t></w:r></w:p><w:p><w:r><w:t>Số: 12/BC-UBND"),
                b"filename=a.docx",
            ),
        ),
        many(b"\r\nx", file(archive(("a.txt", secret("x"))), b"filename=a.zip")),
        many(b"\r\nx", file(word(secret("x").decode().replace("\n", "\r")), b"filename=a.doc")),
        many(
            b"\r\nx",
            b"Content-Type: message/rfc822\r\n\r\n"
            + MIME
            + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
            + secret("x"),
        ),
        many(b"\r\nx", b"Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?b?W03huqxUXSBCw6FvIGPDoW8=?=\r\n\r\nx"),
        many(b"\r\nx") + secret("x"),
    ],
    ids=["body", "text", "docx", "zip", "doc", "nested_body", "nested_subject", "epilogue"],
)
def test_secrecy_is_found_wherever_it_hides(octets: bytes) -> None:
    """The highest mark of body, files, archives, nested messages and epilogues is the secrecy of the message."""
    assert read_message(octets, Budget(), EMPTY_TRUST, AT).secrecy is Secrecy.MAT


def test_texts_are_bounded_over_the_whole_message() -> None:
    """Past the texts one message may hold, further ones are uninspectable and the overrun is noted."""
    attachment = file(b"mot hai ba " * 100, b"filename=a.txt")
    facts = read(many(*[attachment] * 60), Budget(text_characters=400))

    assert facts.overruns == ("text_characters",)
    assert facts.parts[0].uninspectable == ""
    assert facts.parts[-1].uninspectable == "over_budget"


def test_an_alternative_that_says_the_same_is_read_once() -> None:
    """Marks of the body do not depend on whether its text comes twice."""
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Số: 12/BC-UBND về kết quả".encode()
    markup = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>" + "Số: 12/BC-UBND về kết quả</p>".encode()

    assert read(many(plain)).body_marks == read(many(plain, markup, subtype=b"alternative")).body_marks


def test_marks_of_the_name_lie_under_those_of_the_content() -> None:
    """A file without text has the marks of its name."""
    (_, part) = read(many(b"\r\nx", file(b"\x89PNG\r\n\x1a\n", b"filename=214_GM-UBND.png"))).parts

    assert part.marks.doc_type == "giay_moi"


def test_ambiguities_noted_in_the_source_are_those_of_the_table() -> None:
    """Every name noted anywhere in the reader is in the closed table, and every name of the table is noted somewhere."""
    root = Path(__file__).parents[2] / "gateway" / "read"
    words = {
        node.value
        for path in root.rglob("*.py")
        if path.name != "notes.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    duplicates = {name for name in AMBIGUITIES if name.startswith("duplicate_")}

    assert set(AMBIGUITIES) - duplicates <= words


def test_a_marked_title_makes_a_document_secret() -> None:
    """The properties of an office file are looked at for marks of secrecy, and for nothing else."""
    core = ("docProps/core.xml", "<c><title>[MẬT] 12/KH-SA</title></c>".encode())
    facts = read(many(file(docx("Nội dung", core), b"filename=a.docx")))

    assert (facts.secrecy, facts.document.number) == (Secrecy.MAT, None)


def test_a_pdf_is_secret_by_a_later_page_or_by_its_title() -> None:
    """A marked document bound behind a harmless one, and a marked title, make the file secret."""
    with pikepdf.open(io.BytesIO(official_pdf())) as pdf, pikepdf.open(io.BytesIO(official_pdf(SECRET))) as other:
        pdf.pages.extend(other.pages)
        bound = io.BytesIO()
        pdf.save(bound)
    with pikepdf.open(io.BytesIO(official_pdf())) as pdf:
        pdf.docinfo["/Title"] = "[TỐI MẬT] 12/KH-SA"
        titled = io.BytesIO()
        pdf.save(titled)
    levels = [read(many(file(octets.getvalue(), b"filename=a.pdf")), Budget()).secrecy for octets in (bound, titled)]

    assert levels == [Secrecy.MAT, Secrecy.TOI_MAT]


def test_the_top_of_an_unreadable_message_is_still_read() -> None:
    """Loops, forged fields and a marked subject are seen; parts are not."""
    top = f"Congthu-Tag: x\r\nReceived: by {HOST} (Congthu) id 4bXk2TzQ; x\r\nSubject: [MẬT] 12/KH-SA\r\n".encode()
    octets = top + MIME.replace(b"Subject: Bao cao thang 11\r\n", b"") + b"Content-Type: text/plain\r\n\r\nx"
    whole, facts = read(octets), read_top(octets, SMALL, host=HOST)

    assert whole.header == facts.header
    assert (facts.header.own_ids, facts.header.forged_ranges) == (("4bXk2TzQ",), ((0, 16),))
    assert (facts.secrecy, facts.is_unreadable, facts.parts) == (Secrecy.MAT, True, ())


@pytest.mark.parametrize(
    ("field", "is_auto"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Auto-Submitted: auto-generated; owner=x", True),
        ("X-Auto-Response-Suppress: All", True),
        ("X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", False),
        ("X-Autoreply: yes", True),
        ("X-Autorespond: vang mat", True),
        ("Precedence: auto_reply", True),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", False),
        ("X-Auto-Replied-To: nobody", False),
        ("Subject: Auto-Submitted: auto-replied", False),
    ],
)
def test_what_a_program_answered_by_itself_says_so(field, is_auto):
    """RFC 3834, RFC 8098, and the fields of programs from before; lists and newsletters answer nobody."""
    octets = f"From: a@b.example\r\n{field}\r\n\r\nx".encode()
    assert is_auto is read_top(octets, SMALL).header.is_auto_submitted
