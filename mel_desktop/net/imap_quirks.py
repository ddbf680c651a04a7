"""Known ways of servers, each with its source, and what is done differently. Pure: no IO.

A server is known by its greeting, by its ID answer (RFC 2971) or by a capability that only it has.
What cannot be sourced is not in the table. resources/docs/providers.md shows the same table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Quirks:
    """What to do differently with one server; the defaults are for servers without fault."""

    servers: frozenset[str] = frozenset()  # names of what was recognised, for people and logs
    distrusted: frozenset[str] = frozenset()  # capabilities that are offered and better not used
    commands_at_once: int | None = None  # in flight; None: as many as the window takes
    wrong_guesses: int | None = None  # commands in a row that may be answered BAD
    asks_capabilities: bool = False  # what the sign-in tells is not all: CAPABILITY is asked
    signs_in_by_login: bool = False  # AUTHENTICATE PLAIN is offered and refused; LOGIN works
    hurries_by_login: bool = False  # AUTHENTICATE may not be followed in its flight; LOGIN may
    wrong_mailbox_ids: bool = False  # MAILBOXID in LIST-STATUS is not to be asked for
    silent_fetch: bool = False  # OK without the message does not mean that it is gone

    def trusted(self, names: frozenset[str]) -> frozenset[str]:
        """The capabilities that are used."""
        return names - self.distrusted

    def __or__(self, other: Quirks) -> Quirks:
        """Both at once, the more careful of each."""
        merged: dict[str, object] = {}
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, (bool, frozenset)):
                merged[one.name] = mine | theirs
            else:
                told = [number for number in (mine, theirs) if number is not None]
                merged[one.name] = min(told, default=None)
        return Quirks(**merged)  # type: ignore[arg-type]  # the fields of the same class


@dataclass(frozen=True, slots=True)
class Sign:
    """By what a server is known; any of them is enough."""

    greeting: str = ""  # regular expression, found in the text of the greeting
    id_name: str = ""  # the field "name" of ID begins like this, in any case
    capabilities: frozenset[str] = frozenset()  # all of these

    def matches(self, names: frozenset[str], id_name: str, greeting: str) -> bool:
        """Whether this is the server."""
        return (
            bool(self.greeting and re.search(self.greeting, greeting))
            or bool(self.id_name and id_name.casefold().startswith(self.id_name.casefold()))
            or bool(self.capabilities and self.capabilities <= names)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One known way. ``sources``: repository#issue, repository:path or a test of ours."""

    server: str
    sign: Sign
    way: str
    done: str
    sources: tuple[str, ...]
    quirks: Quirks = Quirks()


_EXCHANGE = Sign(greeting=r"Microsoft Exchange", id_name="Microsoft.Exchange")
_GMAIL = Sign(greeting=r"\AGimap ", capabilities=frozenset({"X-GM-EXT-1"}))
_ICLOUD = Sign(greeting=r"\AiSCREAM ", capabilities=frozenset({"XAPPLEPUSHSERVICE", "X-SUN-IMAP"}))
_ORACLE = Sign(
    greeting=r"(?:Sun Java\(tm\) System|Oracle Communications) Messaging|Messaging Multiplexor",
    capabilities=frozenset({"X-SUN-IMAP"}),
)
_ZIMBRA = Sign(greeting=r" Zimbra IMAP4rev1 se", id_name="Zimbra")
_COURIER = Sign(greeting=r"\ACourier-IMAP ready")
_CYRUS = Sign(greeting=r" Cyrus IMAP ", id_name="Cyrus", capabilities=frozenset({"X-REPLICATION"}))
_DOVECOT = Sign(greeting=r"\ADovecot\b.* ready|\bDovecot \(", id_name="Dovecot")
_PYMAP = Sign(id_name="pymap")

