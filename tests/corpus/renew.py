"""Renew goldens deliberately: `python -m tests.corpus.renew [CASE ...]`, then read the difference before committing.

Without arguments only missing goldens are written; `--all` renews every one.
"""

from __future__ import annotations

import sys

from tests.corpus.golden import FOLDERS, cases, golden_path, structure


def main(arguments: list[str]) -> int:
    """Write the goldens asked for and name them; 1 when a named case does not exist."""
    messages = [message for folder in FOLDERS for message in cases(folder)]
    unknown = set(arguments) - {message.stem for message in messages} - {"--all"}
    for message in messages:
        golden = golden_path(message)
        if "--all" in arguments or message.stem in arguments or not golden.exists():
            facts = structure(message.read_bytes())
            if not golden.exists() or golden.read_bytes() != facts:
                golden.write_bytes(facts)
                print("renewed", golden.relative_to(golden.parents[1]))  # noqa: T201 - a script
    for name in sorted(unknown):
        print("no such case:", name)  # noqa: T201 - a script
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
