"""The PDF files of the corpus, one a technique: `python -m tests.corpus.pdf_papers [NAME ...]` writes what is missing.

Named files, or with `--all` every file, are written anew with their goldens; read the difference before committing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.corpus import pdf_oddities, pdf_texts
from tests.corpus.pdf_tools import MAKERS, golden

FOLDER = Path(__file__).parent / "pdf"
assert pdf_oddities
assert pdf_texts


def main(arguments: list[str]) -> int:
    """Write what is missing, or everything."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        file = FOLDER / f"{name}.pdf"
        if "--all" in arguments or name in arguments or not file.exists():
            file.write_bytes(make())
            file.with_suffix(".facts.json").write_bytes(golden(file.read_bytes()))
            print("wrote", file.name)  # noqa: T201 - a script
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
