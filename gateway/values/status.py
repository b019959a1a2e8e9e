"""Reply, enhanced status and THE table: situation to (code, status, text).

Every reply the gateway itself speaks outside a verdict comes from `TABLE`, so a code is chosen in one
place only. Class (4 or 5) and detail agree by construction, as RFC 3463 asks.
"""

from __future__ import annotations

import msgspec

MAX_LINE_OCTETS = 512
"""RFC 5321 section 4.5.3.1.5: a reply line, code and CRLF included."""

_PRINTABLE = {codepoint: chr(codepoint) for codepoint in range(0x20, 0x7F)}


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One SMTP reply (RFC 5321 section 4.2), possibly of several lines."""

    code: int
    status: str
    """Enhanced status such as `5.7.1` (RFC 3463), put before every line; empty for 220, 221, 354, EHLO."""
    lines: tuple[str, ...]
    """At least one; any text: `octets` makes it printable ASCII and cuts it to length."""
    closes: bool = False
    """The connection is closed after this reply (421, smuggling, cross-protocol)."""
    situation: str = ""
    """Row of the table it was made from, for the log; empty for a verdict and for the next hop's words."""

    @property
    def octets(self) -> bytes:
        """Wire form: every line carries code and status, ends in CRLF, is printable ASCII, <= 512 octets."""
        rendered = []
        last = len(self.lines) - 1
        for index, line in enumerate(self.lines):
            separator = " " if index == last else "-"
            prefix = f"{self.code}{separator}{self.status} " if self.status else f"{self.code}{separator}"
            text = line
            if not (line.isascii() and line.isprintable()):
                text = "".join(_PRINTABLE.get(ord(character), "?") for character in line)
            rendered.append((prefix + text)[: MAX_LINE_OCTETS - 2].rstrip() + "\r\n")
        return "".join(rendered).encode("ascii")

    @property
    def is_positive(self) -> bool:
        """True for 2yz and 3yz."""
        return 200 <= self.code < 400

    @property
    def is_transient(self) -> bool:
        """True for 4yz."""
        return 400 <= self.code < 500

    @property
    def is_permanent(self) -> bool:
        """True for 5yz."""
        return 500 <= self.code < 600


class Row(msgspec.Struct, frozen=True):
    """One row of the table."""

    code: int
    status: str
    text: str
    closes: bool = False


