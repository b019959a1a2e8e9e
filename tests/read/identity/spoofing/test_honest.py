"""Everyday constellations: honest mail is verified, or at least goes on; none of it is refused for who sent it."""

from __future__ import annotations

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from gateway.values.identity import IdentitySettings
from tests.support.dkim_signer import edwards_key, record, rsa_key, seal, sign, signature_field
from tests.support.senders import (
    ELSEWHERE,
    KEY,
    LIST,
    OFFICE_SERVER,
    VICTIM,
    ZONE,
    mail,
    published,
    receive,
)

OWN = f"<{DEPARTMENT_A}>"
OLD = rsa_key(1024)
PARTNER = "doi-tac.example"
SERVICE = "gui-ho.example"
MORE = "\n".join(
    (
        ZONE,
        published(f"phong.{VICTIM}", f"v=spf1 ip4:{OFFICE_SERVER} -all"),
        published(f"s2._domainkey.{VICTIM}", record(edwards_key())),
        published(f"cu._domainkey.{VICTIM}", record(OLD)),
        published(f"thu._domainkey.{VICTIM}", record(KEY, "t=y; ")),
        published(PARTNER, f"v=spf1 include:{SERVICE} a:mail.{PARTNER} mx ~all"),
        published(SERVICE, "v=spf1 ip4:198.51.100.0/24 exists:%{i}._spf.gui-ho.example -all"),
        f"mail.{PARTNER}. A 192.0.2.31",
        f"{PARTNER}. MX 10 mx.{PARTNER}.",
        f"mx.{PARTNER}. A 192.0.2.32",
        f"mx.{PARTNER}. AAAA 2001:db8:32::1",
        "203.0.113.9._spf.gui-ho.example. A 127.0.0.2",
        published(f"d1._domainkey.{PARTNER}", record(KEY)),
        published("chi-ky.example", "v=spf1 -all"),
        published("k._domainkey.chi-ky.example", record(KEY)),
        published("_dmarc.chi-ky.example", "v=DMARC1; p=reject; adkim=s; aspf=s"),
        published("hang-doi.example", f"v=spf1 redirect={PARTNER}"),
        published(f"xahai.{PROVINCE}", f"v=spf1 ip4:{OFFICE_SERVER} ~all"),
        "alias.example. CNAME chi-ky.example.",
        f"$FAIL im-lang.{PROVINCE}",
        f"$FAIL _dmarc.im-lang.{PROVINCE}",
    )
)  # fmt: skip


def of(author, **more):
    """A mail of another author."""
    return mail(f"From: {author}\r\n".encode(), **more)


def bounce():
    """A notice of failure, as servers write it."""
    return of(
        f"MAILER-DAEMON@{VICTIM}",
        more=b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        body=b"--b\r\n\r\nKhong chuyen duoc.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mail.example\r\n\r\n--b--\r\n",
    )


CHANGED = mail(subject=b"[ds] Trao doi", body=b"Kinh gui Van phong,\r\n-- \r\nDanh sach cua tinh\r\n")

VERIFIED = {
    "own-server": (mail(), OWN, OFFICE_SERVER),
    "own-server-ipv6": (mail(), OWN, "2001:db8:25::7"),
    "forwarded-with-its-signature": (sign(mail(), d=VICTIM), "<chuyen-tiep@khac.example>", ELSEWHERE),
    "forwarded-with-the-path-rewritten": (sign(mail(), d=VICTIM), f"<SRS0=a=b={VICTIM}=vanthu@khac.example>", ELSEWHERE),
    "forwarded-with-the-path-kept": (sign(mail(), d=VICTIM), OWN, ELSEWHERE),
    "named-list-that-changes": (seal(CHANGED, KEY, domain=LIST, told=f"dmarc=pass header.from={VICTIM}"), f"<ds@{LIST}>", ELSEWHERE),
    "named-list-behind-a-named-list": (
        seal(seal(CHANGED, KEY, domain=LIST, told=f"dmarc=pass header.from={VICTIM}"), KEY, domain=LIST, told="dmarc=fail"),
        f"<ds@{LIST}>", ELSEWHERE,
    ),
    "list-that-rewrites-from": (of(f"So A qua ds <ds@{PARTNER}>"), f"<ds-bounces@{PARTNER}>", "192.0.2.31"),
    "subdomain-in-the-path": (mail(), f"<thu@phong.{VICTIM}>", OFFICE_SERVER),
    "subdomain-in-the-signature": (sign(of(f"thu@phong.{VICTIM}"), d=VICTIM), "<thu@khac.example>", ELSEWHERE),
    "spf-by-include": (of(f"thu@{PARTNER}"), f"<thu@{PARTNER}>", "198.51.100.77"),
    "spf-by-a": (of(f"thu@{PARTNER}"), f"<thu@{PARTNER}>", "192.0.2.31"),
    "spf-by-mx": (of(f"thu@{PARTNER}"), f"<thu@{PARTNER}>", "192.0.2.32"),
    "spf-by-mx-ipv6": (of(f"thu@{PARTNER}"), f"<thu@{PARTNER}>", "2001:db8:32::1"),
    "spf-by-exists": (of(f"thu@{PARTNER}"), f"<thu@{PARTNER}>", "203.0.113.9"),
    "spf-by-redirect": (of("thu@hang-doi.example"), "<thu@hang-doi.example>", "192.0.2.31"),
    "service-that-signs-for-it": (
        sign(of(f"thu@{PARTNER}"), d=PARTNER, s="d1"), f"<tra-lai@{SERVICE}>", "198.51.100.8",
    ),
    "service-that-signs-twice": (
        sign(sign(of(f"thu@{PARTNER}"), d=PARTNER, s="d1"), d=SERVICE, s="x"), f"<tra-lai@{SERVICE}>", "198.51.100.8",
    ),
    "signature-alone": (sign(of("thu@chi-ky.example"), d="chi-ky.example", s="k"), "<x@khac.example>", ELSEWHERE),
    "new-selector": (sign(mail(), edwards_key(), d=VICTIM, s="s2"), "<x@khac.example>", ELSEWHERE),
    "old-selector": (sign(mail(), OLD, d=VICTIM, s="cu"), "<x@khac.example>", ELSEWHERE),
    "both-selectors": (
        signature_field(mail(), edwards_key(), d=VICTIM, s="s2") + sign(mail(), OLD, d=VICTIM, s="cu"),
        "<x@khac.example>", ELSEWHERE,
    ),
    "broken-second-signature": (
        signature_field(mail(), d=VICTIM, s="mat-roi") + sign(mail(), d=VICTIM), "<x@khac.example>", ELSEWHERE,
    ),
    "key-in-testing": (sign(mail(), d=VICTIM, s="thu"), "<x@khac.example>", ELSEWHERE),
    "simple-canonical": (sign(mail(), d=VICTIM, c="simple/simple"), "<x@khac.example>", ELSEWHERE),
    "received-added-on-the-way": (
        b"Received: from a by b; Mon, 30 Nov 2026 10:00:01 +0700\r\n" + sign(mail(), d=VICTIM), "<x@khac.example>", ELSEWHERE,
    ),
    "bounce": (bounce(), "<>", OFFICE_SERVER),
    "automatic-answer": (mail(more=b"Auto-Submitted: auto-replied\r\n"), "<>", OFFICE_SERVER),
    "two-authors-name-in-quotes": (of(f'"Văn thư, Sở A" <{DEPARTMENT_A}>'), OWN, OFFICE_SERVER),
    "accented-name": (of(f"=?utf-8?q?V=C4=83n_th=C6=B0?= <{DEPARTMENT_A}>"), OWN, OFFICE_SERVER),
    "reply-to-elsewhere": (mail(more=f"Reply-To: {OFFICE}\r\n".encode()), OWN, OFFICE_SERVER),
}  # fmt: skip


