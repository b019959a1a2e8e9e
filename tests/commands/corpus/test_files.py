"""Files of a corpus: what is read, as what, in which order; nothing that cannot be read is passed over in silence."""

import os

import pytest

from gateway.commands.corpus import files as corpus_files
from gateway.commands.corpus.files import find_items

MAIL = b"From: a@so-a.example.vn\nTo: b@tinh-b.example.vn\nSubject: x\n\nKinh gui\n"
PDF = b"%PDF-1.7\n"


def found(folder, labelled=(), without=None):
    """List items as (path, kind, octets), and count what was left out."""
    listed, left_out = [], 0
    for item in find_items(folder, lambda path: path in labelled, without):
        if item is None:
            left_out += 1
        else:
            listed.append((item.path, item.fault or item.kind, _taken(item.fd)))
    return listed, left_out


def _taken(fd):
    if fd < 0:
        return b""
    with os.fdopen(fd, "rb") as held:
        held.seek(0)
        return held.read()


def write(folder, **files):
    """Write files; two underscores stand for a slash, one for a dot."""
    for name, octets in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)


def test_documents_are_found_by_content_and_by_name(tmp_path):
    """Texts and the unknown are left out unless somebody labelled them; the order is that of paths."""
    write(
        tmp_path,
        b_bin=PDF,
        a_eml=b"",
        c=MAIL,
        d_pdf=b"x",
        e_txt=b"x",
        f_py=b"x",
        g=b"\x89PNG\r\n\x1a\n",
        deep__h_rtf=b"x",
    )
    listed, left_out = found(tmp_path, labelled={"e.txt"})

    assert [
        ("a.eml", "eml"), ("b.bin", "file"), ("c", "eml"), ("d.pdf", "file"), ("e.txt", "file"), ("g", "file"),
        ("deep/h.rtf", "file"),
    ] == [one[:2] for one in listed]  # fmt: skip
    assert 1 == left_out


def test_an_mbox_is_cut_into_its_messages(tmp_path):
    """Separator lines stand behind an empty line; one in a text does not cut."""
    separator = b"From a@so-a.example.vn Fri Nov 20 08:00:00 2026\n"
    second = MAIL + b"From the middle of a text\n"
    (tmp_path / "inbox").write_bytes(separator + MAIL + b"\n" + separator + second)

    assert [("inbox#1", "eml", MAIL + b"\n"), ("inbox#2", "eml", second)] == found(tmp_path)[0]


def test_a_maildir_is_a_folder_of_mails(tmp_path):
    """File names of a Maildir have no extension."""
    write(tmp_path, cur__1234_M5P6_host=MAIL, new__1235_M5P6_host=MAIL)
    (tmp_path / "cur" / "1236.M5.host:2,S").write_bytes(MAIL)

    assert ["eml"] * 3 == [kind for _, kind, _ in found(tmp_path)[0]]


def test_what_cannot_be_read_has_a_line(tmp_path, monkeypatch):
    """Dangling links and files too large are faults; folders and pipes named like documents are none of ours."""
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.pdf").mkdir()
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "piped.pdf").symlink_to(tmp_path / "pipe.pdf")
    write(tmp_path, large_pdf=b"%PDF-1.7 much")
    monkeypatch.setattr(corpus_files, "MAX_FILE_OCTETS", 10)

    assert [
        ("gone.pdf", "not_read: No such file or directory", b""),
        ("large.pdf", "too_large", b""),
    ] == found(tmp_path)[0]


def test_a_message_of_an_mbox_may_be_too_large(tmp_path, monkeypatch):
    """The others of the same mbox are read."""
    separator = b"From a@so-a.example.vn Fri Nov 20 08:00:00 2026\n"
    (tmp_path / "box").write_bytes(separator + MAIL + b"x" * 500 + b"\n\n" + separator + MAIL)
    monkeypatch.setattr(corpus_files, "MAX_FILE_OCTETS", 100)

    assert ["too_large", "eml"] == [kind for _, kind, _ in found(tmp_path)[0]]


def test_a_folder_in_itself_is_read_once(tmp_path):
    """Links to folders are followed, but not in circles."""
    write(tmp_path, a__b_pdf=PDF)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "other").symlink_to(tmp_path / "a")

    assert ["a/b.pdf"] == [path for path, _, _ in found(tmp_path)[0]]


def test_paths_that_are_no_text_are_escaped(tmp_path):
    """A line of JSON holds any path."""
    (tmp_path / os.fsdecode(b"\xff.pdf")).write_bytes(PDF)

    assert ["\\xff.pdf"] == [path for path, _, _ in found(tmp_path)[0]]


@pytest.mark.parametrize("name", ["a.pdf.p7s", "a.pdf.sig"])
def test_a_signature_comes_with_the_file_it_stands_beside(tmp_path, name):
    """The signature first, then what it signs; its length parts them."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / name).write_bytes(b"\x30\x03\x02\x01\x01")
    items = [item for item in find_items(tmp_path, lambda path: path == name) if item is not None]

    assert [("a.pdf", 0, PDF), (name, 5, b"\x30\x03\x02\x01\x01" + PDF)] == [
        (item.path, item.beside_octets, _taken(item.fd)) for item in items
    ]


def test_the_list_of_labels_is_no_part_of_the_corpus(tmp_path):
    """It may lie in the folder, and be labelled by its own pattern."""
    write(tmp_path, a_pdf=PDF, labels_csv=b"x")

    assert ["a.pdf"] == [path for path, _, _ in found(tmp_path, {"labels.csv"}, tmp_path / "labels.csv")[0]]