TABLE: dict[str, Row] = {
    # situation: code, enhanced status, text. Sources: RFC 5321 section 4.2, RFC 3463.
    "greeting": Row(220, "", "{host} ESMTP Congthu"),
    "hello": Row(250, "", "{host}"),
    "closing": Row(221, "2.0.0", "{host} closing connection"),
    "ok": Row(250, "2.0.0", "OK"),
    "sender_ok": Row(250, "2.1.0", "Sender OK"),
    "recipient_ok": Row(250, "2.1.5", "Recipient OK"),
    "start_data": Row(354, "", "End data with <CR><LF>.<CR><LF>"),
    "start_tls": Row(220, "2.0.0", "Ready to start TLS"),
    "internal": Row(451, "4.3.0", "Temporary failure in the gateway, try again later"),
    "deadline": Row(451, "4.3.0", "Inspection did not finish in time, try again later"),
    "worker_lost": Row(451, "4.3.0", "Inspection was interrupted, try again later"),
    "not_ready": Row(421, "4.3.2", "{host} is not ready, try again later", closes=True),
    "shutting_down": Row(421, "4.3.2", "{host} is shutting down, try again later", closes=True),
    "too_many_sessions": Row(421, "4.3.2", "Too many sessions, try again later", closes=True),
    "rights_given_up": Row(421, "4.7.0", "Session was handed to a client of no rights, open another", closes=True),
    "idle_timeout": Row(421, "4.4.2", "Timeout, closing connection", closes=True),
    "idle_when_crowded": Row(421, "4.3.2", "Too many sessions, idle ones are closed, try again later", closes=True),
    "too_slow": Row(421, "4.4.2", "Data arrives too slowly, closing connection", closes=True),
    "memory_short": Row(452, "4.3.1", "Not enough room for the message now, try again later"),
    "too_many_recipients": Row(452, "4.5.3", "Too many recipients in this transaction, send the rest separately"),
    "other_route": Row(452, "4.5.3", "Send this recipient in a separate transaction"),
    "trust_unknown": Row(451, "4.7.5", "Signature cannot be judged now, try again later"),
    "next_hop_no_answer": Row(451, "4.4.1", "Next hop does not answer, try again later"),
    "next_hop_lost": Row(451, "4.4.2", "Connection to the next hop was lost, try again later"),
    "next_hop_timeout": Row(451, "4.4.2", "Next hop answers too slowly, try again later"),
    "next_hop_unroutable": Row(451, "4.4.4", "No route to the next hop now, try again later"),
    "next_hop_tls": Row(451, "4.7.5", "Next hop offers no acceptable TLS now, try again later"),
    "next_hop_nonsense": Row(451, "4.5.0", "Next hop answered out of protocol, try again later"),
    "next_hop_unavailable": Row(451, "4.3.2", "Next hop takes no mail now, try again later"),
    "next_hop_refuses_us": Row(451, "4.3.5", "Next hop does not accept this gateway now, try again later"),
    "next_hop_lost_smtputf8": Row(451, "4.6.7", "Next hop no longer takes SMTPUTF8, send it again without"),
    "next_hop_no_smtputf8": Row(553, "5.6.7", "Next hop does not support SMTPUTF8"),
    "next_hop_no_8bitmime": Row(451, "4.6.3", "Next hop no longer takes 8BITMIME, send it again without"),
    "too_big": Row(552, "5.3.4", "Message exceeds the size limit of {limit} octets"),
    "too_many_hops": Row(554, "5.4.6", "Too many hops, mail loop"),
    "stray_octets": Row(550, "5.5.2", "Bare CR, bare LF or NUL in message data", closes=True),
    "stray_octets_command": Row(500, "5.5.2", "Bare CR, bare LF or NUL in command", closes=True),
    "line_too_long": Row(500, "5.5.2", "Command line too long"),
    "unknown_command": Row(500, "5.5.1", "Command not recognised"),
    "not_implemented": Row(502, "5.5.1", "Command not implemented"),
    "too_many_errors": Row(421, "4.7.0", "Too many errors, closing connection", closes=True),
    "too_many_commands": Row(421, "4.7.0", "Too many commands, closing connection", closes=True),
    "cross_protocol": Row(421, "4.7.0", "This is an SMTP server", closes=True),
    "protocol": Row(503, "5.5.1", "Bad sequence of commands"),
    "need_hello": Row(503, "5.5.1", "Send EHLO first"),
    "need_mail": Row(503, "5.5.1", "Send MAIL first"),
    "need_rcpt": Row(503, "5.5.1", "Send RCPT first"),
    "nested_mail": Row(503, "5.5.1", "Sender already given"),
    "no_valid_recipients": Row(554, "5.5.1", "No valid recipients"),
    "syntax": Row(501, "5.5.4", "Syntax error in parameters"),
    "bad_hello": Row(501, "5.5.2", "Syntax: EHLO hostname"),
    "bad_parameter": Row(555, "5.5.4", "MAIL or RCPT parameter not recognised"),
    "bad_reverse_path": Row(553, "5.1.7", "Sender address is not acceptable"),
    "bad_forward_path": Row(553, "5.1.3", "Recipient address is not acceptable"),
    "relay_denied": Row(550, "5.7.1", "Relaying denied"),
    "tls_required": Row(530, "5.7.0", "Issue STARTTLS first"),
    "tls_active": Row(503, "5.5.1", "TLS already active"),
    "tls_unavailable": Row(454, "4.7.0", "TLS not available now"),
    "tls_injection": Row(554, "5.5.0", "Data after STARTTLS before TLS", closes=True),
    "need_smtputf8": Row(553, "5.6.7", "Address needs SMTPUTF8"),
    "help": Row(214, "2.0.0", "{host} takes mail by SMTP (RFC 5321)"),
    "clients_only": Row(554, "5.7.1", "{host} takes mail of its own servers alone here", closes=True),
    "vrfy": Row(252, "2.5.2", "Cannot verify, send some mail"),
    # The check address (gateway.daemon.checked): people read these in a notification of their own server.
    "check_answered": Row(250, "2.0.0", "Checked, the answer is on its way"),
    "check_alone": Row(452, "4.5.3", "Send to the check address in a transaction of its own"),
    "check_limit": Row(450, "4.7.0", "Kiem tra qua nhieu lan, hay doi it lau / Too many checks, try again later"),
    "check_nobody": Row(550, "5.7.1", "The check address answers people, not programs, lists or notifications"),
    "check_outsider": Row(
        550, "5.7.1", "Dia chi kiem tra chi tra loi nguoi trong he thong / Senders of this house only"
    ),
    "check_unverified": Row(550, "5.7.1", "Nguoi gui chua duoc xac thuc / The check address answers verified senders"),
    "check_unknown": Row(451, "4.7.0", "Sender cannot be verified now, try again later"),
    "check_secret": Row(
        554, "5.7.1", "Thu bi tu choi theo quy dinh ve bao ve bi mat nha nuoc / Refused, nothing was kept"
    ),
    # Verdicts (gateway.mark.replies puts rule, file and remedy around these texts).
    "delivered": Row(250, "2.0.0", "OK"),
    "policy": Row(554, "5.7.1", "Refused by policy"),
    "policy_at_rcpt": Row(550, "5.7.1", "Recipient refused by policy"),
    "signature_failed": Row(554, "5.7.5", "Digital signature cannot be accepted"),
    "digest_mismatch": Row(554, "5.7.7", "Document was changed after it was signed"),
    "structure": Row(554, "5.6.0", "Message structure cannot be inspected"),
}


def reply_to(situation: str, **values: object) -> Reply:
    """Make the reply of one row; `values` fill `{host}` or `{limit}`.

    Raises:
        KeyError: unknown situation or missing value: a bug.
    """
    row = TABLE[situation]
    return Reply(row.code, row.status, (row.text.format(**values),), row.closes, situation)


def hello_reply(host: str, keywords: tuple[str, ...]) -> Reply:
    """Make the reply to EHLO: our name, then one line a keyword; RFC 2034 exempts it from enhanced status."""
    row = TABLE["hello"]
    return Reply(row.code, row.status, (row.text.format(host=host), *keywords))
