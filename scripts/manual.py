#!/usr/bin/env python3
"""Write what is read at a terminal: congthu(8), congthu.toml(5), congthu-policy(7), bash and zsh completion.

Usage: scripts/manual.py DIR. All of it comes from what the program runs: commands and options as it parses them, keys
as it reads them, the handbook of policy as it stands in docs/policy.md (by lowdown). tests/house/test_manual.py
compares.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gateway
from gateway.commands.cli import cli
from gateway.daemon.config.text import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "/etc/congthu/congthu.toml": "Configuration: congthu.toml(5).",
    "/etc/congthu/registry, trust, policies": "Agencies, certificates and packs of your own, where the configuration "
    "names them.",
    "/var/cache/congthu": "Fetched revocation lists. No message content, ever.",
    "/usr/share/doc/congthu": "Handbook: deployment, operations, and every setting, metric and log event.",
}
STATUS = {
    "0": "Well; of explain: relay.",
    "10, 20, 30": "Of explain: tag, reject, defer.",
    "2": "Wrong usage.",
    "65, 66, 73": "Input that cannot be read, no input, a file that is there already.",
    "69, 71": "Something does not answer; the system refused.",
    "78": "The configuration is wrong, or with check --strict one that is warned of. systemd does not start it again.",
}
SIGNALS = {"SIGHUP": "Reload everything; what is wrong changes nothing.", "SIGTERM": "End transactions, then stop."}


def plain(text: str) -> str:
    """Make text safe for roff: no escape, no request at the start of a line, hyphens as typed."""
    lines = (line.replace("\\", "\\e").replace("-", "\\-") for line in text.splitlines())
    return "\n".join(f"\\&{line}" if line[:1] in {".", "'"} else line for line in lines)


def prose(text: str) -> str:
    """Write paragraphs of a docstring; those behind click's mark keep their lines."""
    found = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        kept = block.startswith("\b\n")
        body = block.removeprefix("\b\n")
        found.append(f".nf\n{plain(body)}\n.fi" if kept else plain(re.sub(r"\s*\n\s*", " ", body)))
    return "\n.PP\n".join(found)


def marked(text: str) -> str:
    """Write text with `code` in bold."""
    return re.sub(r"`([^`]+)`", lambda found: f"\\fB{found[1]}\\fR", plain(text))


def terms(rows: dict[str, str]) -> str:
    """Write a list of terms and what they mean."""
    return "\n".join(f".TP\n\\fB{plain(term)}\\fR\n{marked(text)}" for term, text in rows.items())


def head(title: str, section: int, purpose: str) -> str:
    """Write head and NAME."""
    name = title.lower()
    return f'.TH {title} {section} "" "Congthu {gateway.__version__}" "Congthu"\n.SH NAME\n{plain(name)} \\- {purpose}'


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Give every command that does something, with the words that name it."""
    for name, command in sorted(group.commands.items()):
        words = f"{path} {name}"
        if isinstance(command, click.Group):
            yield from commands(command, words)
        elif not command.hidden:
            yield words, command


def command_text(words: str, command: click.Command) -> str:
    """Write one command: usage, help, options."""
    context = click.Context(command, info_name=words)
    usage = " ".join(command.collect_usage_pieces(context))
    records = (one.get_help_record(context) for one in command.params if isinstance(one, click.Option))
    options = dict(record for record in records if record)
    body = [f".SS \\fB{plain(words)}\\fR {plain(usage)}", prose(command.help or ""), terms(options)]
    return "\n".join(part for part in body if part)


def program_page() -> str:
    """Write congthu(8)."""
    parts = [
        head("CONGTHU", 8, "SMTP relay that judges official mail before it answers"),
        ".SH SYNOPSIS\n.B congthu\n.I COMMAND\n[\\fIOPTION\\fR]...",
        ".SH DESCRIPTION\n" + plain(
            "Congthu stands between sending mail servers and the mail server of an official domain. It inspects every "
            "message against packs of rules and answers the final dot only when it knows the end of the story. It has "
            "no queue: what it has not handed over, it does not have."
        ),
        ".SH COMMANDS", *(command_text(words, command) for words, command in commands(cli, "congthu")),
        ".SH EXIT STATUS\n" + terms(STATUS), ".SH SIGNALS\n" + terms(SIGNALS), ".SH FILES\n" + terms(FILES),
        ".SH SEE ALSO\n.BR congthu.toml (5),\n.BR congthu\\-policy (7),\n.BR systemctl (1),\n.BR journalctl (1)",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def settings_page() -> str:
    """Write congthu.toml(5)."""
    parts = [
        head("CONGTHU.TOML", 5, "configuration of congthu"),
        ".SH DESCRIPTION\n" + marked(
            "A TOML file, `/etc/congthu/congthu.toml` unless `--config` names another. A key left out keeps its "
            "default, an unknown key is an error. Units stand in the names: `_s` seconds, `_octets` octets. Relative "
            "paths start from the folder of the file. `congthu check` names every problem with its line; "
            "`congthu show-config --effective` tells what is in force."
        ),
    ]  # fmt: skip
    for table in tables():
        parts.append(f".SH [{'[' * table.is_array}{plain(table.name)}]{']' * table.is_array}\n{marked(table.meaning)}")
        for key in table.keys:
            shown = f"Default: \\fB{plain(key.default)}\\fR." if key.default else "Required." if key.is_required else ""
            parts.append(f".TP\n\\fB{plain(key.name)}\\fR\n{marked(key.meaning)} {shown}".rstrip())
    parts.append(".SH SEE ALSO\n.BR congthu (8),\n.BR congthu\\-policy (7)")
    return "\n".join(parts) + "\n"


def policy_page() -> str:
    """Write congthu-policy(7) from the handbook page, without links, which lead nowhere at a terminal."""
    text = (ROOT / "docs" / "policy.md").read_text("utf-8").partition("\n")[2]
    text = re.sub(r"<!--.*?-->\n", "", re.sub(r"\[([^]\n]+)\]\([^)\s]+\)", r"\1", text), flags=re.DOTALL)
    body = subprocess.check_output(["lowdown", "-Tman", "--parse-no-intraemph"], input=text, text=True)
    body = re.sub(r"\\f(?:C|\(C[RBI])", r"\\fB", body)
    return f"'\\\" t\n{head('CONGTHU-POLICY', 7, 'writing packs of rules for congthu')}\n{body}"


def completion(shell: str) -> str:
    """Write what a shell loads to complete commands and options."""
    kind = get_completion_class(shell)
    assert kind is not None
    return kind(cli, {}, "congthu", "_CONGTHU_COMPLETE").source()


def main() -> None:
    """Write all files."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "congthu.8": program_page(), "congthu.toml.5": settings_page(), "congthu-policy.7": policy_page(),
        "congthu.bash": completion("bash"), "congthu.zsh": completion("zsh"),
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
