"""Lines of the doctor, as people read them."""

from __future__ import annotations

from gateway.commands.doctor.line import ok, text_of, warn


def test_what_dns_or_a_port_says_commands_no_terminal() -> None:
    """A record of SPF, a greeting, a page may hold any octets; the line stays one line."""
    assert text_of(ok("spf", "so-a.example: v=spf1 \x1b[2J\x9b31m\r\nfail")) == (
        r"ok    spf: so-a.example: v=spf1 \u001b[2J\u009b31m\u000d\u000afail"
    )


def test_what_to_do_stands_below() -> None:
    """Unbroken, to be copied."""
    assert text_of(warn("mx", "not here", "name it")) == "warn  mx: not here\n      -> name it"
