"""Every vector shown, answered, passed on, printed, searched: not one packet leaves, no name asked.

The window runs in a network of its own whose every packet is counted; a fetch at the beginning and
one at the end prove that the counter sees names and contacts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNSHARE = ("unshare", "--net", "--mount")


def can_unshare() -> bool:
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run((*UNSHARE, "true"), check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_unshare(), reason="no right to make a network of one's own")
def test_not_one_packet(profile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "walk"
    folder.mkdir()
    done = subprocess.run(
        (*UNSHARE, sys.executable, "-m", "tests.support.silent_child", str(profile), str(folder)),
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    packets = json.loads(done.stdout.splitlines()[-1])
    assert packets.pop("control") >= 2  # the name, and the address
    assert packets.pop("control again") >= 2
    assert packets == dict.fromkeys(
        ("imported", "shown", "printed", "answered and passed on", "searched and listed"), 0
    )
