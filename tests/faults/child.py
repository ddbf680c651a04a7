"""The program in a process of its own that kills itself (-9) at a chosen commit of its store.

The product knows nothing of it: the hooks of SQLite on the writer's connection count.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from mel_desktop.app import wiring
from mel_desktop.model.errors import MelError
from tests.faults import world as worlds

ROOT: Final = Path(__file__).resolve().parents[2]


class Child:
    """One such process."""

    def __init__(self, profile: Path, ahead_s: float) -> None:
        self._arguments = [str(profile), str(ahead_s)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def sync_and_die(self, number: int, after: bool) -> bool:
        """Sync once, and die before or after the given commit; whether it came to that."""
        command = [
            sys.executable, "-m", "tests.faults.child", *self._arguments, str(number),
            str(int(after)),
        ]  # fmt: skip
        self._process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
        _, said = self._process.communicate(timeout=120)
        if self._process.returncode == -signal.SIGKILL:
            return True
        if self._process.returncode != 0:
            raise RuntimeError(said.decode(errors="replace")[-2000:])
        return False


def main() -> None:
    """Open, hook, sync."""
    profile, ahead, number, after = sys.argv[1:5]
    clock = worlds.Clock()
    clock.jump(seconds=float(ahead))
    worlds.put_clock(clock)
    facade = wiring.open_profile(Path(profile), passphrase=worlds.PASSPHRASE, use_keyring=False)
    left = [int(number)]

    def die_at_last() -> bool:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return False

    def after_commit(*_: object) -> int:
        die_at_last()
        return 0

    writer = facade._services.database._writer
    if int(after):
        writer.set_wal_hook(after_commit)
    else:
        writer.set_commit_hook(die_at_last)
    try:
        facade.sync(facade.accounts()[0].id, worlds.EVERYTHING)
    except MelError as error:
        print(error.code.text, file=sys.stderr)
    facade.close()


if __name__ == "__main__":
    main()
