"""One run of the trust service against a real server: what is kept, and that nothing good is ever lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from msgspec import structs

from gateway.demo.pki import Identity
from gateway.edge.trust.cache import AddressState, read_cache, read_state, with_fetched
from gateway.edge.trust.fetch import Errand, FetchSettings, renew
from gateway.edge.trust.plan import LONGEST_RETRY_S, due_at_s
from gateway.values.evidence import Outcome
from tests.support.authorities import Hierarchy, addressed, crl
from tests.support.signed_pdfs import AT, facts_of, signed
from tests.support.web import web_server

NOW_S = AT.timestamp()
HOUR_S = 3600.0


@pytest.fixture
def web():
    """One server a test, for pages differ."""
    with web_server() as made:
        yield made


@pytest.fixture
def world(web) -> Hierarchy:
    """A hierarchy whose lists that server has."""
    made = Hierarchy(web.base)
    web.pages |= {"/root.crl": crl(made.root), "/sub.crl": crl(made.sub)}
    return made


@pytest.fixture
def settings(tmp_path):
    """Fetch into a folder of the test; loopback is listed, or nothing could be asked."""
    return FetchSettings(folder=str(tmp_path), hosts=("127.0.0.1",), deadline_s=5)


def run(world, settings, *paths, trust=None, at_s=NOW_S, is_forced=False):
    """Run one errand; awaited paths are given as identities, signer first."""
    awaited = tuple(tuple(one.der for one in path) for path in paths)
    return renew(Errand(trust or world.trust(), settings, at_s, awaited, is_forced))


def results(renewal):
    """Result or reason of each address, without the server's own."""
    return [
        ("/" + one.address.split("/", 3)[-1] if one.address else "", one.reason or one.result)
        for one in renewal.reports
    ]


def kept(settings):
    """Fetched lists and responses."""
    return read_cache(Path(settings.folder))


def test_lists_come_from_certificates_of_the_folder_and_from_the_configuration(web, world, settings):
    """The sub-CA's certificate names the root's list; the sub-CA's own must be configured, or learned."""
    assert [("/root.crl", "new")] == results(run(world, settings))
    more = structs.replace(settings, addresses=(f"{web.base}/sub.crl",))
    assert [("/sub.crl", "new")] == results(run(world, more))
    assert {web.pages["/root.crl"], web.pages["/sub.crl"]} == set(kept(settings)[0])


def test_a_waiting_document_passes_with_what_was_fetched(world, settings):
    """From TRY_LATER to a pass: the awaited path teaches where the sub-CA's list is."""
    octets, before = signed(world.leaf), world.trust()
    assert (Outcome.TEMPERROR, "TRY_LATER") == (
        facts_of(octets, before).outcome,
        facts_of(octets, before).sub_indication,
    )

    renewal = run(world, settings, (world.leaf, world.sub))
    after = with_fetched(before, Path(settings.folder))

    assert [("/root.crl", "new"), ("/sub.crl", "new")] == results(renewal)
    assert () == renewal.open_paths
    assert before.generation != after.generation
    assert (Outcome.PASS, "configured") == (facts_of(octets, after).outcome, facts_of(octets, after).revocation_source)


def test_a_learned_address_is_asked_again_without_a_document(web, world, settings):
    """As long as the authority that issued the signer's certificate is trusted."""
    run(world, settings, (world.leaf, world.sub))
    again = run(world, settings, at_s=NOW_S + 7 * HOUR_S)

    assert [("/root.crl", "unchanged"), ("/sub.crl", "unchanged")] == results(again)
    elsewhere = structs.replace(world.trust(), intermediates_der=())
    assert [] == results(run(world, settings, trust=elsewhere, at_s=NOW_S + 9 * HOUR_S))
    assert {} == read_state(Path(settings.folder)).learned


def test_lists_of_an_authority_that_only_the_document_brings(web, world, settings):
    """With the root alone in the folder the path is verified too: its lists are asked for as long as it waits."""
    root_alone = structs.replace(world.trust(), intermediates_der=())
    renewal = run(world, settings, (world.leaf, world.sub), trust=root_alone)

    assert {("/sub.crl", "new"), ("/root.crl", "new")} == set(results(renewal))
    assert () == renewal.open_paths
    assert [f"{web.base}/root.crl"] == list(read_state(Path(settings.folder)).learned)
    later = run(world, settings, trust=root_alone, at_s=NOW_S + 7 * HOUR_S)
    assert [("/root.crl", "unchanged")] == results(later)


