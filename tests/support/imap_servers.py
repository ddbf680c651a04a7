"""Real IMAP servers on free loopback ports: Dovecot 2.3, Cyrus 3.6 and pymap.

All three offer the same few things (``ImapServer``): a fresh mailbox, an account value for our
connector, delivery and observation through imap_tools (which shares nothing with the code under
test), and ways to go down in the middle of something.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.certificates import Certificates
from tests.support.imap_base import (
    CYRUS_CACHE,
    ENGLISH_FOLDERS,
    FRENCH_FOLDERS,
    HOST,
    ImapServer,
    MailUser,
    ProcessServer,
    cyrus_root,
)
from tests.support.imap_cyrus import Cyrus
from tests.support.imap_dovecot import Dovecot
from tests.support.imap_pymap import Pymap

__all__ = [
    "ENGLISH_FOLDERS",
    "FRENCH_FOLDERS",
    "HOST",
    "Cyrus",
    "Dovecot",
    "ImapServer",
    "MailUser",
    "ProcessServer",
    "Pymap",
    "cyrus_root",
]


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """Dovecot with CONDSTORE, QRESYNC, UIDPLUS, MOVE, SPECIAL-USE, LIST-STATUS and IDLE."""
    if not Path("/usr/sbin/dovecot").exists():
        pytest.fail("Dovecot is missing: apt-get install dovecot-imapd")
    server = Dovecot(certificates)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def cyrus(certificates: Certificates) -> Iterator[Cyrus]:
    """Cyrus 3.6 with CONDSTORE, QRESYNC, UIDPLUS, MOVE, SPECIAL-USE, LIST-STATUS and IDLE."""
    root = cyrus_root.ensure_cyrus(CYRUS_CACHE)
    if root is None:
        pytest.fail("Cyrus is missing: python3 packaging/cyrus_root.py says why")
    server = Cyrus(certificates, root)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def pymap_server(certificates: Certificates) -> Iterator[Pymap]:
    """pymap: UIDPLUS, MOVE and IDLE, but no CONDSTORE, no SPECIAL-USE, no LIST-STATUS."""
    server = Pymap(certificates)
    server.start()
    try:
        yield server
    finally:
        server.kill()
