"""Facts about `gateway.edge.readers.tesseract`: present, it reads inside the sandbox; absent, it is just not there."""

from __future__ import annotations

import ctypes
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.demo.documents import FONT
from gateway.edge.readers.tesseract import FOLDERS, LANGUAGE, load_recogniser, with_columns


def has_library() -> bool:
    """Tell whether the loader finds libtesseract."""
    try:
        ctypes.CDLL("libtesseract.so.5")
    except OSError:
        return False
    return True


IS_PRESENT = has_library() and any((Path(folder) / f"{LANGUAGE}.traineddata").is_file() for folder in FOLDERS)
"""Library and language are installed here: what is held below differs, nothing is skipped."""

_IN_SANDBOX = """
import json, msgspec
from PIL import Image, ImageDraw, ImageFont
from gateway.demo.documents import FONT
from gateway.edge.readers import sandbox
from gateway.edge.readers.tesseract import load_recogniser

recogniser = load_recogniser()
picture = Image.new("L", (420, 120), 255)
ImageDraw.Draw(picture).text((210, 60), "TỐI MẬT", font=ImageFont.truetype(str(FONT), 60), fill=0, anchor="mm")
report = sandbox.enter(sandbox.Limits())
said = []
if recogniser:
    assert recogniser.recognise(picture.tobytes(), *picture.size, dpi=300, is_line=True, milliseconds=2000) is None
    recogniser.grant(60_000)
for _ in range(2):
    for grey, size, limit in ((picture.tobytes(), picture.size, 2000), (bytes(100), (10, 10), 2000), (b"", (50, 50), 1)):
        reading = recogniser and recogniser.recognise(grey, *size, dpi=300, is_line=True, milliseconds=limit)
        said.append(reading and reading.text.strip())
print(json.dumps([report.seccomp, said]))
"""


def test_reads_inside_the_sandbox_when_installed():
    """No file, program or network is needed after loading; too small and broken pictures give no text."""
    done = subprocess.run([sys.executable, "-c", _IN_SANDBOX], capture_output=True, check=True, timeout=60)
    is_confined, said = json.loads(done.stdout)

    assert is_confined
    assert (["TỐI MẬT", "", ""] * 2 if IS_PRESENT else [None] * 6) == said


_COMPLAINT = """
from gateway.edge.readers import sandbox
from gateway.edge.readers.tesseract import load_recogniser

recogniser = load_recogniser()
sandbox.enter(sandbox.Limits())
if recogniser:
    recogniser.recognise(bytes(4096), 64, 64, dpi=1, is_line=False, milliseconds=500)
"""


def test_a_complaint_inside_the_sandbox_kills_no_worker():
    """The library says something of the picture: there must be somewhere to say it."""
    assert (
        0 == subprocess.run([sys.executable, "-c", _COMPLAINT], capture_output=True, check=False, timeout=60).returncode
    )


def test_absent_language_is_no_recogniser(tmp_path):
    """No folder with the language: none, without an error."""
    assert load_recogniser([str(tmp_path)]) is None


def test_broken_language_is_no_recogniser(tmp_path):
    """A language file that is none: none, whether or not the library is there."""
    (tmp_path / f"{LANGUAGE}.traineddata").write_bytes(b"not a model")

    assert load_recogniser([str(tmp_path)]) is None


def test_loads_when_library_and_language_are_there():
    """What this machine has decides, and both ways are held."""
    assert IS_PRESENT == (load_recogniser() is not None)


def test_columns_are_parted_by_tabs():
    """Words that stand side by side far apart, whatever the blanks between the others are."""
    row = "5\t1\t1\t1\t{line}\t1\t{left}\t10\t{width}\t20\t90\t{text}"
    words = [(1, 0, 40, "UBND"), (1, 48, 40, "TỈNH"), (1, 200, 60, "CỘNG"), (1, 270, 40, "HÒA"), (2, 0, 40, "MẬT")]
    table = "\n".join(row.format(line=line, left=left, width=wide, text=text) for line, left, wide, text in words)

    assert with_columns("UBND TỈNH CỘNG HÒA\nMẬT\n\n", table) == "UBND TỈNH\tCỘNG HÒA\nMẬT\n\n"


@pytest.mark.parametrize("table", ["", "5\t1\n", "\n\t\t", "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t"])
def test_text_stays_as_it_was_read_without_words(table):
    """A table of another shape tells no columns."""
    assert with_columns("MẬT\n", table) == "MẬT\n"


@pytest.mark.skipif(not IS_PRESENT, reason="Tesseract is not installed")
def test_no_more_is_spent_than_a_slow_host_may_spend():
    """However much is granted: the third page of noise is not begun."""
    recogniser, page = load_recogniser(), random.Random(7).randbytes(1000 * 1000)
    recogniser.grant(60_000, 600)
    said = [recogniser.recognise(page, 1000, 1000, dpi=150, is_line=False, milliseconds=300) for _ in range(3)]

    assert ([None] * 3, True) == (said, recogniser._left_s <= 0)


@pytest.mark.skipif(not IS_PRESENT, reason="Tesseract is not installed")
def test_reads_on_after_it_was_cut_off():
    """What one picture used up is not held against the next, nor does what was read of it show there."""
    recogniser = load_recogniser()
    picture = Image.new("L", (420, 120), 255)
    font = ImageFont.truetype(str(FONT), 60)
    ImageDraw.Draw(picture).text((210, 60), "TỐI MẬT", font=font, fill=0, anchor="mm")
    noise = random.Random(7).randbytes(1000 * 1000)
    recogniser.grant(60_000)
    cut = recogniser.recognise(noise, 1000, 1000, dpi=150, is_line=False, milliseconds=20)
    read = recogniser.recognise(picture.tobytes(), *picture.size, dpi=300, is_line=True, milliseconds=2000)

    assert (None, "TỐI MẬT") == (cut, read.text.strip())
    assert 1 <= recogniser.slowness <= 2
