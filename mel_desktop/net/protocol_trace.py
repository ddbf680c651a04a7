"""What was said on the last connections: verbs, codes, lengths. In memory only, never content.

Rule 1: redacted at the source. A line is reduced before it is kept; nothing else is ever held.
Rule 2: what is not a known word of the protocol is replaced by its length; of what signs in not
even the length is kept.
Rule 3: small and always on: a fault that is over can still be told of. Each connection has its own
few kB; the oldest connections go. ``clear`` when the vault is locked. Nothing of it is written.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from mel_desktop.model.errors import MelError
from mel_desktop.model.patterns import late

OCTETS_EACH: Final = 8 * 1024
CONNECTIONS: Final = 24
LOOKED_AT: Final = 512  # octets of a line; the rest is counted
LONGEST: Final = 300  # characters of an entry
HIDDEN: Final = "‹…›"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACE: Final = late(r"[A-Za-z0-9.:_-]{1,120}")

IMAP_WORDS: Final = _words(
    """
    OK NO BAD BYE PREAUTH CAPABILITY NOOP LOGOUT ID ENABLE STARTTLS AUTHENTICATE LOGIN SELECT
    EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB NAMESPACE STATUS APPEND IDLE DONE
    CHECK CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE UID GETQUOTAROOT GETQUOTA QUOTA
    QUOTAROOT COMPRESS DEFLATE NOTIFY SET NONE ESEARCH VANISHED EARLIER EXISTS RECENT FLAGS
    MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ MODSEQ CHANGEDSINCE UNCHANGEDSINCE NOMODSEQ
    MAILBOXID EMAILID THREADID SIZE STORAGE MESSAGE RETURN SUBSCRIBED CHILDREN SPECIAL-USE ALL MIN
    MAX COUNT TAG INTERNALDATE ENVELOPE BODY BODYSTRUCTURE BODY.PEEK BINARY.PEEK RFC822.SIZE
    RFC822.HEADER PREVIEW LAZY HEADER HEADER.FIELDS MIME TEXT NIL PERMANENTFLAGS READ-ONLY
    READ-WRITE TRYCREATE ALERT PARSE CLOSED APPENDUID COPYUID UIDNOTSTICKY OVERQUOTA INUSE LIMIT
    UNAVAILABLE AUTHENTICATIONFAILED AUTHORIZATIONFAILED EXPIRED PRIVACYREQUIRED CONTACTADMIN NOPERM
    EXPUNGEISSUED CORRUPTION SERVERBUG CLIENTBUG CANNOT ALREADYEXISTS NONEXISTENT REFERRAL
    NOTIFICATIONOVERFLOW ENABLED HASCHILDREN CONDSTORE QRESYNC UTF8=ACCEPT PERSONAL SELECTED
    SELECTED-DELAYED INBOXES MESSAGENEW MESSAGEEXPUNGE FLAGCHANGE MAILBOXNAME SUBSCRIPTIONCHANGE
    +FLAGS -FLAGS +FLAGS.SILENT -FLAGS.SILENT NOT OR SINCE BEFORE UNDELETED
    """
)
CAPABILITIES: Final = _words(
    """
    IMAP4REV1 IMAP4REV2 LITERAL+ LITERAL- SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY
    THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT
    CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES
    WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW PREVIEW=FUZZY STATUS=SIZE
    SAVEDATE COMPRESS=DEFLATE QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE ACL RIGHTS=TEXK
    NOTIFY SPECIAL-USE CREATE-SPECIAL-USE METADATA OBJECTID STARTTLS LOGINDISABLED AUTH=PLAIN
    AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=GSSAPI AUTH=NTLM AUTH=CRAM-MD5
    AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 UTF8=ACCEPT UTF8=ONLY APPENDLIMIT REPLACE UIDONLY PARTIAL
    MESSAGELIMIT UNAUTHENTICATE X-GM-EXT-1 XAPPLEPUSHSERVICE X-SUN-IMAP X-REPLICATION XLIST
    """
)
SYSTEM_FLAGS: Final = _words(
    r"""
    \SEEN \ANSWERED \FLAGGED \DELETED \DRAFT \RECENT \* \NOSELECT \NONEXISTENT \NOINFERIORS
    \HASCHILDREN \HASNOCHILDREN \MARKED \UNMARKED \SUBSCRIBED \REMOTE \ALL \ARCHIVE \DRAFTS \JUNK
    \SENT \TRASH \IMPORTANT
    """
)
SMTP_WORDS: Final = _words(
    """
    EHLO HELO STARTTLS DATA BDAT LAST QUIT RSET NOOP SIZE 8BITMIME BODY SMTPUTF8 PIPELINING DSN
    CHUNKING BINARYMIME ENHANCEDSTATUSCODES LIMITS RCPTMAX MAILMAX RCPTDOMAINMAX AUTH PLAIN LOGIN
    XOAUTH2 OAUTHBEARER GSSAPI NTLM CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 DELIVERBY ETRN VRFY HELP
    REQUIRETLS RET HDRS FULL NOTIFY NEVER SUCCESS FAILURE DELAY ENVID ORCPT FUTURERELEASE
    """
)
MECHANISMS: Final = _words(
    """
    PLAIN LOGIN XOAUTH2 OAUTHBEARER GSSAPI NTLM CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256
    """
)
_NUMBERS_FOLLOW: Final = _words(
    """
    UID UIDVALIDITY UIDNEXT HIGHESTMODSEQ MODSEQ CHANGEDSINCE FETCH STORE COPY MOVE EXPUNGE SEARCH
    VANISHED MESSAGES UNSEEN APPENDUID COPYUID STORAGE MESSAGE ALL MIN MAX COUNT RFC822.SIZE
    """
)
_PIECE: Final = late(
    rb'"(?P<quoted>(?:[^"\\]|\\.)*)"?'
    rb"|(?P<literal>\{\d{1,12}[+-]?\})"
    rb"|(?P<mark>[()\[\]<> ])"
    rb'|(?P<atom>[^\s()\[\]{}"<>]+)'
    rb"|(?P<other>.)",
    re.DOTALL,
)
_TAG: Final = late(r"m[0-9]{1,9}")
_SET: Final = late(r"[0-9:,*]{1,400}")
_SMALL: Final = late(r"[0-9]{1,6}")
_REPLY: Final = late(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")

Now = Callable[[], float]


class ConnectionTrace:
    """One connection. Used by the thread of the connection; ``lines`` by any."""

    def __init__(self, place: str, octets: int, now: Now) -> None:
        self._now = now
        self._start = now()
        self._at = datetime.now(UTC)
        self._place = place
        self._octets = octets
        self._entries: deque[tuple[float, str]] = deque()
        self._held = 0
        self._fetches = self._fetched = self._literals = 0

    def note(self, text: str) -> None:
        """Something that happened; the caller vouches that nothing personal is in it."""
        self._end_fetches()
        self._add(text)

    def fetch(self, octets: int, literals: int, head: bytes) -> None:
        """One answer to FETCH: the first of a row by its structure, the others are counted."""
        if not self._fetches:
            self._add(f"S: {imap_shape(head)}")
        self._fetches += 1
        self._fetched += octets
        self._literals += literals

    def lines(self) -> tuple[str, ...]:
        """Head line, then what happened, each with its seconds since the connection."""
        entries = tuple(self._entries)
        if counted := self._counted():
            entries += ((self._now() - self._start, counted),)
        head = f"{self._at:%Y-%m-%dT%H:%M:%SZ} {self._place}"
        return (head, *(f"  {at:8.3f} {text}" for at, text in entries))

    def _counted(self) -> str:
        if not self._fetches:
            return ""
        return f"S: FETCH ×{self._fetches}, {self._fetched} octets, {self._literals} literals"

    def _end_fetches(self) -> None:
        if counted := self._counted():
            self._fetches = self._fetched = self._literals = 0
            self._add(counted)

    def _add(self, text: str) -> None:
        text = text[:LONGEST]
        self._entries.append((self._now() - self._start, text))
        self._held += len(text)
        while self._held > self._octets and self._entries:
            self._held -= len(self._entries.popleft()[1])


@contextmanager
def traced(trace: ConnectionTrace | None) -> Iterator[None]:
    """A connection or a handshake that fails is noted by its code."""
    try:
        yield
    except MelError as error:
        if trace is not None:
            trace.note(f"failed: {error.code.text}")
        raise


class ProtocolTrace:
    """The last connections of the program."""

    def __init__(
        self,
        *,
        octets_each: int = OCTETS_EACH,
        connections: int = CONNECTIONS,
        now: Now = time.monotonic,
    ) -> None:
        self._octets = octets_each
        self._now = now
        self._connections: deque[ConnectionTrace] = deque(maxlen=connections)
        self._guard = threading.Lock()

    def open(self, host: str, port: int) -> ConnectionTrace:
        """A connection begins."""
        shown = host if PLACE.fullmatch(host) else f"‹{len(host)}›"
        made = ConnectionTrace(f"{shown}:{port}", self._octets, self._now)
        with self._guard:
            self._connections.append(made)
        return made

    def lines(self) -> tuple[str, ...]:
        """Everything held, oldest connection first."""
        with self._guard:
            held = tuple(self._connections)
        return tuple(line for one in held for line in one.lines())

    def clear(self) -> None:
        """Forget it all: the vault is locked."""
        with self._guard:
            self._connections.clear()


# -- IMAP ------------------------------------------------------------------------------------------


def imap_shape(line: bytes) -> str:
    """A line of IMAP, either way, without its content."""
    rest = len(line) - LOOKED_AT
    shaped = _Shaper().run(line[:LOOKED_AT])
    return f"{shaped} +{rest} octets" if rest > 0 else shaped


def imap_answer(lines: Sequence[bytes], octets: int) -> str:
    """An answer of which literals were taken out already."""
    shaped = imap_shape(lines[0])
    return f"{shaped} … {octets} octets in all" if len(lines) > 1 else shaped


class _Shaper:
    """One line; it knows what stood before."""

    def __init__(self) -> None:
        self._before = ""
        self._has_secret = False
        self._is_capability = False
        self._is_status = False
        self._place = 0
        self._depth = 0

    def run(self, line: bytes) -> str:
        out: list[str] = []
        for found in _PIECE.finditer(line):
            if self._has_secret:
                out.append(HIDDEN)
                break
            if self._is_status and not self._depth and found["mark"] not in (b" ", b"["):
                out.append(f"‹{len(line) - found.start()}›")  # words for people
                break
            out.append(self._piece(found))
        return "".join(out)

    def _piece(self, found: re.Match[bytes]) -> str:
        if (mark := found["mark"]) is not None:
            self._depth += (mark in b"([") - (mark in b")]")
            return mark.decode("ascii")
        if found["literal"] is not None:
            return found["literal"].decode("ascii")
        if found["quoted"] is not None:
            return f"‹{len(found['quoted'])}›"
        if found["other"] is not None:
            return "‹1›"
        return self._atom(found["atom"].decode("latin-1"))

    def _atom(self, atom: str) -> str:
        word = atom.upper()
        before, self._before = self._before, word
        self._place += 1
        if self._place == 1 and (_TAG.fullmatch(atom) or atom in ("*", "+")):
            self._is_status = atom == "+"
            return atom
        if before == "AUTHENTICATE":
            self._has_secret = True
            return word if word in MECHANISMS else HIDDEN
        if word == "LOGIN" and self._place == 2:
            self._has_secret = True
            return word
        if self._place == 2 and word in ("OK", "NO", "BAD", "BYE", "PREAUTH"):
            self._is_status = True
            return word
        if word == "CAPABILITY":
            self._is_capability = True
            return word
        if self._is_capability and (word in CAPABILITIES or _is_limit(word)):
            return word
        if word in IMAP_WORDS or word in SYSTEM_FLAGS:
            return word
        if _SET.fullmatch(atom) and (before in _NUMBERS_FOLLOW or _SMALL.fullmatch(atom)):
            return atom if len(atom) <= 40 else f"{atom[:40]}…"
        return f"‹{len(atom)}›"


def _is_limit(word: str) -> bool:
    name, _, value = word.partition("=")
    return name in ("APPENDLIMIT", "MESSAGELIMIT") and value.isdecimal() and len(value) < 13


# -- SMTP ------------------------------------------------------------------------------------------


def smtp_command(line: str) -> str:
    """A command without addresses and secrets."""
    verb, _, rest = line.partition(" ")
    word = verb.upper()
    if word == "AUTH":
        mechanism = rest.partition(" ")[0].upper()
        return f"AUTH {mechanism if mechanism in MECHANISMS else ''} {HIDDEN}"
    if word in ("EHLO", "HELO"):
        return f"{word} ‹{len(rest)}›"
    if word in ("MAIL", "RCPT"):
        head, _, parameters = rest.partition(">")
        path = head.partition("<")[2]
        asked = " ".join(_parameter(one) for one in parameters.split())
        way = "FROM" if word == "MAIL" else "TO"
        return f"{word} {way}:‹{len(path)}› {asked}".rstrip()
    if word in SMTP_WORDS:
        return " ".join([word, *(_smtp_word(one) for one in rest.split())])
    return HIDDEN  # a word of a sign-in


def _parameter(text: str) -> str:
    name, has_value, value = text.partition("=")
    if not has_value:
        return _smtp_word(name)
    if name.upper() in ("ENVID", "ORCPT"):
        return f"{name.upper()}=‹{len(value)}›"
    return f"{_smtp_word(name)}={','.join(_smtp_word(one) for one in value.split(','))}"


def _smtp_word(text: str) -> str:
    word = text.upper()
    return word if word in SMTP_WORDS or re.fullmatch(r"[0-9]{1,12}", word) else f"‹{len(text)}›"


def smtp_reply(code: int, text: str, *, extensions: bool = False) -> str:
    """A reply: its codes, and of EHLO what the server offers."""
    if extensions:
        told = []
        for line in text.split("\n")[1:40]:
            words = line.upper().replace("=", " ").split()[:12]
            told.append(" ".join(_smtp_word(one) for one in words))
        return f"{code} {'; '.join(told)}"
    enhanced = _REPLY.match(text)
    return f"{code} {enhanced.group(1) + ' ' if enhanced else ''}‹{len(text)}›"
