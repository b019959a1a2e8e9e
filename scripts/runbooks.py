"""Where the runbook of each alert is read: written into alert rules and their tests, and linked from dashboards.

`scripts/alerts` sets the links of config/prometheus/; `scripts/dashboards` those of config/grafana/; both
take RUNBOOKS.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

DEFAULT = "https://congthu.example/docs/runbooks/{alert}.html"
"""The site that `make docs` builds, at an address nobody has."""

FOLDER = Path(__file__).parents[1] / "config" / "prometheus"
FILES = [FOLDER / name for name in ("rules.yml", "tests.yml", "tests-of-days.yml")]
_NAME = re.compile(r"^ *(?:- )?alert(?:name)?: (\w+)$")
_LINK = re.compile(r"^( *runbook_url: )\S+$")


def pattern() -> str:
    """Give RUNBOOKS, an absolute URL with `{alert}` where the name of the alert goes, or the default.

    Raises SystemExit where it is neither absolute nor names the alert.
    """
    chosen = os.environ.get("RUNBOOKS") or DEFAULT
    if not re.match(r"https?://[^/\s]+/", chosen) or "{alert}" not in chosen:
        sys.exit(f"RUNBOOKS={chosen}: write an absolute URL with {{alert}} in it, for example {DEFAULT}")
    return chosen


def linked(text: str, runbooks: str) -> str:
    """Set the link of every alert in the text of rules or of their tests; all else stays as it was."""
    alert, lines = "", []
    for line in text.splitlines(keepends=True):
        if found := _NAME.match(line.rstrip("\n")):
            alert = found[1]
        link = _LINK.match(line.rstrip("\n"))
        lines.append(f"{link[1]}{runbooks.replace('{alert}', alert)}\n" if link else line)
    return "".join(lines)


if __name__ == "__main__":
    for file in FILES:
        file.write_text(linked(file.read_text("utf-8"), pattern()), "utf-8")
        sys.stdout.write(f"{file}\n")
