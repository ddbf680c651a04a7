"""Fixtures of all suites: real servers are plugins so that any suite may ask for one."""

from __future__ import annotations

import os

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = [
    "tests.support.certificates",
    "tests.support.imap_servers",
    "tests.support.submission_servers",
    "tests.support.ldap_servers",
]
