"""How much memory one more message costs the engine, without what opening a profile costs.

``python -m tests.support.engine_peak PROFILE PASSPHRASE-FILE``: mirrors the account, says
``ready``, and for the next line on stdin mirrors what came meanwhile; then JSON: the report's
``bodies`` and ``received``, and by how many octets resident memory rose at most.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.sync import Bodies, SyncOptions
from tests.support.quick import unlock_quickly

MIRROR = SyncOptions(bodies=Bodies.ALL, link=LinkProfile.FULL)


def _resident(field: str) -> int:
    """``VmRSS`` or ``VmHWM``, in octets."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    raise LookupError(field)


def main(profile: Path, passphrase: Path) -> None:
    """Sync, wait, sync again."""
    unlock_quickly()
    secret = Secret(passphrase.read_text(encoding="utf-8").strip())
    facade = wiring.open_profile(profile, passphrase=secret, use_keyring=False)
    try:
        account = facade.accounts()[0].id
        facade.sync(account, MIRROR)
        print("ready", flush=True)
        sys.stdin.readline()
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        before = _resident("VmRSS")
        report = facade.sync(account, MIRROR)
        rise = _resident("VmHWM") - before
        told = {"bodies": report.bodies, "received": report.bytes_received, "rise": rise}
        print(json.dumps(told), flush=True)
    finally:
        facade.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
