"""Look-up: what is known of a number, whether a file is the one, and a page that gives nothing away."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import threading
import time

import pytest

from gateway.records.lookup.finding import ask, find
from gateway.records.lookup.page import rows_of
from gateway.records.lookup.server import MAX_BODY_OCTETS, MAX_CONNECTIONS, Answers, LookupServer
from gateway.values.faults import Transient
from gateway.values.ledger import DocumentNumber
from tests.records.making import OTHER_CONTENT, Source, at, letter, mail, read_in, taken

FILE = b"%PDF-1.7\r\n\rbinary \x00\xff\xfe\n--not-a-boundary\r\n"
DIGEST = hashlib.sha256(FILE).hexdigest()


@pytest.fixture
def filled(store):
    """Read three mails: one signed, one recalled, one of an issuer nobody knows."""
    mails = [
        mail("T1", letter("125", digest=DIGEST)),
        mail("T1-again", letter("125", digest=DIGEST), at_us=at("2026-10-06 09:00:00")),
        mail("T2", letter("7", digest=OTHER_CONTENT, signature="none", form="scan")),
        mail("T3", letter("8", recalls=(DocumentNumber("7", "SA-VP", 2026),))),
        mail("T4", letter("9", issuer="", notation="XX-VP", digest=DIGEST)),
        mail("T8", letter("10", replaces=(DocumentNumber("125", "SA-VP"),))),
        mail("T9", letter("11", corrects=(DocumentNumber("125", "SA-VP", 2025),))),
        mail("T5", letter("30", issuer="so-b", notation="2026/QĐ-UBND")),
    ]
    read_in(store, Source(*(record for one in mails for record in taken(one))))
    return store


def known(store, text, content=None, year=2026):
    """Look a number up under the agencies of the registry."""
    with store.begin() as connection:
        return find(connection, ("so-a", "so-b", "so-c"), ask(text, year, content and hashlib.sha256(content).digest()))


@pytest.mark.parametrize("written", ["125/SA-VP", "0125/sa-vp", " 125 / SA.VP "])
def test_a_number_is_found_however_it_is_written(filled, written):
    """Once, with its first sending and its signature."""
    [found] = known(filled, written)

    assert (found.issuer, found.signature, found.copies) == ("so-a", "signed", 2)
    assert found.first_at.isoformat() == "2026-10-05T09:00:00+07:00"
    assert found.content == ""


def test_the_file_that_was_sent_is_told_from_any_other(filled):
    """By its SHA-256."""
    assert [one.content for one in known(filled, "125/SA-VP", FILE)] == ["equal"]
    assert [one.content for one in known(filled, "125/SA-VP", FILE + b" ")] == ["other"]


def test_a_recalled_document_says_so(filled):
    """With the day, and that no signature held."""
    [found] = known(filled, "7/SA-VP")

    assert (found.recalled_on.isoformat(), found.signature, found.form) == ("2026-10-05", "unsigned", "scan")


def test_a_replaced_document_says_by_what(filled):
    """And one of another year is not meant."""
    [found] = known(filled, "125/SA-VP")

    assert found.amended == (("replaces", "10/SA-VP"),)
    assert ("Lưu ý", "được thay thế bằng 10/SA-VP") in rows_of(found, str)


def test_a_document_of_an_unknown_issuer_is_found_by_its_file(filled):
    """Its number may be that of many offices."""
    assert known(filled, "9/XX-VP") == []
    assert [one.content for one in known(filled, "9/XX-VP", FILE)] == ["equal"]


def test_notations_with_a_year_are_found(filled):
    """Of normative documents."""
    assert [one.issuer for one in known(filled, "30/2026/QĐ-UBND")] == ["so-b"]


def test_another_year_is_another_document(filled):
    """Numbers begin anew each year."""
    assert known(filled, "125/SA-VP", year=2025) == []


@pytest.mark.parametrize("text", ["", "SA-VP", "125", "125/", "x" * 500, "125/SA VP;--"])
def test_what_is_no_number_is_refused(text):
    """In words."""
    with pytest.raises(ValueError, match="no number with a notation"):
        ask(text, 2026)


@pytest.fixture
def server(filled):
    """Run the page on a free port of loopback."""

    def look(question):
        with filled.begin() as connection:
            return find(connection, ("so-a", "so-b"), question)

    names = {"so-a": "Sở A <mẫu>"}
    answers = Answers(look, lambda agency: names.get(agency, agency), frozenset({"127.0.0.1", "localhost"}))
    running = LookupServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=running.serve_forever, args=(0.05,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def speak(server, method, path="/", body=None, headers=None):
    """Send one request and give status, fields and text."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def form(number, year, content=None):
    """Write a form as a browser sends it."""
    mark = b"----x" + os.urandom(8).hex().encode()
    parts = [
        b'Content-Disposition: form-data; name="number"\r\n\r\n' + number.encode(),
        b'Content-Disposition: form-data; name="year"\r\n\r\n' + year.encode(),
        b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        + (content or b""),
    ]
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"
    return body, {"Content-Type": f"multipart/form-data; boundary={mark.decode()}"}


