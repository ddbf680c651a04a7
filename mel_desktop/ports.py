"""What services need from outside, as Protocols: adapters in net/ and system/ fulfil them.

Every method may raise model.errors only. Calls block; each has a deadline of its own. A connection
is used by one thread at a time; ``abort`` may be called from any thread and wakes the caller with
``Cancelled``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import Final, Protocol

from mel_desktop.model.accounts import Account, Endpoint, Secret
from mel_desktop.model.documents import Document, Extracted
from mel_desktop.model.errors import ServerSaid
from mel_desktop.model.finding import ServerKey
from mel_desktop.model.mail import Flags, Part, Role
from mel_desktop.model.people import DirectoryEntry, LdapSettings, Membership
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.model.values import dataclass


class Clock(Protocol):
    """Time comes in here, so that tests may jump."""

    def now(self) -> datetime:
        """Aware UTC time."""
        ...

    def monotonic(self) -> float:
        """Seconds, never going back."""
        ...


class Randomness(Protocol):
    """Randomness comes in here."""

    def token(self, size: int) -> bytes:
        """Unpredictable bytes."""
        ...


class Network(Protocol):
    """What the system knows of the computer's way to the outside. Never raises."""

    def is_metered(self) -> bool | None:
        """Whether it is paid by the octet; None where the system does not say."""
        ...

    def identity(self) -> str:
        """Another text when addresses or routes are others: the network changed."""
        ...


class SecretStore(Protocol):
    """The operating system's keyring. Raises StoreTrouble(NO_KEYRING) where there is none."""

    def get(self, name: str) -> Secret | None:
        """The stored secret, or None."""
        ...

    def put(self, name: str, secret: Secret) -> None:
        """Store or replace."""
        ...

    def remove(self, name: str) -> None:
        """Forget; nothing happens when it is not there."""
        ...


# -- IMAP -----------------------------------------------------------------------------------------


UPLOAD_TELLS: Final = 128 * 1024  # octets


@dataclass(slots=True)
class Meter:
    """Octets on the wire (TLS included) and client flights, added up over connections.

    ``rtt_s`` and ``down_bps`` are what was last measured of the line, None before.
    """

    received: int = 0
    sent: int = 0
    flights: int = 0
    rtt_s: float | None = None
    down_bps: float | None = None  # bits per second of a transfer that kept the line busy
    up_bps: float | None = None

    def note_upload(self, octets: int, seconds: float) -> None:
        """A message went up, and the server has answered. Small ones say nothing: they fit into
        the buffers on the way.
        """
        seconds -= self.rtt_s or 0.0  # the answer's way
        if octets >= UPLOAD_TELLS and seconds > 0:
            told = octets * 8 / seconds
            self.up_bps = told if self.up_bps is None else (told + self.up_bps) / 2


@dataclass(frozen=True, slots=True)
class Hints:
    """What the last sign-in learnt of a server. Saves turns; nothing safe depends on it.

    With it the whole first flight leaves right behind the TLS handshake; where it proves wrong the
    slow way is gone, and never with a second try of the password.
    """

    before: frozenset[str] = frozenset()  # capabilities before sign-in
    after: frozenset[str] = frozenset()  # and after it


@dataclass(frozen=True, slots=True)
class ServerCaps:
    """What the server offers, as far as the planner and the sync need to know."""

    condstore: bool = False
    qresync: bool = False
    move: bool = False
    uidplus: bool = False
    special_use: bool = False
    list_status: bool = False
    idle: bool = False
    literal_plus: bool = False
    names: frozenset[str] = frozenset()


class Namespace(Enum):
    """Whose folders these are (RFC 2342)."""

    PERSONAL = "personal"
    OTHER = "other"  # of another user, for instance a functional box
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """One line of LIST, name decoded from modified UTF-7.

    ``status`` comes in the same flight: by LIST-STATUS (RFC 5819), else by STATUS commands sent
    together. None for folders that cannot be opened or whose status the server refused.
    """

    path: str
    delimiter: str
    role: Role | None
    selectable: bool
    status: RemoteStatus | None = None
    subscribed: bool = True
    namespace: Namespace = Namespace.PERSONAL
    mailbox_id: str = ""  # RFC 8474 OBJECTID: stays the same when the folder is renamed


