"""An import in a process of its own: killed and begun again without doubles, in flat memory.

MEL_LONG=1: 10,000 messages and one of 100 MB.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from mel_desktop.app import wiring
from mel_desktop.formats.mbox import from_line
from mel_desktop.model.accounts import Endpoint, NewAccount, Secret, Security
from tests.journey.program import ROOT
from tests.support.transfer_world import as_mbox, letter

PASSPHRASE = "une phrase de passe assez longue"
LONG = bool(os.environ.get("MEL_LONG"))
CHILD = """
import sys
from pathlib import Path
from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from tests.support.quick import unlock_quickly
unlock_quickly()
facade = wiring.open_profile(Path(sys.argv[1]), passphrase=Secret(sys.argv[2]), use_keyring=False,
                             offline=True)
def told(now):
    sys.stdout.write(".")
    sys.stdout.flush()
done = facade.transfer.import_mail(Path(sys.argv[3]), facade.accounts()[0].id, progress=told)
print(done.imported, done.duplicates, done.resumed)
facade.close()
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret(PASSPHRASE), use_keyring=False, offline=True
    )
    tls = Security.TLS
    new = NewAccount("c@x.invalid", "c", Endpoint("h", 993, tls), Endpoint("h", 465, tls))
    facade.add_account(new, None)
    facade.close()
    return tmp_path / "profile"


def start(profile: Path, source: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", CHILD, str(profile), PASSPHRASE, str(source)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)


def test_killed_in_the_middle_an_import_goes_on_without_doubles(
    profile: Path, tmp_path: Path
) -> None:
    source = tmp_path / "Archives.mbox"
    letters = [letter(n) for n in range(2000)]
    source.write_bytes(as_mbox(letters))
    for dots in (3, 2):
        child = start(profile, source)
        assert child.stdout is not None
        assert child.stdout.read(dots) == b"." * dots
        child.send_signal(signal.SIGKILL)
        child.communicate()
    out, _ = start(profile, source).communicate()
    assert out.strip(b".\n") == b"2000 0 True"
    facade = wiring.open_profile(
        profile, passphrase=Secret(PASSPHRASE), use_keyring=False, offline=True
    )
    (folder,) = [one for one in facade.folders() if one.total]
    ids = facade.message_ids(folder.id)[::-1]
    assert [facade.raw(one) for one in ids] == letters
    assert facade.soundness.check().sound
    facade.close()


def test_many_messages_and_a_great_one_in_flat_memory(profile: Path, tmp_path: Path) -> None:
    small, large = tmp_path / "small.mbox", tmp_path / "large.mbox"
    number, mega = (10_000, 100) if LONG else (1500, 40)
    small.write_bytes(as_mbox([letter(n) for n in range(100)]))
    text = "Bonjour, voici un texte. " * 8 + "\r\n"
    with large.open("wb") as file:
        for begin in range(100, 100 + number, 500):
            file.write(as_mbox([letter(n, text=text * 4) for n in range(begin, begin + 500)]))
        file.write(from_line("a@b.fr", datetime(2026, 1, 1, tzinfo=UTC)))
        file.write(b"Subject: gros\nMIME-Version: 1.0\n")
        file.write(b"Content-Type: multipart/mixed; boundary=zz\n\n--zz\n")
        file.write(b"Content-Type: application/zip; name=a.zip\n")
        file.write(b"Content-Transfer-Encoding: base64\n\n")
        line = os.urandom(38).hex().encode() + b"\n"
        for _ in range(mega):
            file.write(line * (1024 * 1024 // len(line)))
        file.write(b"--zz--\n\n")
    first, _ = peak(start(profile, small))
    second, out = peak(start(profile, large))
    assert out.strip(b".\n") == f"{number + 1} 0 False".encode()
    print(f"peak {first / 1e6:.0f} MB for 100 messages, {second / 1e6:.0f} MB for {number:,} more")
    assert second - first < 30_000_000


def peak(child: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """(greatest resident memory, what it printed)."""
    most = 0
    process = psutil.Process(child.pid)
    while child.poll() is None:
        try:
            most = max(most, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    out, _ = child.communicate()
    return most, out
