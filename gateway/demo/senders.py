"""Mails of the demonstration that show who really sent them, and the DNS zone of its province.

A verified sender comes through a server that SPF does not know, with a signature of its own; a claimed one is of an
official domain that publishes nothing; a forged one claims a domain that asks to reject what does not authenticate.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.demo.mails import DEPARTMENT_A, PROVINCE, DemoMail, compose

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

GREETING: Final = f"mail.{PROVINCE}"
"""What the demonstration's client says in EHLO: bounces have no other sender."""
_STRANGER: Final = "ketoan@gia-mao.example"
_COMMUNE: Final = f"vanthu@xab.{PROVINCE}"
_SELECTOR: Final = "demo"
_SIGNED: Final = ("from", "to", "subject", "date")
_BLANKS: Final = re.compile(rb"[ \t]+")


@cache
def _key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def zone(province: str = PROVINCE) -> str:
    """Write the master file of a province: where mail of its agencies comes from, and the key of Sở A."""
    department = f"soa.{province}"
    public = _key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    text = base64.b64encode(public).decode()
    strings = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
    here = '"v=spf1 ip4:127.0.0.1 -all"'
    return "\n".join(
        (
            *(f"{name} TXT {here}" for name in (f"{one}.{province}" for one in ("mail", "soa", "sob", "vpubnd"))),
            f'_dmarc.{province} TXT "v=DMARC1; p=none"',
            f'_dmarc.{department} TXT "v=DMARC1; p=reject"',
            f'{_SELECTOR}._domainkey.{department} TXT "v=DKIM1; p=" {strings}',
            "",
        )
    )


def sender_mails() -> list[DemoMail]:
    """Make the three mails."""
    talk = "Kính gửi Văn phòng,\n\nSở A xin trao đổi lịch họp tuần tới.\n"
    return [
        DemoMail(
            "Xác thực được: Sở A ký DKIM, đi qua máy chủ khác",
            "gui-ho@chuyentiep.example",
            signed(compose(DEPARTMENT_A, "Trao đổi lịch họp", talk)),
            "relay",
            agency="so-a",
        ),
        DemoMail(
            "Chỉ tự xưng: tên miền xã chưa công bố gì",
            _COMMUNE,
            compose(_COMMUNE, "Trao đổi lịch họp", talk.replace("Sở A", "Xã B")),
            "tag",
            "NAT-AUTH-1",
        ),
        DemoMail(
            "Giả mạo Sở A, tên miền yêu cầu từ chối",
            _STRANGER,
            compose(DEPARTMENT_A, "Đề nghị chuyển tiền gấp", "Đề nghị chuyển tiền vào tài khoản mới.\n"),
            "reject",
            "NAT-AUTH-2",
        ),
    ]


def signed(message: bytes, province: str = PROVINCE) -> bytes:
    """Put a DKIM signature of Sở A on top of a message in CRLF lines (RFC 6376, relaxed header, simple body)."""
    head, _, body = message.partition(b"\r\n\r\n")
    digest = hashlib.sha256(body.rstrip(b"\r\n") + b"\r\n").digest()
    tags = (
        f"v=1; a=rsa-sha256; c=relaxed/simple; d=soa.{province}; s={_SELECTOR};"
        f" h={':'.join(_SIGNED)}; bh={base64.b64encode(digest).decode()}; b="
    )
    fields = {line.partition(b":")[0].lower(): line for line in re.split(rb"\r\n(?![ \t])", head)}
    octets = b"".join(_relaxed(fields[name.encode()]) + b"\r\n" for name in _SIGNED)
    octets += _relaxed(f"DKIM-Signature: {tags}".encode())
    signature = base64.b64encode(_key().sign(octets, padding.PKCS1v15(), SHA256())).decode()
    return f"DKIM-Signature: {tags}{signature}\r\n".encode() + message


def _relaxed(field: bytes) -> bytes:
    name, _, value = field.partition(b":")
    return name.lower().strip() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip()