@dataclass(frozen=True, slots=True)
class RemoteStatus:
    """What SELECT, EXAMINE or STATUS said. None where the server did not say."""

    uidvalidity: int
    uidnext: int | None
    exists: int
    highestmodseq: int | None = None
    unseen: int | None = None
    read_only: bool = False
    permanent_keywords: bool = True  # PERMANENTFLAGS holds \\*


@dataclass(frozen=True, slots=True)
class RemoteFlags:
    """Flags of one UID, and its mod-sequence where the server keeps one."""

    uid: int
    flags: Flags
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """What a list needs of a new message. ``header`` holds the fields asked for, as raw bytes."""

    uid: int
    flags: Flags
    internal_date: datetime
    size: int
    header: bytes
    parts: tuple[Part, ...]
    modseq: int | None = None
    email_id: str = ""  # RFC 8474 OBJECTID: stays the same when the message is moved
    preview: str = ""  # RFC 8970, where the server offers it and the ask wanted it


# What ``pump`` asks. Every ask names its folder and the UIDVALIDITY under which its UIDs mean
# something; an answer under another UIDVALIDITY is thrown away (MESSAGE_GONE in ``trouble``).


@dataclass(frozen=True, slots=True)
class Open:
    """Open a folder and tell what changed since a cursor.

    With ``uidvalidity`` and ``modseq``: flags changed and UIDs vanished since (QRESYNC; with
    CONDSTORE alone flags changed and every UID). With ``every_uid``: all UIDs. With ``every_flag``:
    all UIDs and their flags. Rows: of UIDs from ``rows_from`` up; or of the ``newest`` last ones,
    of ``exists`` as STATUS told it. All of it in one flight.
    """

    path: str
    read_only: bool = True
    uidvalidity: int | None = None
    modseq: int | None = None
    every_uid: bool = False
    every_flag: bool = False
    rows_from: int | None = None
    newest: int = 0
    exists: int = 0
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Headers, flags, date, size and structure of at most 500 UIDs."""

    path: str
    uidvalidity: int
    uids: tuple[int, ...]
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """Sections of messages, each cut at ``limit`` octets: (uid, sections)."""

    path: str
    uidvalidity: int
    wanted: tuple[tuple[int, tuple[str, ...]], ...]
    limit: int
    expected: int = 0  # octets that the answer is thought to have, for the window


@dataclass(frozen=True, slots=True)
class Slice:
    """``BODY.PEEK[section]<offset.length>`` of one message; section "" is the whole message."""

    path: str
    uidvalidity: int
    uid: int
    section: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Wholes:
    """Whole messages (``BODY.PEEK[]``), all of them small: (uid, size as stated)."""

    path: str
    uidvalidity: int
    wanted: tuple[tuple[int, int], ...]


Ask = Open | Rows | Texts | Slice | Wholes


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a folder told. None: was not asked, or the server cannot tell."""

    status: RemoteStatus
    uids: tuple[int, ...] | None = None
    changed: tuple[RemoteFlags, ...] | None = None  # every one with ``every_flag``
    vanished: tuple[tuple[int, int], ...] | None = None  # ranges, both ends included


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one ask, in the order of the asks. ``trouble``: the server said no to it."""

    ask: Ask
    opened: Opened | None = None
    rows: tuple[RemoteMessage, ...] = ()
    texts: tuple[tuple[int, Mapping[str, bytes]], ...] = ()
    wholes: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    data: bytes | None = field(default=None, repr=False)  # of a Slice
    trouble: ServerSaid | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """One resource of one quota root (RFC 9208), in octets or messages."""

    root: str
    resource: str  # "STORAGE" (octets here) or "MESSAGE"
    used: int
    limit: int


class MailServer(Protocol):
    """One signed-in IMAP connection (RFC 3501 / 9051)."""

    @property
    def caps(self) -> ServerCaps:
        """Capabilities after sign-in."""
        ...

    @property
    def hints(self) -> Hints:
        """What to remember for the next sign-in."""
        ...

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """All folders (LIST, never LSUB), roles by SPECIAL-USE or, failing that, by usual names."""
        ...

    def pump(self, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
        """Keep the line busy: asks are drawn as long as the window has room, commands go out many
        to a flight, answers come in the order of the asks. Opens folders by itself.

        An ask may depend on earlier answers: ``asks`` gives None when it has nothing to ask before
        another answer was taken; when nothing is under way either, the pump ends. Trouble of one
        ask stands in its answer; trouble with the connection is raised, and answers not given by
        then must be asked for again. Memory: at most the window, and the greatest answer.
        """
        ...

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        """Open a folder. ServerSaid(FOLDER_GONE) when it is not there."""
        ...

    def all_uids(self) -> tuple[int, ...]:
        """Every UID of the selected folder, ascending (UID SEARCH ALL)."""
        ...

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        """Flags of the given UIDs (None: all), or with CONDSTORE only those changed since."""
        ...

    def vanished_since(self, modseq: int, known: Sequence[int]) -> tuple[int, ...]:
        """UIDs gone since (QRESYNC ``UID FETCH ... VANISHED``). Only with ``caps.qresync``."""
        ...

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        """Headers, flags, date, size and structure of at most 500 UIDs, in the server's order."""
        ...

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        """A slice ``BODY.PEEK[section]<offset.length>`` of the encoded part; "" is the whole
        message, "HEADER" its header. Shorter than ``length`` only at the end. MESSAGE_GONE when
        the UID is no longer there.
        """
        ...

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        """Sections of many messages in one go: (uid, sections) -> (uid, {section: octets}).

        Each section is cut at ``limit`` octets. UIDs that are gone are left out.
        """
        ...

    def store(self, uids: Sequence[int], add: Flags, remove: Flags) -> None:
        """Add, then remove flags (UID STORE +FLAGS/-FLAGS .SILENT)."""
        ...

    def move(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID MOVE (RFC 6851). Old UID -> new UID as far as COPYUID told. Needs ``caps.move``."""
        ...

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID COPY. Old UID -> new UID as far as COPYUID told."""
        ...

    def expunge(self, uids: Sequence[int]) -> None:
        """UID EXPUNGE of just these (RFC 4315). Needs ``caps.uidplus``."""
        ...

    def expunge_deleted(self) -> None:
        """Bare EXPUNGE of all that is marked \\Deleted (RFC 3501 6.4.3). Only for servers without
        UIDPLUS, and only where the caller knows that every such mark is its own.
        """
        ...

    def append(self, path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
        """APPEND; the new UID where APPENDUID told it."""
        ...

    def find_message_id(self, message_id: str) -> tuple[int, ...]:
        """UIDs in the selected folder whose Message-ID header is this one."""
        ...

    def search(self, key: ServerKey) -> tuple[int, ...]:
        """UIDs in the selected folder that the server says fit (UID SEARCH), ascending."""
        ...

    def create_folder(self, path: str) -> None:
        """CREATE. Nothing happens when it exists already."""
        ...

    def rename_folder(self, path: str, target: str) -> None:
        """RENAME, with all below it. Done already (old gone, new there) is no error."""
        ...

    def delete_folder(self, path: str) -> None:
        """DELETE. Nothing happens when it is gone already. The caller has seen that it is empty."""
        ...

    def subscribe(self, path: str, *, subscribed: bool) -> None:
        """SUBSCRIBE or UNSUBSCRIBE."""
        ...

    def ask_quota(self) -> None:
        """Let GETQUOTAROOT INBOX leave with whatever is sent next; ``quota`` reads the answer."""
        ...

    def quota(self) -> tuple[Quota, ...]:
        """GETQUOTAROOT INBOX, or the answer to ``ask_quota``; () where the server keeps none."""
        ...

    def wait(self, seconds: float) -> bool:
        """IDLE (or NOOP polling) in the selected folder; True as soon as something changed."""
        ...

    def watch(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Wait for news of any folder: NOTIFY (RFC 5465) where offered, else IDLE in the inbox,
        else NOOP polling there. True as soon as something changed anywhere that is watched.
        ``until`` is asked at least each second: True ends the waiting.
        """
        ...

    def noop(self) -> None:
        """NOOP: the server and the routers between see that somebody is here."""
        ...

    def alive(self) -> bool:
        """Whether the connection still stands, as far as can be told without asking the server."""
        ...

    def close(self) -> None:
        """LOGOUT, politely and quickly. Never raises."""
        ...

    def abort(self) -> None:
        """Drop the connection from any thread."""
        ...


class MailConnector(Protocol):
    """Opens IMAP connections."""

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> MailServer:
        """Connect, verify the certificate, sign in once. Never retries a refused password.

        ``folders``: the first thing wanted is ``list_folders``: it is asked in the same flight.
        """
        ...


# -- Submission -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RefusedRecipient:
    """A recipient that the server did not take, with its reply."""

    address: str
    reply_code: int
    reply: str


@dataclass(frozen=True, slots=True)
class SubmissionReceipt:
    """The server took the message (250 after the final dot) for all but ``refused``."""

    refused: tuple[RefusedRecipient, ...] = ()


class AllRefused(ServerSaid):
    """No recipient was taken, so the message was not handed over at all."""

    def __init__(self, error: ServerSaid, refused: tuple[RefusedRecipient, ...]) -> None:
        super().__init__(error.code, said=error.said, **error.facts)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports of delivery that are wanted where the server offers them (RFC 3461). Those of failure
    and delay always are, with the headers only.
    """

    envelope_id: str  # comes back in each of them: the Message-ID, without < >
    on_success: bool = False


HandedOver = Callable[[tuple[RefusedRecipient, ...]], None]


class Submission(Protocol):
    """One message to the submission server (RFC 6409, 5321).

    Raises ServerSaid with SERVER_TEMPORARY, SENDING_LIMIT, SENDER_REFUSED, RECIPIENT_REFUSED
    (AllRefused), MESSAGE_REFUSED, MESSAGE_TOO_LARGE, NO_SMTPUTF8 or a sign-in code; ServerBroken,
    ConnectionTrouble, LocalRefusal and Cancelled when nothing was handed over;
    ServerSaid(SENDING_UNKNOWN) when the line was lost after the final dot.
    """

    def submit(
        self,
        account: Account,
        password: Secret,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        meter: Meter,
        *,
        before_final_dot: HandedOver | None = None,
        reports: Reports | None = None,
    ) -> SubmissionReceipt:
        """Hand over once, in one transaction. Never retries.

        ``before_final_dot`` is called when all has left but the end (the final dot, or the last
        octets of the last chunk), with the recipients that the server would not take: up to there
        it cannot have taken the message, whatever happens. What it raises ends the attempt.
        ``password``: a bearer token where the account signs in by AuthKind.OAUTH2.
        """
        ...

    def abort(self) -> None:
        """From any thread: drop what is under way (Cancelled); a reply to a final dot that has left
        is waited for a few seconds more.
        """
        ...


class SubmissionMemory(Protocol):
    """What is remembered of submission servers from one connection to the next."""

    def way(self, account: Account) -> Endpoint | None:
        """Port and security that worked last on this network, where they are not the account's."""
        ...

    def learn(self, account: Account, facts: SubmissionFacts, way: Endpoint) -> None:
        """A sign-in went through this way, and that is what the server said."""
        ...


# -- Directory ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LdapPage:
    """One page of a search; ``complete`` is False when the server cut it by a limit."""

    entries: tuple[DirectoryEntry, ...]
    skipped: int = 0
    complete: bool = True
    memberships: tuple[Membership, ...] = ()


class DirectoryReader(Protocol):
    """Reads an LDAP directory by pages (RFC 2696), over TLS only."""

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        """All persons and groups below the base."""
        ...


# -- Documents ------------------------------------------------------------------------------------


class TextExtractor(Protocol):
    """Takes the text out of documents, bounded in time and memory, whatever they hold."""

    def extract(self, document: Document, content: Iterable[bytes]) -> Extracted:
        """Text of one document. All of ``content`` is drawn before the work begins. Cancelled."""
        ...

    def rest(self) -> None:
        """Nothing more for now: what it holds may go."""
        ...
