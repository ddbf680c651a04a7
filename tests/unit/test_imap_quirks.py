"""The table of servers' ways: every row has a source, every server is recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mel_desktop.net.imap_quirks import ROWS, Quirks, quirks_of

REPOSITORY = Path(__file__).resolve().parents[2]
_SOURCE = re.compile(r"[\w.-]+/[\w.-]+(?:#\d+|:[\w./-]+\.\w+)\Z|mel-desktop:([\w./-]+)\Z")
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.server}: {row.way[:40]}")
def test_every_row_has_a_source_and_says_what_is_done(row) -> None:
    assert row.sources
    assert row.way
    assert row.done
    for source in row.sources:
        found = _SOURCE.match(source)
        assert found, source
        if found[1]:
            assert (REPOSITORY / found[1]).exists()
    # A row that changes nothing says that every server is treated so, and the other way round.
    assert (row.quirks == Quirks()) == row.done.startswith("every server:")
    assert not row.quirks.servers


def test_the_page_for_people_holds_the_same_table() -> None:
    page = (REPOSITORY / "resources/docs/providers.md").read_text(encoding="utf-8")
    for row in ROWS:
        line = f"| {row.server} | {row.way} | {row.done} | {', '.join(row.sources)} |"
        assert line in page


@pytest.mark.parametrize(
    ("names", "id_fields", "greeting", "server"),
    [
        (NONE, {}, "The Microsoft Exchange IMAP4 service is ready. [TQBOAD=]", "Exchange"),
        (NONE, {}, "Gimap ready for requests from 192.0.2.1 eb8if3194274vdb.70", "Gmail"),
        ({"IMAP4REV1", "X-GM-EXT-1"}, {}, "", "Gmail"),
        (NONE, {}, "iSCREAM ready to rumble (15E201-d02dd996912b:24762)", "iCloud"),
        ({"XAPPLEPUSHSERVICE", "X-SUN-IMAP"}, {}, "", "iCloud"),
        (NONE, {}, "Messaging Multiplexor (Sun Java(tm) System Messaging Server 7.2)", "Oracle"),
        ({"X-SUN-IMAP"}, {}, "", "Oracle"),
        (NONE, {}, "zimbra.ac-demo.fr Zimbra IMAP4rev1 server ready", "Zimbra"),
        (NONE, {"name": "Zimbra", "version": "8.8.15"}, "", "Zimbra"),
        (NONE, {}, "Courier-IMAP ready. Copyright 1998-2018 Double Precision, Inc.", "Courier"),
        (NONE, {}, "mail Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready", "Cyrus"),
        (NONE, {"name": "Cyrus IMAPD"}, "", "Cyrus"),
        (NONE, {}, "Dovecot (Debian) ready.", "Dovecot"),
        (NONE, {}, "Dovecot ready.", "Dovecot"),
        (NONE, {"name": "pymap"}, "", "pymap"),
    ],
)
def test_recognised(names, id_fields, greeting: str, server: str) -> None:
    found = quirks_of(frozenset(names), id_fields, greeting).servers
    assert any(one.startswith(server) for one in found), found


@pytest.mark.parametrize(
    ("names", "id_fields", "greeting"),
    [
        (NONE, {}, ""),
        ({"IMAP4REV1", "IDLE"}, {}, "IMAP server ready"),
        ({"XAPPLEPUSHSERVICE"}, {}, "mail ready"),  # Dovecot and Yahoo may offer it too
        (NONE, {"vendor": "Zimbra"}, "not Gimap nor Courier-IMAP"),
    ],
)
def test_others_are_without_fault(names, id_fields, greeting: str) -> None:
    assert quirks_of(frozenset(names), id_fields, greeting) == Quirks()


def test_icloud_is_synced_without_qresync() -> None:
    names = frozenset({"XAPPLEPUSHSERVICE", "X-SUN-IMAP", "QRESYNC", "CONDSTORE", "ENABLE"})
    quirks = quirks_of(names, {}, "")
    assert quirks.trusted(names) == names - {"QRESYNC"}
    assert quirks.asks_capabilities
    assert quirks.signs_in_by_login


def test_two_at_once_are_the_more_careful_of_each() -> None:
    one = Quirks(frozenset({"a"}), frozenset({"X"}), commands_at_once=20, silent_fetch=True)
    two = Quirks(frozenset({"b"}), frozenset({"Y"}), commands_at_once=5, wrong_guesses=3)
    both = Quirks(frozenset("ab"), frozenset("XY"), 5, 3, silent_fetch=True)
    assert one | two == both == two | one
    assert Quirks() | one == one | Quirks() == one
