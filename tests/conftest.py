"""Fixtures of all suites: real servers are plugins so that any suite may ask for one.

Everything here is of one process: `dev.py test` runs several beside each other, each with servers
of its own. A file's tests stay together, in their order.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if sys.dont_write_bytecode:  # then each of a thousand processes compiles all of itself again
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".mel-test" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

pytest_plugins = [
    "tests.support.certificates",
    "tests.support.imap_servers",
    "tests.support.submission_servers",
    "tests.support.ldap_servers",
]


def pytest_configure() -> None:
    from tests.support.quick import unlock_quickly

    unlock_quickly()
