"""Facts about `gateway.edge.trust.folder`: the folder layout, every problem reported, generations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.demo.pki import Pki, throw_away_pki
from gateway.edge.trust.folder import load_trust
from gateway.values.faults import Misconfigured

PARTS = ("official", "public", "local", "intermediates", "crls", "ocsp")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki() -> Pki:
    """One hierarchy for all tests here."""
    return throw_away_pki(AT)


@pytest.fixture
def folder(tmp_path, pki):
    """A complete trust folder to spoil."""
    pki.write(tmp_path)
    return tmp_path


def problems_of(folder) -> list[str]:
    """Load a bad folder and give its problems, without the folder's own path."""
    with pytest.raises(Misconfigured) as caught:
        load_trust(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_whole_folder_is_read(folder, pki):
    """Three lists, their intermediates and all revocation lists arrive, PEM and DER alike."""
    trust = load_trust(folder)

    assert ["official", "public", "local"] == [anchor.trust_list for anchor in trust.anchors]
    assert [pki.roots[name].der for name in ("official", "public", "local")] == [
        anchor.certificate_der for anchor in trust.anchors
    ]
    assert {pki.subs[name].der for name in ("official", "public", "local")} == set(trust.intermediates_der)
    assert 6 == len(trust.crls_der)
    assert "require" == trust.revocation


def test_no_folder_trusts_nobody():
    """Without a folder there is a snapshot with no anchors, not an error."""
    assert () == load_trust(None).anchors


def test_equal_contents_have_equal_generations(folder):
    """The generation follows the contents only."""
    first = load_trust(folder).generation
    (folder / "official" / "root.pem").rename(folder / "official" / "other.pem")

    assert first == load_trust(folder).generation


def test_any_change_makes_another_generation(folder, pki):
    """A new list, a sidecar or another revocation mode: caches must not outlive any of them."""
    generations = {load_trust(folder).generation, load_trust(folder, revocation="soft").generation}
    (folder / "crls" / "official-sub.crl").write_bytes(pki.crls(days=(-1, 60))[1])
    generations.add(load_trust(folder).generation)
    (folder / "official" / "root.toml").write_text("allows_sha1 = true\n")
    generations.add(load_trust(folder).generation)

    assert 4 == len(generations)


def test_responses_are_read_and_belong_to_the_generation(folder, pki):
    """OCSP responses lie in a folder of their own, under any of three suffixes."""
    before = load_trust(folder).generation
    (folder / "ocsp").mkdir()
    responses = [pki.ocsp_response(pki.agency()), pki.ocsp_response(pki.person())]
    for name, octets in zip(("a.ors", "b.der"), responses, strict=True):
        (folder / "ocsp" / name).write_bytes(octets)
    trust = load_trust(folder)

    assert tuple(responses) == trust.responses_der == trust.all_responses_der
    assert before != trust.generation


def test_root_that_signed_itself_with_sha1_is_a_root(tmp_path):
    """The first generation of the government's root did; its dates and its pin stand beside the second's."""
    old = Pki(AT, sha1_authorities=frozenset({"official"}))
    old.write(tmp_path)
    (tmp_path / "official" / "root.toml").write_text("valid_to = 2026-12-31\nallows_sha1 = true\n")
    second = old._authority("official root G2", old.roots["official"].certificate.subject, None)
    (tmp_path / "official" / "root-g2.crt").write_bytes(second.der)
    found = [anchor for anchor in load_trust(tmp_path).anchors if anchor.trust_list == "official"]

    assert {(second.der, "", False), (old.roots["official"].der, "2026-12-31", True)} == {
        (anchor.certificate_der, anchor.valid_to, anchor.allows_sha1) for anchor in found
    }


def test_sidecar_bounds_an_anchor(folder):
    """Dates may be TOML dates or text, and belong to the certificate of the same name."""
    (folder / "local" / "root.toml").write_text(
        'valid_from = 2010-01-01\nvalid_to = "2019-06-15"\nallows_sha1 = true\n'
    )

    anchor = load_trust(folder).anchors[2]

    assert ("2010-01-01", "2019-06-15", True) == (anchor.valid_from, anchor.valid_to, anchor.allows_sha1)


def test_every_problem_is_reported_at_once(folder, pki):
    """One run names every bad file and what to do about it, in file order."""
    (folder / "official" / "a.pem").write_text("hello")
    (folder / "official" / "b.toml").write_text("allows_sha1 = true\n")
    (folder / "public" / "root.toml").write_text("# dates\nvalid_from = 'soon'\nallow_sha1 = true\nallows_sha1 = 1\n")
    (folder / "local" / "leaf.crt").write_bytes(pki.agency().der)
    (folder / "local" / "sub.crt").write_bytes(pki.subs["local"].der)
    (folder / "local" / "again.crt").write_bytes(pki.roots["public"].der)
    (folder / "intermediates" / "empty.cer").write_bytes(b"")
    (folder / "crls" / "list.crl").write_bytes(b"\x30\x03\x02\x01\x01")
    (folder / "crls" / "notes.txt").write_text("x")
    (folder / "ocsp").mkdir()
    (folder / "ocsp" / "page.ocsp").write_text("<html>")
    (folder / "ocsp" / "busy.ors").write_bytes(b"\x30\x03\x0a\x01\x03")
    (folder / "extra").mkdir()

    assert [
        f"extra: not part of a trust folder; put files into {', '.join(PARTS)} or remove it",
        "official/a.pem: is no certificate in PEM or DER; export it again as X.509",
        "official/b.toml: belongs to no certificate; name it as the certificate it describes (b.pem)",
        "public/root.toml:2: valid_from: write a date such as 2019-06-15",
        "public/root.toml:3: allow_sha1: unknown key; known are valid_from, valid_to, allows_sha1",
        "public/root.toml:4: allows_sha1: write true or false",
        f"local/again.crt: is the same certificate as {folder}/public/root.pem; keep one, in one list",
        "local/leaf.crt: is the certificate of a person or agency, not of an authority; remove it",
        "local/sub.crt: is not self-signed, so no root; move it to intermediates/ and put its root here",
        "intermediates/empty.cer: is empty; copy the certificate or list again",
        "crls/list.crl: is no revocation list in PEM or DER; fetch it again from the authority",
        "crls/notes.txt: unknown kind of file; name it .crl, .pem or remove it",
        "ocsp/busy.ors: is no OCSP response in DER, or one without an answer; ask the responder again",
        "ocsp/page.ocsp: is no OCSP response in DER, or one without an answer; ask the responder again",
    ] == problems_of(folder)


def test_private_key_is_refused(folder, pki):
    """A key that lies about here is reported, whatever else the file holds."""
    key = pki.agency().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "official" / "root.pem"
    file.write_bytes(file.read_bytes() + key)

    assert ["official/root.pem: holds a private key; keep only certificates here, and replace that key"] == problems_of(
        folder
    )


def test_dates_in_the_wrong_order_are_refused(folder):
    """An anchor that could never be used is a slip of the pen."""
    (folder / "official" / "root.toml").write_text("valid_from = 2020-01-01\nvalid_to = 2019-01-01\n")

    assert ["official/root.toml:2: valid_to: is before valid_from; exchange or correct them"] == problems_of(folder)


def test_broken_sidecar_names_its_line(folder):
    """TOML errors carry the line like any other configuration."""
    (folder / "official" / "root.toml").write_text("valid_from = \n")

    assert problems_of(folder)[0].startswith("official/root.toml:1: not valid TOML")


def test_missing_folder_is_a_problem(tmp_path):
    """A folder that was named must exist."""
    assert ["no such folder; create it or correct trust.folder"] == [
        problem.split(": ", 1)[1] for problem in problems_of(tmp_path / "nowhere")
    ]


def test_folder_without_anchor_is_a_problem(tmp_path):
    """Signatures nobody can vouch for are not what an operator who names a folder wants."""
    assert 1 == len(problems_of(tmp_path))


def test_notes_may_lie_in_the_folder(folder):
    """README and hidden files are no certificates and no problem."""
    (folder / "README.md").write_text("whose roots these are")
    (folder / "official" / ".keep").write_text("")

    assert 3 == len(load_trust(folder).anchors)


def test_expired_anchor_stays_usable(tmp_path):
    """Documents of its time are judged by their own time, so an old root is no problem."""
    throw_away_pki(AT - timedelta(days=20 * 365)).write(tmp_path)

    assert 3 == len(load_trust(tmp_path).anchors)
