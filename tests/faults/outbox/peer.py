"""msmtp (Debian's) at the same cuts: its exit code is all that a queue in front of it goes by."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

from tests.faults.outbox.world import ALICE, World
from tests.support.submission_servers import USERS

LETTER = (
    f"From: {ALICE}\r\nTo: paul@ac-exemple.test\r\nSubject: Conseil\r\n"
    "Message-ID: <{number}@peer>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0000\r\n\r\nBonjour\r\n"
)


def run(world: World, step: int) -> str:
    """One line for the table; "" where msmtp is not installed."""
    program = shutil.which("msmtp")
    if program is None:
        return "msmtp: not installed"
    config = _config(world)
    line, ends = world.scripted_line, Counter[str]()
    injected = number = 0
    for direction in ("up", "down"):
        line.set()
        _send(program, config, "measure")
        line.settle()
        total = line.up if direction == "up" else line.down
        for limit in range(0, total + 2, step):
            number += 1
            line.set(**{direction: limit})
            said = _send(program, config, f"{number}") == 0
            line.settle()
            taken = sum(f"<{number}@peer>".encode() in one.data for one in world.scripted.taken)
            world.scripted.taken.clear()
            injected += 1
            ends["wrongly called sent"] += said and not taken
            ends["taken, called not sent: a retry doubles it"] += bool(taken and not said)
    told = ", ".join(f"{count} {name}" for name, count in ends.items())
    return f"msmtp: {injected} injections: {told}"


def _config(world: World) -> Path:
    config = world.folder / "msmtprc"
    config.touch(mode=0o600)
    config.write_text(
        f"defaults\ntls on\ntls_starttls off\ntls_trust_file {world.certificates.ca}\n"
        f"account a\nhost 127.0.0.1\nport {world.scripted_line.port}\nauth plain\n"
        f'user {ALICE}\npassword "{USERS[ALICE]}"\nfrom {ALICE}\ntimeout 5\n'
        "domain localhost\naccount default : a\n"
    )
    return config


def _send(program: str, config: Path, number: str) -> int:
    done = subprocess.run(
        [program, "-C", str(config), "paul@ac-exemple.test"],
        input=LETTER.format(number=number).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode
