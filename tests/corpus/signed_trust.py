"""The trust folder of the signed corpus, in the layout of docs/trust.md: whom its files rest on, and no private key.

Lists cover the official authority in both generations and the public one; the local one has none, so that what a
document brings along is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from tests.corpus.signed_keys import old_pki, pki

if TYPE_CHECKING:
    from pathlib import Path

NOTE = (
    "Throw-away authorities of this corpus. Their private keys follow from their names (tests/corpus/signed_keys.py):\n"
    "anybody can sign with them. Never copy these files into a trust folder in use.\n"
)


def write_trust(folder: Path) -> None:
    """Write roots, intermediates and lists."""
    new, old = pki(), old_pki()
    for name in ("official", "public", "local", "intermediates", "crls"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "README").write_text(NOTE, "utf-8")
    for name in ("official", "public", "local"):
        (folder / name / "root.pem").write_bytes(new.roots[name].certificate.public_bytes(Encoding.PEM))
        (folder / "intermediates" / f"{name}.crt").write_bytes(new.subs[name].der)
    (folder / "official" / "old.pem").write_bytes(old.roots["official"].certificate.public_bytes(Encoding.PEM))
    (folder / "official" / "old.toml").write_text("allows_sha1 = true\n", "utf-8")
    (folder / "intermediates" / "old-official.crt").write_bytes(old.subs["official"].der)
    for name, made in (("official", new), ("public", new), ("old-official", old)):
        for place, der in zip(("root", "sub"), made.crls(name.removeprefix("old-")), strict=True):
            (folder / "crls" / f"{name}-{place}.crl").write_bytes(der)