def test_what_there_was_no_time_for_did_not_fail(web, world, settings, monkeypatch):
    """It is asked in the next run, before those that did fail."""
    dead = structs.replace(settings, addresses=(f"{web.base}/dead",))
    assert [("/dead", "status"), ("/root.crl", "new")] == results(run(world, dead))
    monkeypatch.setattr("gateway.edge.trust.fetch.RUN_SECONDS", -1.0)
    late = NOW_S + 7 * HOUR_S
    assert [("/root.crl", "out_of_time"), ("/dead", "out_of_time")] == results(run(world, dead, at_s=late))
    monkeypatch.undo()
    assert [("/root.crl", "unchanged"), ("/dead", "status")] == results(run(world, dead, at_s=late + 61))


def test_a_clock_that_was_ahead_stops_nothing(world, settings):
    """A success of next week counts as of now: asked again after the usual time."""
    assert [("/root.crl", "new")] == results(run(world, settings, at_s=NOW_S + 7 * 24 * HOUR_S))
    assert [] == results(run(world, settings))

    assert [("/root.crl", "unchanged")] == results(run(world, settings, at_s=NOW_S + 7 * HOUR_S))


def answer_for(world, **options):
    """Answer every question about one leaf."""
    made = world.pki.ocsp_response(world.silent, **options)

    def act(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(made)))
        handler.end_headers()
        handler.wfile.write(made)

    return act


def test_a_responder_is_asked_when_no_list_covers_the_signer(web, world, settings):
    """The question names the certificate; the answer is kept and the document passes."""
    web.pages["/ocsp"] = answer_for(world)
    octets = signed(world.silent)
    renewal = run(world, settings, (world.silent, world.sub))
    after = with_fetched(world.trust(), Path(settings.folder))
    question = ocsp.load_der_ocsp_request(next(body for _, path, body in web.asked if path == "/ocsp"))

    assert [("/root.crl", "new"), ("/ocsp", "new")] == results(renewal)
    assert world.silent.certificate.serial_number == question.serial_number
    assert Outcome.PASS is facts_of(octets, after).outcome


def test_a_responder_is_not_asked_while_a_list_answers(web, world, settings):
    """Lists tell nobody whose mail we get."""
    web.pages["/ocsp"] = answer_for(world)
    run(world, structs.replace(settings, addresses=(f"{web.base}/sub.crl",)), (world.silent, world.sub))

    assert "/ocsp" not in [path for _, path, _ in web.asked]


def test_responders_can_be_left_alone(web, world, settings):
    """`is_ocsp_enabled = false`: the path stays open."""
    web.pages["/ocsp"] = answer_for(world)
    renewal = run(world, structs.replace(settings, is_ocsp_enabled=False), (world.silent, world.sub))

    assert ([("/root.crl", "new"), ("", "no_address")], (0,)) == (results(renewal), renewal.open_paths)


@pytest.mark.parametrize("options", [
    {"days": (-9, -1)}, {"days": (1, 2)}, {"responder": "unappointed"}, {"responder": "stranger"},
])  # fmt: skip
def test_worthless_responses_are_not_kept(web, world, settings, options):
    """Stale, from the future, by a responder nobody appointed; the document stays open and is asked about again."""
    responders = {
        "unappointed": world.pki.responder(is_appointed=False),
        "stranger": world.pki.responder("foreign"),
    }
    chosen = {key: responders.get(value, value) if key == "responder" else value for key, value in options.items()}
    web.pages["/ocsp"] = answer_for(world, **chosen)
    path = (world.silent, world.sub)
    renewal = run(world, settings, path)

    assert ("/ocsp", "no_answer") == results(renewal)[-1]
    assert ((0,), ()) == (renewal.open_paths, kept(settings)[1])
    web.pages["/ocsp"] = answer_for(world)
    assert () == run(world, settings, path, at_s=NOW_S + 1).open_paths


def test_a_responder_that_is_down_is_asked_ever_later(web, world, settings):
    """One that has no answer for one certificate is not down: it may have one for the next."""
    path = (world.silent, world.sub)
    assert ("/ocsp", "status") == results(run(world, settings, path))[-1]
    web.pages["/ocsp"] = answer_for(world)
    asked = len(web.asked)
    assert (0,) == run(world, settings, path, at_s=NOW_S + 30).open_paths
    assert asked == len(web.asked)
    assert () == run(world, settings, path, at_s=NOW_S + 61).open_paths


