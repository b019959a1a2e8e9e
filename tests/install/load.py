"""Load while a package is upgraded: sends mail after mail until told to stop, and counts what clients met.

Usage: load.py PORT STOP_FILE, or load.py PORT FOLDER [WORD]: every mail below the folder that holds the word (without one:
that has a PDF) once, and none may be put off. Prints one JSON object. Needs Python's own library alone, for it runs in bare roots.
"""

import json
import smtplib
import sys
import threading
import time
from collections import Counter
from pathlib import Path

CLIENTS = 4
PATIENCE_S = 300
"""RFC 5321 section 4.5.3.2: a client waits five minutes for a greeting."""
MAIL = b"From: van-thu@ngoai.example\r\nTo: vanthu@so-a.example\r\nSubject: hoi tham\r\n\r\nKinh gui, chao anh chi.\r\n"


def send(port: int, mail: bytes = MAIL) -> str:
    """Send one mail in a session of its own; answer the last reply's code, or what went wrong in one word."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S, local_hostname="ngoai.example") as session:
            code, _ = session.ehlo()
            if code == 250:
                code, _ = session.mail("van-thu@ngoai.example")
            if code == 250:
                code, _ = session.rcpt("vanthu@so-a.example")
            if code == 250:
                code, _ = session.data(mail)
            return str(code)
    except ConnectionRefusedError:
        return "refused"
    except smtplib.SMTPResponseException as error:
        return str(error.smtp_code)
    except (smtplib.SMTPServerDisconnected, ConnectionError):
        return "cut"
    except TimeoutError:
        return "timeout"


def client(port: int, stop: Path, seen: Counter, waits: list) -> None:
    """Be one client until the file is there."""
    while not stop.exists():
        began = time.monotonic()
        seen[send(port)] += 1
        waits.append(time.monotonic() - began)


def main() -> None:
    """Run all clients, or send what lies in a folder."""
    port, stop = int(sys.argv[1]), Path(sys.argv[2])
    if stop.is_dir():
        word = sys.argv[3].encode() if len(sys.argv) > 3 else b"application/pdf"
        mails = [octets for file in sorted(stop.rglob("*.eml")) if word in (octets := file.read_bytes())]
        answers = Counter(send(port, octets) for octets in mails)
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.exit(0 if answers and set(answers) <= {"250", "550", "554"} else 1)
    seen, waits = Counter(), []
    threads = [threading.Thread(target=client, args=(port, stop, seen, waits)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {"mails": sum(seen.values()), "answers": seen, "longest_s": round(max(waits), 1)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