def test_page_answers_a_question_with_a_file(server):
    """Octet for octet; names are no markup."""
    status, fields, text = speak(server, "POST", "/", *form("125/SA-VP", "2026", FILE))

    assert status == 200
    assert "TỆP GIỐNG HỆT" in text
    assert "Sở A &lt;mẫu&gt;" in text
    assert "<script" not in text
    assert fields["Cache-Control"] == "no-store"
    assert "default-src 'none'" in fields["Content-Security-Policy"]


def test_a_mail_as_file_is_compared_octet_for_octet(server):
    """Whatever type the browser gives it, and though it looks like a form itself."""
    body, headers = form("125/SA-VP", "2026", FILE)

    text = speak(server, "POST", "/", body.replace(b"application/pdf", b"message/rfc822"), headers)[2]

    assert "TỆP GIỐNG HỆT" in text


def test_a_file_of_line_ends_costs_no_more_than_another(server):
    """A parser of mail takes seconds for it."""
    begun = time.process_time()
    status = speak(server, "POST", "/", *form("125/SA-VP", "2026", b"\r" * 8_000_000))[0]

    assert status == 200
    assert time.process_time() - begun < 2


def test_page_says_what_it_does_not_know(server):
    """And what was typed wrongly, with the question still in the form."""
    assert "Sổ của cổng không có văn bản này" in speak(server, "POST", "/", *form("999/SA-VP", "2026"))[2]
    text = speak(server, "POST", "/", *form('"><b>125', "26"))[2]
    assert "Năm gồm bốn chữ số" in text
    assert "&quot;&gt;&lt;b&gt;125" in text


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/", {}, 200),
        ("GET", "/metrics", {}, 404),
        ("GET", "/", {"Host": "evil.example"}, 421),
        ("GET", "/", {"Host": "localhost:1234"}, 200),
        ("PUT", "/", {}, 501),
        ("POST", "/", {"Content-Length": str(MAX_BODY_OCTETS + 1)}, 413),
        ("POST", "/", {"Content-Length": "-1"}, 413),
        ("POST", "/", {"Content-Type": "text/plain", "Content-Length": "0"}, 400),
        ("POST", "/", {"Content-Type": "multipart/form-data", "Content-Length": "0"}, 400),
    ],
)
def test_only_the_form_is_answered(server, method, path, headers, status):
    """Other hosts, paths, methods and sizes are turned away."""
    assert speak(server, method, path, None, headers)[0] == status


def test_a_page_of_somebody_else_cannot_ask_through_a_visitor(server):
    """Browsers say where a form comes from; a link to the page is followed."""
    body, headers = form("125/SA-VP", "2026")

    assert speak(server, "POST", "/", body, headers | {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert speak(server, "POST", "/", body, headers | {"Sec-Fetch-Site": "same-origin"})[0] == 200
    assert speak(server, "GET", "/", None, {"Sec-Fetch-Site": "cross-site"})[0] == 200


def test_a_length_of_thousands_of_digits_is_too_large(server):
    """It is not counted."""
    assert speak(server, "POST", "/", None, {"Content-Length": "9" * 5_000})[0] == 413


def test_a_store_that_does_not_answer_is_told(server):
    """The question stays in the form."""

    def busy(_question):
        raise Transient(detail="records store: database is locked")

    server.answers = server.answers._replace(find=busy)
    status, _, text = speak(server, "POST", "/", *form("125/SA-VP", "2026"))

    assert (status, "hãy hỏi lại sau ít phút" in text, 'value="125/SA-VP"' in text) == (200, True, True)


def test_connections_that_say_nothing_keep_nobody_out(server):
    """A browser opens some that it may use later."""
    silent = [socket.create_connection(server.server_address) for _ in range(6)]

    assert speak(server, "POST", "/", *form("125/SA-VP", "2026"))[0] == 200
    for one in silent:
        one.close()


def test_a_client_that_drips_is_hung_up_on(server, monkeypatch):
    """Its time is that of the whole connection."""
    monkeypatch.setattr("gateway.records.lookup.server.WHOLE_S", 0.1)
    slow = socket.create_connection(server.server_address)
    slow.settimeout(10)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: ")

    assert slow.recv(1_000) == b""
    slow.close()


def test_a_crowd_is_hung_up_on(server):
    """So many at a time; when they go, the next is served."""
    waiting = [socket.create_connection(server.server_address) for _ in range(MAX_CONNECTIONS)]
    late = socket.create_connection(server.server_address)
    late.settimeout(10)

    assert late.recv(1) == b""
    for one in (*waiting, late):
        one.close()
    while not server.room.acquire(timeout=10):
        pytest.fail("no room was given back")
    server.room.release()
    assert speak(server, "GET")[0] == 200
