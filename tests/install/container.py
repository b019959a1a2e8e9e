"""What scripts/container runs inside the image: the gateway, a next hop, mail through both; exit 0 when all were taken.

Usage: container.py FOLDER, which holds congthu.toml and load.py; runs with the image's own Python, for there is no shell.
"""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PROGRAM = [sys.executable, "/usr/lib/congthu/bin/congthu"]
PATIENCE_S = 120
LOAD_S = 5


def ready() -> bool:
    """Ask the gateway whether it is."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:9725/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def main() -> int:
    """Start, send, stop."""
    folder = Path(sys.argv[1])
    stop = Path("/tmp/stop")
    config = folder / "congthu.toml"
    subprocess.run([*PROGRAM, "check", "--offline", "--config", config], check=True, stdout=subprocess.DEVNULL)
    next_hop = [sys.executable, "-m", "aiosmtpd", "-n", "-l", "127.0.0.1:10026", "-c", "aiosmtpd.handlers.Sink"]
    sink = subprocess.Popen(next_hop)
    gateway = subprocess.Popen([*PROGRAM, "run", "--config", config], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE_S
        while not ready() and time.monotonic() < until and gateway.poll() is None:
            time.sleep(0.5)
        load = subprocess.Popen([sys.executable, folder / "load.py", "2525", stop], stdout=subprocess.PIPE, text=True)
        time.sleep(LOAD_S)
        stop.touch()
        told, _ = load.communicate(timeout=60)
    finally:
        gateway.terminate()
        sink.terminate()
    sys.stdout.write(f"{told.strip()} gateway ended with {gateway.wait(60)}\n")
    return 0 if '"answers": {"250":' in told and told.count('": ') == 4 else 1


if __name__ == "__main__":
    sys.exit(main())