def test_responses_that_ended_are_dropped(web, world, settings):
    """Who needs one again asks again."""
    web.pages["/ocsp"] = answer_for(world, days=(-1, 1))
    run(world, settings, (world.silent, world.sub))
    assert 1 == len(kept(settings)[1])
    run(world, settings, at_s=NOW_S + 25 * HOUR_S)
    assert () == kept(settings)[1]


def odd_issuer(world):
    """A list whose issuer cannot be read: no library notices before it asks."""
    common_name = bytes.fromhex("0603550403")
    good = crl(world.root, number=9, days=(-0.1, 40))
    place = good.index(common_name) + len(common_name)
    return good[:place] + b"\x05" + good[place + 1 :]


def bad_answers(world, web):
    """Everything a server may say instead of a newer list, with the reason noted."""
    other = Identity(world.root.certificate, world.pki.roots["foreign"].key)
    return {
        "status": web.status(404), "too_large": web.boast, "timeout": web.hang,
        "not_a_list": b"<!DOCTYPE html><html>portal", "too_odd": odd_issuer(world), "not_signed": crl(other, number=9, days=(-0.1, 40)),
        "older": crl(world.root, number=0, days=(-2, 40)), "stale": crl(world.root, days=(-0.5, -0.1)),
        "host": web.moved(f"http://localhost:{web.port}/root.crl"),
    }  # fmt: skip


def test_whatever_goes_wrong_the_old_list_stays(web, world, settings):
    """Missing, huge, silent, a web page, forged, older, over, sent elsewhere: the file is not touched."""
    run(world, settings)
    (file,) = Path(settings.folder).glob("crl-*")
    before = file.stat().st_mtime_ns, file.read_bytes()
    web.pages["/elsewhere"] = crl(world.root, number=5, days=(-0.1, 40))
    hasty = structs.replace(settings, deadline_s=0.3)
    for reason, page in bad_answers(world, web).items():
        web.pages["/root.crl"] = page
        renewal = run(world, hasty, is_forced=True)

        assert [("/root.crl", reason.replace("too_odd", "not_a_list"))] == results(renewal)
        assert before == (file.stat().st_mtime_ns, file.read_bytes())
    known = read_state(Path(settings.folder)).addresses[f"{web.base}/root.crl"]
    assert (9, "host") == (known.failures, known.reason)


def test_a_newer_list_replaces_the_old_one(web, world, settings):
    """PEM as well as DER; the same list again is unchanged; one of the trust folder counts as known."""
    newer = crl(world.root, number=2, days=(-0.5, 40))
    run(world, settings)
    pem = x509.load_der_x509_crl(newer).public_bytes(Encoding.PEM)
    web.pages["/root.crl"] = pem

    assert [("/root.crl", "new")] == results(run(world, settings, is_forced=True))
    assert (newer,) == kept(settings)[0]
    assert [("/root.crl", "unchanged")] == results(run(world, settings, is_forced=True))
    folder = world.trust(crl(world.root, number=3, days=(-0.2, 2)))
    assert [("/root.crl", "older")] == results(run(world, settings, trust=folder, is_forced=True))


def test_a_list_that_another_instance_brought_meanwhile_stays(web, world, settings):
    """Two instances share a folder: while one waits for its answer, the other puts a newer list there."""
    newer = crl(world.root, number=3, days=(-0.2, 40))
    run(world, settings)
    (file,) = Path(settings.folder).glob("crl-*")
    old = crl(world.root, number=2, days=(-0.5, 40))

    def slow(handler):
        file.write_bytes(newer)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(old)

    web.pages["/root.crl"] = slow

    assert [("/root.crl", "older")] == results(run(world, settings, is_forced=True))
    assert newer == file.read_bytes()


def test_a_list_of_a_clock_ahead_of_ours_counts_at_once(web, world, settings):
    """Ten minutes at most: it replaces the old one, so nothing may wait until our clock is there."""
    run(world, settings, (world.leaf, world.sub))
    web.pages["/sub.crl"] = crl(world.sub, number=2, days=(0.005, 30))
    assert ("/sub.crl", "new") in results(run(world, settings, is_forced=True))
    after = with_fetched(world.trust(), Path(settings.folder))

    assert Outcome.PASS is facts_of(signed(world.leaf), after).outcome
    web.pages["/sub.crl"] = crl(world.sub, number=3, days=(0.01, 30))
    assert ("/sub.crl", "stale") in results(run(world, settings, is_forced=True))


