"""Write everything under config/grafana/ from code."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts import runbooks
from scripts.grafana import files

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "config/grafana")
    for name, text in files.written(runbooks.pattern()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        sys.stdout.write(f"{path}\n")