ROWS: tuple[Row, ...] = (
    Row(
        "Exchange / Office 365",
        _EXCHANGE,
        "some 50 pipelined commands end in BAD and a lost connection",
        "at most 20 commands in flight",
        ("GNOME/geary:src/engine/imap/api/imap-quirks.vala",),
        Quirks(commands_at_once=20),
    ),
    Row(
        "Exchange / Office 365",
        _EXCHANGE,
        "FETCH of a message that is there may be answered OK with nothing",
        "such a message is refused for now, never taken for gone",
        ("jstedfast/MailKit#1615", "OfflineIMAP/offlineimap#62", "mjs/imapclient#441"),
        Quirks(silent_fetch=True),
    ),
    Row(
        "Exchange / Office 365",
        _EXCHANGE,
        "BODYSTRUCTURE with NIL or misplaced fields; parts of calendar mail come empty",
        "every server: what cannot be read becomes one unknown part, the message still opens",
        ("jstedfast/MailKit#1446", "javaee/javamail#278", "Foundry376/Mailspring-Sync#29"),
    ),
    Row(
        "Exchange / Office 365",
        _EXCHANGE,
        "a command of 40 kB is answered BAD Command Error",
        "every server: sets of UIDs are cut at 4,000 octets",
        ("nextcloud/mail#6038",),
    ),
    Row(
        "Gmail",
        _GMAIL,
        "\\Deleted and EXPUNGE only take the label away; the message stays in All Mail",
        "every server: deleting is moving to the folder with the role of the trash",
        ("postalsys/imapflow#69", "overseers-desk/courier#53"),
    ),
    Row(
        "iCloud",
        _ICLOUD,
        "QRESYNC is offered; ENABLED is not told, VANISHED is malformed or names what is there",
        "QRESYNC is not used: deletions are found by comparing UIDs",
        ("Foundry376/Mailspring-Sync#91", "bkaankose/Wino-Mail#43"),
        Quirks(distrusted=frozenset({"QRESYNC"})),
    ),
    Row(
        "iCloud",
        _ICLOUD,
        "its proxy spoils the first CAPABILITY answers",
        "CAPABILITY is asked after sign-in",
        ("Foundry376/Mailspring-Sync#91",),
        Quirks(asks_capabilities=True),
    ),
    Row(
        "iCloud",
        _ICLOUD,
        "AUTHENTICATE PLAIN is offered and refused with the right password; LOGIN works",
        "LOGIN, once",
        ("jstedfast/MailKit#295",),
        Quirks(signs_in_by_login=True),
    ),
    Row(
        "Oracle / Sun Messaging Server (Convergence)",
        _ORACLE,
        "APPEND refuses NUL and raw 8-bit header fields",
        "every server: what we write has neither",
        ("imapsync/imapsync:FAQ.d/FAQ.Oracle-UCS.txt",),
    ),
    Row(
        "Oracle / Sun Messaging Server (Convergence)",
        _ORACLE,
        "ANNOTATE is offered and spoils SELECT with QRESYNC",
        "ANNOTATE is not used",
        ("jstedfast/MailKit:MailKit/Net/Imap/ImapFolder.cs",),
        Quirks(distrusted=frozenset({"ANNOTATE-EXPERIMENT-1"})),
    ),
    Row(
        "Zimbra",
        _ZIMBRA,
        "five BAD in a row end the connection",
        "at most three commands are guessed at a time",
        ("Zimbra/zm-mailbox:store/src/java/com/zimbra/cs/imap/ImapHandler.java",),
        Quirks(wrong_guesses=3),
    ),
    Row(
        "Zimbra",
        _ZIMBRA,
        "LIST of everything is answered NO while a mount point of a shared folder is broken",
        "every server: a refused LIST is an error; folders are kept as they were",
        ("imapsync/imapsync#426",),
    ),
    Row(
        "Courier",
        _COURIER,
        "all folders lie below INBOX.",
        "every server: roles are found by name below INBOX. too",
        ("svarshavchik/courier-libs#32",),
    ),
    Row(
        "Cyrus",
        _CYRUS,
        "BINARY of a part that it cannot decode is answered OK with nothing (3.6)",
        "BINARY is not used",
        ("cyrusimap/cyrus-imapd#4567",),
        Quirks(distrusted=frozenset({"BINARY"})),
    ),
    Row(
        "Cyrus",
        _CYRUS,
        "what is sent along with AUTHENTICATE is answered BAD under its tag; with LOGIN it is read",
        "LOGIN, where more goes out in the same flight",
        ("mel-desktop:tests/servers/test_imap_signin.py",),
        Quirks(hurries_by_login=True),
    ),
    Row(
        "Cyrus",
        _CYRUS,
        "LIST with STATUS (MAILBOXID) brings octets of something else (3.6)",
        "MAILBOXID is not asked for: folders renamed are known by UIDVALIDITY and UIDNEXT",
        ("mel-desktop:tests/servers/test_imap_signin.py",),
        Quirks(wrong_mailbox_ids=True),
    ),
    Row(
        "Dovecot",
        _DOVECOT,
        "BINARY of damaged base64 is answered NO, or the connection is closed (2.3)",
        "BINARY is not used",
        ("roundcube/roundcubemail#6383", "roundcube/roundcubemail#7859"),
        Quirks(distrusted=frozenset({"BINARY"})),
    ),
    Row(
        "Dovecot",
        _DOVECOT,
        "three wrong commands before sign-in end the connection",
        "every server: nothing is guessed before AUTHENTICATE",
        ("dovecot/core:src/imap-login/imap-login-client.c",),
    ),
    Row(
        "pymap",
        _PYMAP,
        "IDLE keeps to itself what happened before it began",
        "every server: a NOOP goes before IDLE in the same flight",
        ("mel-desktop:tests/servers/test_imap_contract.py",),
    ),
)


def quirks_of(names: frozenset[str], id_fields: Mapping[str, str], greeting: str) -> Quirks:
    """What is known of this server. ``greeting``: its text, without ``* OK`` and response code;
    ``id_fields``: its ID answer, names in lower case; both may be empty.
    """
    found = Quirks()
    name = id_fields.get("name", "")
    for row in ROWS:
        if row.sign.matches(names, name, greeting):
            found |= row.quirks | Quirks(servers=frozenset({row.server}))
    return found
