"""Mutations that keep a shape whole: what base64, zip members and deflated streams hold is changed, not the wrapping.

A plain mutation of packed octets breaks a checksum and ends at the unpacker; these reach what lies behind it.
"""

from __future__ import annotations

import base64
import contextlib
import io
import random
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Mutate = Callable[[bytes, int], bytes]

_BASE64 = re.compile(
    rb"base64[^\r\n]{0,200}\r\n(?:[^\r\n]{1,200}\r\n){0,20}\r\n((?:[A-Za-z0-9+/=]{4,100}\r\n){1,2000})"
)
_DEFLATED = re.compile(rb"/FlateDecode[^\0]{0,300}?stream\r?\n")
_MAX_MEMBER_OCTETS = 200_000

BROKEN = (ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
"""What unpacking what is no longer whole raises."""

WORDS = {
    "message": r"""Content-Type: multipart/mixed; boundary= Content-Transfer-Encoding: base64 quoted-printable 8bit
        Content-Disposition: attachment; filename= filename*=utf-8'' filename*0*= name= charset= MIME-Version:~1.0
        message/rfc822 message/partial application/pkcs7-mime multipart/signed text/html =?utf-8?B? =?utf-8?Q? ?=
        begin~644~ =ybegin =yend From: Subject: Received: utf-7 utf-16 +AGE-""",
    "pdf": r"""%PDF-1.7 %%EOF startxref xref trailer obj endobj stream endstream /Type /Catalog /Pages /Page /Kids
        /Parent /Count /Contents /Resources /XObject /Image /Form /Font /ToUnicode /Filter /FlateDecode /LZWDecode
        /RunLengthDecode /ASCIIHexDecode /ASCII85Decode /DCTDecode /JPXDecode /JBIG2Decode /CCITTFaxDecode /DecodeParms
        /Predictor /Columns /ObjStm /XRef /Prev /W /Index /First /N /Length /ByteRange /Sig /SubFilter /DocMDP /Perms
        /DSS /VRI /CRLs /OCSPs /Certs /Encrypt /JavaScript /OpenAction /Launch /EmbeddedFiles /AcroForm /XFA /Fields
        /UR3 << >> [ ] 1~0~R 9999999999 -1 2147483648""",
    "office": r"""<w:t> </w:t> <w:p> <a:t> <t> <si> <sst> <!DOCTYPE <!ENTITY ]]> <![CDATA[ &#x0; &amp; <?xml <!-- -->
        Target= TargetMode="External" Type= <Relationship manifest:encryption-data text:p <dc:title>""",
    "texts": r"""{\rtf1 {\* \objdata \u-1? \'e1 \ansicpg1258 \fonttbl \pict \par } <script </script> <style> <!-- -->
        &#x110000; <meta~charset= display:none <br> +AGE- =?utf-8?B?""",
}
"""Words of each format for libFuzzer's dictionary; ~ stands for a blank."""


def dictionary(target: str) -> str:
    """Write the words of a target as libFuzzer reads them; empty without any."""
    words = (word.replace("~", " ").encode() for word in WORDS.get(target, "").split())
    return "".join('"' + "".join(f"\\x{octet:02x}" for octet in word) + '"\n' for word in words)


def mutate(octets: bytes, max_octets: int, seed: int, plain: Mutate) -> bytes:
    """Change octets: every second time as they stand, else behind what wraps them."""
    randomly = random.Random(seed)
    changed = None
    if randomly.random() < 0.5:
        with contextlib.suppress(*BROKEN):
            changed = _inside(octets, randomly, plain)
    if changed is None or len(changed) > max_octets:
        changed = plain(octets, max_octets)
    return changed


def _inside(octets: bytes, randomly: random.Random, plain: Mutate) -> bytes | None:
    if octets.startswith(b"PK\x03\x04"):
        return _in_member(octets, randomly, plain)
    if blocks := list(_BASE64.finditer(octets)):
        block = randomly.choice(blocks)
        held = base64.b64decode(block[1])
        held = _inside(held, randomly, plain) or plain(held, len(held) + 1_000)
        return octets[: block.start(1)] + base64.encodebytes(held).replace(b"\n", b"\r\n") + octets[block.end() :]
    if streams := list(_DEFLATED.finditer(octets)):
        return _in_stream(octets, randomly.choice(streams).end(), plain)
    return None


def _in_member(octets: bytes, randomly: random.Random, plain: Mutate) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        members = source.infolist()
        chosen = randomly.randrange(len(members)) if members else 0
        for number, member in enumerate(members):
            if member.file_size > _MAX_MEMBER_OCTETS:
                raise ValueError("a bomb")
            held = source.read(member)
            if number == chosen:
                held = _inside(held, randomly, plain) or plain(held, len(held) + 1_000)
            target.writestr(member.filename, held)
    return packed.getvalue()


def _in_stream(octets: bytes, start: int, plain: Mutate) -> bytes | None:
    """Change a deflated stream of a PDF; its length stays wrong, as parsers look for `endstream` then."""
    pipe = zlib.decompressobj()
    held = pipe.decompress(octets[start:], _MAX_MEMBER_OCTETS)
    if not pipe.eof:
        return None
    end = len(octets) - len(pipe.unused_data)
    return octets[:start] + zlib.compress(plain(held, len(held) + 1_000)) + octets[end:]
