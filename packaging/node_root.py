"""Install what is written in JavaScript, for the test suite alone: a mail reader, and an OpenID
provider.

What the locks of tests/support/node and tests/support/oidc name goes into a folder of its own by
``npm ci``, checked by hash; a lock names no registry, npm asks the one it is set to. Standard
library only; ``packaging/dev.py`` calls both functions before the tests.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCKED = Path(__file__).resolve().parents[1] / "tests" / "support" / "node"
PROVIDER = LOCKED.parent / "oidc"
FILES = ("package.json", "package-lock.json", ".npmrc")
READY = "ready"


def ensure_readers(cache: Path) -> Path | None:
    """The mail reader; see ``ensure``."""
    return ensure(LOCKED, cache)


def ensure_provider(cache: Path) -> Path | None:
    """The OpenID provider; see ``ensure``."""
    return ensure(PROVIDER, cache)


def ensure(locked: Path, cache: Path) -> Path | None:
    """The folder that holds node_modules, filled unless it is; None where that cannot be done."""
    state = hashlib.sha256(b"".join((locked / name).read_bytes() for name in FILES)).hexdigest()
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        return None
    if (cache / READY).is_file() and (cache / READY).read_text() == state:
        return cache
    if npm is None:
        return None
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="node-", dir=cache.parent))
    try:
        for name in FILES:
            shutil.copy(locked / name, fresh / name)
        subprocess.run([npm, "ci"], cwd=fresh, check=True, stdout=subprocess.DEVNULL)
        (fresh / READY).write_text(state)
        shutil.rmtree(cache, ignore_errors=True)
        fresh.rename(cache)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"npm ci failed: {error}", file=sys.stderr)
        return None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return cache


if __name__ == "__main__":
    sys.exit(0 if ensure_readers(LOCKED.parents[2] / ".mel-test" / "node") else 1)