def test_a_tie_is_settled_by_the_number(web, world, settings):
    """Two lists of one instant: the higher number is the later one."""
    run(world, settings, trust=world.trust(crl(world.root, number=7)))

    assert () == kept(settings)[0]
    web.pages["/root.crl"] = crl(world.root, number=8)
    assert [("/root.crl", "new")] == results(
        run(world, settings, trust=world.trust(crl(world.root, number=7)), is_forced=True)
    )


def test_lists_of_two_generations_stand_side_by_side(web, world, settings):
    """One name, two keys: each key's list is a file of its own, whatever their numbers."""
    second = world.pki._authority("official root G2", world.root.certificate.subject, None)
    sub = addressed(world.pki, "sub G2", second, crls=[f"{web.base}/root-g2.crl"], like=world.pki.subs["official"])
    web.pages["/root-g2.crl"] = crl(second, number=0, days=(-3, 3))
    plain = world.trust()
    both = structs.replace(
        plain, anchors=(*plain.anchors, structs.replace(plain.anchors[0], certificate_der=second.der)),
        intermediates_der=(*plain.intermediates_der, sub.der),
    )  # fmt: skip

    assert [("/root.crl", "new"), ("/root-g2.crl", "new")] == results(run(world, settings, trust=both))
    assert 2 == len(kept(settings)[0])


def test_no_address_of_an_unverified_certificate_is_ever_asked(web, world, settings):
    """Forged paths: an unknown root, a signer who issued another, rubbish, one that is far too long."""
    pki = world.pki
    stranger = addressed(pki, "stranger", pki.roots["foreign"], crls=[f"{web.base}/evil"], like=pki.agency())
    issued_by_signer = addressed(pki, "by a signer", world.leaf, crls=[f"{web.base}/evil"],
                                 responders=[f"{web.base}/evil"], like=pki.agency())  # fmt: skip
    renamed = Identity(world.sub.certificate, pki.roots["foreign"].key)
    forged = addressed(pki, "forged", renamed, crls=[f"{web.base}/evil"], like=pki.agency())
    paths = [(stranger,), (issued_by_signer, world.leaf, world.sub), (forged, world.sub), (world.leaf,) * 9, ()]
    rubbish = ((b"rubbish",), (bytes(100_000),))
    awaited = (*(tuple(one.der for one in path) for path in paths), *rubbish)
    renewal = renew(Errand(world.trust(), settings, NOW_S, awaited))

    assert [("", "no_path")] * 7 == results(renewal)[:7]
    assert ["/root.crl"] == [path for _, path, _ in web.asked]
    assert () == renewal.open_paths


def test_an_intermediate_without_an_anchor_is_not_asked_about(web, world, settings):
    """A certificate that lies in the folder but ends nowhere names no address."""
    alone = structs.replace(world.trust(), anchors=())

    assert [] == results(run(world, settings, trust=alone))
    assert [] == web.asked


def test_only_what_is_due_is_asked(web, world, settings):
    """After a success half-way to the end of the list, at most the interval; after failures ever later."""
    web.pages["/root.crl"] = crl(world.root, days=(-1, 0.25))
    first = run(world, settings)
    assert NOW_S + 3 * HOUR_S == first.next_at_s
    assert [] == results(run(world, settings, at_s=NOW_S + 2 * HOUR_S))
    assert [("/root.crl", "unchanged")] == results(run(world, settings, at_s=NOW_S + 3 * HOUR_S))


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(1, 60), (2, 120), (5, 960), (7, LONGEST_RETRY_S), (99, LONGEST_RETRY_S)]
)
def test_failures_are_spaced(failures, wait_s):
    """A minute, doubled, an hour at most."""
    known = AddressState(succeeded_at_s=NOW_S - 9, tried_at_s=NOW_S, failures=failures)

    assert NOW_S + wait_s == due_at_s(known, FetchSettings())


