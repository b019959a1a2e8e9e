"""Corpus of header techniques against sender authentication: one mail for each way to make readers see another author.

The agency imitated is `so-a.example.vn`, the forger writes from `la.example`. docs/mime.md says what becomes of each.
"""

from __future__ import annotations

import base64

REST = (
    b"To: vanthu@tinh-b.example.vn\r\nSubject: Bao cao thang 11\r\nDate: Sat, 21 Nov 2026 09:00:00 +0700\r\n"
    b"Message-ID: <case@la.example>\r\n\r\nKinh gui.\r\n"
)
OWN, FORGED = b"vanthu@so-a.example.vn", b"x@la.example"
WORD = b"=?utf-8?b?" + base64.b64encode(b"<" + OWN + b">") + b"?="


def written(*fields: bytes) -> bytes:
    """A mail under these lines of its header section, each without its line end."""
    return b"".join(field + b"\r\n" for field in fields) + REST


AUTHOR_CASES = {
    "from_plain": written(b"From: " + OWN),
    "from_twice": written(b"From: " + FORGED, b"From: " + OWN),
    "from_twice_alike": written(b"From: " + OWN, b"From: " + OWN),
    "from_behind_blank": written(b" From: " + FORGED, b"From: " + OWN),
    "from_hidden_in_fold": written(b"X-La: x", b" From: " + FORGED, b"From: " + OWN),
    "from_blank_before_colon": written(b"From: " + FORGED, b"From : " + OWN),
    "from_colon_folded": written(b"From\r\n : " + FORGED, b"From: " + OWN),
    "from_only_colon_folded": written(b"From\r\n : " + FORGED, b"Sender: " + OWN),
    "from_name_nul": written(b"From\0: " + FORGED, b"From: " + OWN),
    "from_behind_cr": written(b"X-La: x\rFrom: " + OWN, b"From: " + FORGED),
    "from_missing_sender": written(b"Sender: " + OWN),
    "from_missing_resent": written(b"Resent-From: " + OWN),
    "from_empty": written(b"From:", b"Sender: " + OWN),
    "from_two_mailboxes": written(b"From: " + FORGED + b", " + OWN, b"Sender: " + FORGED),
    "from_two_mailboxes_alone": written(b"From: <" + OWN + b">, <vp@so-a.example.vn>"),
    "from_word_address": written(b"From: " + WORD + b",<" + FORGED + b">"),
    "from_word_in_brackets": written(b"From: <=?utf-8?q?vanthu?=@so-a.example.vn>"),
    "from_word_name_address": written(b"From: =?utf-8?q?vanthu=40so-a=2Eexample=2Evn?= <" + FORGED + b">"),
    "from_name_address": written(b'From: "' + OWN + b'" <' + FORGED + b">"),
    "from_name_is_own_address": written(b'From: "' + OWN + b'" <' + OWN + b">"),
    "from_route": written(b"From: <@la.example,@so-a.example.vn:" + FORGED + b">"),
    "from_escape": written(b"From: <" + OWN + b">\\,<" + FORGED + b">"),
    "from_bare_first": written(b"From: " + OWN + b",<" + FORGED + b">"),
    "from_behind_brackets": written(b"From: <" + FORGED + b">" + OWN),
    "from_two_brackets": written(b"From: <" + OWN + b"> <" + FORGED + b">"),
    "from_quoted_at": written(b'From: "' + OWN + b'"@la.example'),
    "from_quoted_name": written(b'From: "Van thu \\"So A\\"" <' + OWN + b">"),
    "from_group": written(b"From: So A: " + FORGED + b";"),
    "from_group_empty": written(b"From: " + OWN + b":;"),
    "from_comment_address": written(b"From: " + FORGED + b" (" + OWN + b")"),
    "from_comment_name": written(b"From: " + OWN + b" (Van thu)"),
    "from_comment_inside": written(b"From: <vanthu(@so-a.example.vn)@la.example>"),
    "from_nul": written(b"From: vanthu@so-a.example.vn\0@la.example"),
    "from_control": written(b"From: vanthu@so-a.example.vn\x0c <" + FORGED + b">"),
    "from_right_to_left": written("From: \u202env.elpmaxe.a-os@uhtnav\u202c <x@la.example>".encode()),
    "from_long_name": written(b'From: "' + OWN + b" " * 300 + b'" <' + FORGED + b">"),
    "from_folded": written(b"From: Van thu\r\n <" + OWN + b">"),
    "from_domain_lookalike": written("From: Văn thư <vanthu@s\u043e-a.example.vn>".encode()),
    "from_domain_dot": written(b"From: vanthu@so-a.example.vn."),
    "from_domain_ideographic_dot": written("From: vanthu@so-a\u3002example.vn".encode()),
    "from_domain_fullwidth": written("From: vanthu@ｓｏ-a.example.vn".encode()),
    "from_domain_literal": written(b"From: vanthu@[192.0.2.1]"),
    "from_percent": written(b"From: vanthu%so-a.example.vn@la.example"),
    "sender_differs": written(b"From: " + OWN, b"Sender: " + FORGED),
    "sender_twice": written(b"From: " + OWN, b"Sender: " + OWN, b"Sender: " + FORGED),
    "reply_to_differs": written(b"From: " + OWN, b"Reply-To: " + FORGED),
    "reply_to_twice": written(b"From: " + OWN, b"Reply-To: " + OWN, b"Reply-To: " + FORGED),
}
"""Null reverse-path and other things of the envelope are cases of the packs."""
