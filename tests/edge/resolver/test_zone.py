"""Answers of DNS from a file: what is in it, what is not, and what fails."""

from __future__ import annotations

import pytest

from gateway.edge.resolver.zone import ZoneFile
from gateway.values.faults import Misconfigured
from gateway.values.identity import Answer, Question

ZONE = """\
; lines of a zone, names absolute
so-a.example.           IN TXT "v=spf1 mx -all"
so-a.example            MX 20 hai.so-a.example.
                        MX 10 mot.so-a.example.
mot.so-a.example        A 192.0.2.1
mot.so-a.example        A 192.0.2.2
mail.example            CNAME mot.so-a.example.
ring.example            CNAME gnir.example.
gnir.example            CNAME ring.example.
*.la.so-a.example       TXT "any"
dai._domainkey.so-a.example TXT ( "v=DKIM1; "
                              "p=QUJD" )
lat.example TXT "\\195\\161"
$FAIL cham.example
$FAIL so-b.example TXT
so-b.example A 192.0.2.9
"""


@pytest.fixture
def answer(tmp_path):
    """Ask the file above."""
    file = tmp_path / "answers.txt"
    file.write_text(ZONE)
    zone = ZoneFile(file)
    return lambda name, kind: zone.answer(Question(name, kind))


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("so-a.example", "TXT", Answer("found", ("v=spf1 mx -all",))),
        ("so-a.example", "MX", Answer("found", ("mot.so-a.example", "hai.so-a.example"))),
        ("mot.so-a.example", "A", Answer("found", ("192.0.2.1", "192.0.2.2"))),
        ("mail.example", "A", Answer("found", ("192.0.2.1", "192.0.2.2"))),
        ("ring.example", "A", Answer("failed")),
        ("so-a.example", "A", Answer("no_data")),
        ("_domainkey.so-a.example", "TXT", Answer("no_data")),
        ("so-c.example", "TXT", Answer("no_domain")),
        ("bat.ky.la.so-a.example", "TXT", Answer("found", ("any",))),
        ("dai._domainkey.so-a.example", "TXT", Answer("found", ("v=DKIM1; p=QUJD",))),
        ("lat.example", "TXT", Answer("found", ("\xc3\xa1",))),
        ("cham.example", "A", Answer("failed")),
        ("so-b.example", "TXT", Answer("failed")),
        ("so-b.example", "A", Answer("found", ("192.0.2.9",))),
    ],
)
def test_answers(answer, name, kind, expected):
    """Answers."""
    assert answer(name, kind) == expected


@pytest.mark.parametrize("text", ["so-a.example TXT", "so-a.example A 1.2.3", "so-a.example NONSENSE x", 'x TXT "open'])
def test_a_file_that_is_none_is_told_with_its_name(tmp_path, text):
    """A file that is none is told with its name."""
    file = tmp_path / "answers.txt"
    file.write_text(text)

    with pytest.raises(Misconfigured, match=r"answers\.txt"):
        ZoneFile(file)