def test_alternatives_of_one_point_are_tried_in_order(web, world, settings):
    """The first address is dead, the second is not: one list, one success."""
    names = [x509.UniformResourceIdentifier(f"{web.base}/{name}") for name in ("dead", "root.crl")]
    old = world.pki.subs["official"]
    builder = world.pki._builder("alternatives", old.certificate.subject, world.root, old.key, (-1, 100))
    for extension in old.certificate.extensions:
        if isinstance(extension.value, (x509.BasicConstraints, x509.KeyUsage)):
            builder = builder.add_extension(extension.value, critical=True)
    points = x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])
    made = builder.add_extension(points, critical=False).sign(world.root.key, SHA256())
    trust = structs.replace(world.trust(), intermediates_der=(made.public_bytes(Encoding.DER),))

    assert [("/root.crl", "new")] == results(run(world, settings, trust=trust))
    assert ["/dead", "/root.crl"] == [path for _, path, _ in web.asked]


def test_a_folder_that_cannot_be_written_is_a_reason(world, settings):
    """Nothing raises; nothing is lost."""
    nowhere = structs.replace(settings, folder=settings.folder + "/missing")
    renewal = run(world, nowhere)

    assert [("/root.crl", "no_room"), ("", "no_room")] == results(renewal)


def test_lists_beyond_the_limit_find_no_room(web, world, settings, monkeypatch):
    """Neither in number nor in octets; the list of an authority we have is still replaced."""
    monkeypatch.setattr("gateway.edge.trust.cache.MAX_LISTS", 1)
    both = (world.leaf, world.sub)
    assert [("/root.crl", "new"), ("/sub.crl", "no_room")] == results(run(world, settings, both))[:2]
    monkeypatch.undo()
    octets = sum(len(web.pages[name]) for name in ("/root.crl", "/sub.crl"))
    monkeypatch.setattr("gateway.edge.trust.cache.MAX_OCTETS", octets - 1)
    assert ("/sub.crl", "no_room") in results(run(world, settings, both, is_forced=True))
    assert 1 == len(kept(settings)[0])


def test_the_folder_is_tidied(web, world, settings, tmp_path, monkeypatch):
    """Responses beyond the limit go, the oldest first; so does what a killed process left half-written."""
    web.pages["/ocsp"] = answer_for(world, days=(-1, 9))
    run(world, settings, (world.silent, world.sub))
    (answer,) = tmp_path.glob("ocsp-*")
    for name in ("ocsp-old.ors", ".writing-crl-x.crl.77", ".writing-state.json.78"):
        (tmp_path / name).write_bytes(answer.read_bytes())
    for name in ("ocsp-old.ors", ".writing-crl-x.crl.77"):
        os.utime(tmp_path / name, (NOW_S - 2 * HOUR_S,) * 2)
    os.utime(tmp_path / ".writing-state.json.78", (NOW_S,) * 2)
    os.mkfifo(tmp_path / "crl-pipe.crl")
    monkeypatch.setattr("gateway.edge.trust.cache.MAX_RESPONSES", 1)
    run(world, settings)

    left = {file.name for file in tmp_path.iterdir() if not file.name.startswith("crl-")}
    assert {answer.name, "state.json", ".writing-state.json.78"} == left


def test_what_is_kept_can_be_read_whatever_the_umask(world, settings, tmp_path):
    """`congthu trust` of an administrator writes for the service too."""
    before = os.umask(0o077)
    try:
        run(world, settings)
    finally:
        os.umask(before)

    assert {0o644} == {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}


def test_a_broken_cache_is_an_empty_one(world, settings, tmp_path):
    """Half a list, a broken state, strange files: left out, and fetched again."""
    (tmp_path / "crl-x.crl").write_bytes(b"\x30\x82")
    (tmp_path / "ocsp-x.ors").write_bytes(b"nonsense")
    (tmp_path / "state.json").write_text("{")
    (tmp_path / "notes").write_text("x")

    assert ((), ()) == kept(settings)
    assert [("/root.crl", "new")] == results(run(world, settings))
    assert 1 == len(with_fetched(world.trust(), tmp_path).fetched_crls_der)


def test_fetched_lists_that_lie_in_the_folder_too_are_left_out(world, settings, tmp_path):
    """The generation is that of the folder alone: nothing to swap."""
    run(world, settings)
    (fetched,) = kept(settings)[0]

    assert () == with_fetched(world.trust(fetched), tmp_path).fetched_crls_der
