"""Labels of a corpus: every form people write them in, and what they are scored against."""

import json

import pytest

from gateway.commands.corpus.labels import Labels, Scores, read_labels, table_lines
from gateway.values.faults import Misconfigured

ROWS = [("a/b.pdf", "good"), ("c.pdf", "bad")]
FORMS = {
    "csv": "a/b.pdf,good\nc.pdf,bad\n",
    "csv with a heading": "path,label\na/b.pdf,good\nc.pdf,bad\n",
    "other columns, other order": "id;Expected;File\n1;good;a/b.pdf\n2;bad;c.pdf\n",
    "a label column nobody knows": "filename,is_signed_well\na/b.pdf,good\nc.pdf,bad\n",
    "tabs": "name\tclass\na/b.pdf\tgood\nc.pdf\tbad\n",
    "blanks": "a/b.pdf good\nc.pdf bad\n",
    "notes and empty lines": "# ours\n\na/b.pdf,good\n\nc.pdf,bad\n",
    "quoted": '"path","label"\r\n"a/b.pdf","good"\r\n"c.pdf","bad"\r\n',
    "json lines": '{"path": "a/b.pdf", "label": "good"}\n{"file": "c.pdf", "verdict": "bad"}\n',
    "json list": '[{"name": "a/b.pdf", "class": "good"}, {"name": "c.pdf", "class": "bad"}]',
    "json object": '{"a/b.pdf": "good", "c.pdf": {"expected": "bad"}}',
    "json object in an object": '{"files": {"a/b.pdf": "good", "c.pdf": "bad"}}',
    "json list in an object": '{"labels": [{"path": "a/b.pdf", "label": "good"}, {"path": "c.pdf", "label": "bad"}]}',
    "one json object": '{"path": "a/b.pdf", "label": "good"}\n{"path": "c.pdf", "label": "bad"}',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_labels(tmp_path, form, encoding):
    """What editors, spreadsheets and scripts write is read alike."""
    (tmp_path / "labels").write_text(FORMS[form], encoding)
    labels = read_labels(tmp_path / "labels")

    assert ["good", "bad", ""] == [labels.of(path) for path in ("a/b.pdf", "c.pdf", "d.pdf")]


@pytest.mark.parametrize(
    "text", ["", "{broken\n", "only-a-path\n", '{"path": "a"}\n{"path": "b"}\n', '[["a", "b"]]', '{"a": [1]}']
)
def test_what_is_no_list_of_labels_is_refused(tmp_path, text):
    """A table of guesses would be worse than none."""
    (tmp_path / "labels").write_text(text)

    with pytest.raises(Misconfigured):
        read_labels(tmp_path / "labels")


@pytest.mark.parametrize(
    "key",
    [
        "tập/văn bản.pdf", "./tập/văn bản.pdf", "văn bản.pdf", "/nơi/khác/kho/tập/văn bản.pdf", "tập\\văn bản.pdf",
        "kho/tập/văn bản.pdf", "văn bản", "tập/*.pdf", "*văn*", "AB" * 32, "va\u0306n ba\u0309n.pdf",
    ],
)  # fmt: skip
def test_a_path_is_found_however_it_is_written(key):
    """Relative, absolute, bare, without extension, as pattern, digest, or in decomposed letters."""
    assert "x" == Labels([(key, "x")]).of("tập/văn bản.pdf", "ab" * 32)


def test_the_closest_path_holds_and_then_the_first():
    """A whole path before a name, a name before a pattern; of equal ones the first."""
    labels = Labels([("*.pdf", "pattern"), ("b.pdf", "name"), ("a/b.pdf", "path"), ("b.pdf", "late"), ("box", "box")])

    assert ["path", "name", "pattern"] == [labels.of(path) for path in ("a/b.pdf", "c/b.pdf", "c.pdf")]
    assert "box" == labels.of("deep/box#12")


def scored(*rows):
    """Score records given as (label, what was answered)."""
    scores = Scores(Labels([(str(number), label) for number, (label, _) in enumerate(rows)]))
    for number, (_, answer) in enumerate(rows):
        scores.labelled({"path": str(number), "outcome": "none", **answer})
    return scores.last_line()


def test_labels_that_are_answers_are_scored():
    """Truth values and the words of outcomes mean an answer, in any case; other labels are only counted."""
    passed, failed, fault = {"outcome": "passed"}, {"outcome": "failed"}, {"fault": "deadline"}
    last = scored(
        ("TRUE", passed), ("valid", failed), ("Invalid", failed), ("0", passed), ("odd", passed), ("pass", fault)
    )

    assert {"labelled": 3, "answered": 2, "right": 1, "precision": 0.5, "recall": 0.3333} == last["scores"]["passed"]
    assert {"labelled": 2, "answered": 2, "right": 1, "precision": 0.5, "recall": 0.5} == last["scores"]["failed"]
    assert {"count": 1, "first": ["3"]} == last["wrongly_passed"]
    assert {"passed": 1} == last["confusion"]["odd"] == last["confusion"]["true"]
    assert any(line.startswith("passed: labelled 3") for line in table_lines(last))


def test_judged_mails_are_scored_by_disposition():
    """Good and bad mean relay and reject there; words of signatures still mean signatures."""
    relay, reject = {"disposition": "relay"}, {"disposition": "reject"}
    last = scored(("good", relay), ("bad", reject), ("reject", relay), ("unsigned", reject), ("Accepted", reject))

    assert (2, 1) == (last["scores"]["relay"]["labelled"], last["scores"]["relay"]["right"])
    assert (2, 1) == (last["scores"]["reject"]["labelled"], last["scores"]["reject"]["right"])
    assert (1, 1) == (last["scores"]["none"]["labelled"], last["scores"]["none"]["right"])


def test_labels_without_a_file_are_told():
    """A list that does not fit its folder shows."""
    scores = Scores(Labels([("a.pdf", "x"), ("gone.pdf", "x")]))
    scores.labelled({"path": "a.pdf", "outcome": "none"})

    assert {"count": 1, "first": ["gone.pdf"]} == scores.last_line()["labels_without_file"]
    assert "labels without file: 1 (gone.pdf)" in list(table_lines(json.loads(json.dumps(scores.last_line()))))