@pytest.mark.parametrize(("octets", "path", "ip"), VERIFIED.values(), ids=VERIFIED)
def test_verified(octets, path, ip):
    """Somebody of the author's own domain answers for it, or a named list does; nothing is said against it."""
    found = receive(octets, path, ip, VICTIM, zone=MORE)

    assert found.identity == "verified"
    assert not {rule for rule in found.rules if rule.startswith("NAT-AUTH")}
    assert found.disposition in {"relay", "tag"}


GOES_ON = {
    "publishes-nothing": (of(f"vanthu@sob.{PROVINCE}"), f"<vanthu@sob.{PROVINCE}>", OFFICE_SERVER, "claimed"),
    "forwarded-without-signature": (of(f"thu@xahai.{PROVINCE}"), f"<thu@xahai.{PROVINCE}>", ELSEWHERE, "claimed"),
    "stranger's-list": (CHANGED, f"<ds@{PARTNER}>", "192.0.2.31", "claimed"),
    "list-that-breaks-the-signature": (sign(mail(), d=VICTIM).replace(b"Trao doi", b"[ds] Trao doi"), f"<ds@{PARTNER}>", "192.0.2.31", "claimed"),
    "bounce-of-a-server-without-record": (of(f"MAILER-DAEMON@mail.sob.{PROVINCE}"), "<>", ELSEWHERE, "claimed"),
    "a-private-mailbox": (of("nguoi.dan@thu-rieng.example"), "<nguoi.dan@thu-rieng.example>", ELSEWHERE, "claimed"),
    "dns-does-not-answer": (of(f"thu@im-lang.{PROVINCE}"), f"<thu@im-lang.{PROVINCE}>", OFFICE_SERVER, "unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("octets", "path", "ip", "word"), GOES_ON.values(), ids=GOES_ON)
def test_what_nobody_answers_for_goes_on(octets, path, ip, word):
    """Tagged at most: many official domains publish nothing yet, and some break what they pass on."""
    found = receive(octets, path, ip, f"mail.sob.{PROVINCE}", zone=MORE)

    assert found.identity == word
    assert found.disposition in {"relay", "tag"}


def test_a_server_of_our_own_speaks_for_its_domain_by_configuration():
    """Without SPF, signature or anything asked."""
    for settings in (IdentitySettings(), IdentitySettings(mode="check")):
        found = receive(mail(), OWN, "10.0.0.25", settings=settings, is_trusted=True, speaks_for=(f".{PROVINCE}",))
        assert (found.identity, found.rules) == ("verified", set())


def test_everything_fails_and_everything_goes_on():
    """A resolver that answers nothing: unknown, whatever the mail; nothing is held against anybody."""
    dead = "\n".join(
        f"$FAIL {name}"
        for name in (VICTIM, f"_dmarc.{VICTIM}", f"_dmarc.{PROVINCE}", "_dmarc.gov.vn", f"s1._domainkey.{VICTIM}")
    )
    for octets in (mail(), sign(mail(), d=VICTIM)):
        found = receive(octets, OWN, OFFICE_SERVER, VICTIM, zone=dead)
        assert (found.identity, found.rules & {"NAT-AUTH-1", "NAT-AUTH-2"}) == ("unknown", set())
