"""Queue ids: under which name the next hop keeps a message it took, as its reply to the final dot tells.

SMTP has no field for it, so each mail server words it in its own way; the ways known are one table. A reply in another
way has no id here, and stays in the log as it was.
"""

from __future__ import annotations

import re
from typing import Final

WORDINGS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # Postfix smtpd.c: `250 2.0.0 Ok: queued as 4bXk2TzQ`; amavisd and Zimbra pass it on inside their own reply.
    ("Postfix", re.compile(r"\bqueued as ([0-9A-Za-z]{6,32})\b")),
    # Exim receive.c: `250 OK id=1wLWNN-00000002g1x-0ye6`; ids had 16 characters before 4.97 and have 23 since.
    ("Exim", re.compile(r"\bOK id=([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})\b")),
    # Exchange: `250 2.6.0 <Message-ID> [InternalId=105849469029151, Hostname=mail] ... Queued mail for delivery`.
    ("Exchange", re.compile(r"\[InternalId=([0-9]{1,20})\b")),
    # Sendmail srvrsmtp.c, OpenSMTPD smtp_session.c: `250 2.0.0 6AQ8eT1c012345 Message accepted for delivery`.
    ("Sendmail, OpenSMTPD", re.compile(r"\b([0-9A-Za-z]{8,32}) Message accepted for delivery")),
    # qmail-smtpd.c, function acceptmessage: `250 ok 1715608800 qp 12345`; the number is the process that queued it.
    ("qmail", re.compile(r"\b(?:ok [0-9]{1,20} )qp ([0-9]{1,10})\b")),
)
"""Mail server and how it tells the id, read in its source or seen in its logs; tried in this order."""


def find_queue_id(reply: str) -> str:
    """Give the id by which the next hop knows the message; empty when the reply tells none in a way that is known."""
    for _server, wording in WORDINGS:
        if found := wording.search(reply):
            return found[1]
    return ""
