"""An honest IMAP server in one table, and the places where an attack may take its word.

``on_*`` answer one command each; an attack replaces or bends some of these answers, the greeting or
the certificate, and everything else stays as a good server would do it.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LOGIN, PASSWORD = "cmartin", "Sésame-ouvre-toi"
BEFORE = "IMAP4rev1 SASL-IR AUTH=PLAIN ENABLE"
PLAIN = "IMAP4rev1"
FULL = (
    "IMAP4rev1 ENABLE CONDSTORE QRESYNC MOVE UIDPLUS ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE"
    " LITERAL+ IDLE UNSELECT ID NAMESPACE"
)
PUSHES = frozenset({
    "STORE", "APPEND", "COPY", "MOVE", "EXPUNGE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE",
    "UNSUBSCRIBE", "SETACL", "SETMETADATA", "SETQUOTA", "CLOSE",
})  # fmt: skip  # CLOSE removes what is marked \Deleted
START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
_ITEM = re.compile(rb"(?:BODY|BINARY)(?:\.PEEK)?\[[^\]]*\](?:<\d+\.\d+>)?|[A-Z][A-Z0-9.]*", re.I)
_SECTION = re.compile(rb"BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?\Z", re.I)


@dataclass
class Mail:
    uid: int
    raw: bytes
    date: datetime
    flags: set[str] = field(default_factory=set)
    modseq: int = 1

    @property
    def header(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


@dataclass
class Box:
    name: str
    use: str = ""
    uidvalidity: int = 7
    mails: list[Mail] = field(default_factory=list)

    @property
    def uidnext(self) -> int:
        return max((one.uid for one in self.mails), default=0) + 1

    @property
    def modseq(self) -> int:
        return max((one.modseq for one in self.mails), default=1)

    def add(self, name: str, modseq: int = 1, size: int = 0) -> Mail:
        """One more message; its subject, text and Message-ID are made of ``name``."""
        number = len(self.mails) + 1
        date = START + timedelta(minutes=number)
        raw = (
            f"From: Paul Durand <paul@ac-demo.fr>\r\nTo: cmartin@ac-demo.fr\r\nSubject: {name}\r\n"
            f"Message-ID: <{name}.{self.name}@ac-demo.fr>\r\nDate: {date:%d %b %Y %H:%M:%S +0000}"
            f"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nTexte de {name}.\r\n"
        ).encode() + b"x" * size
        mail = Mail(self.uidnext, raw, date, modseq=modseq)
        self.mails.append(mail)
        return mail


def school(*, news: bool, later: bool = False) -> dict[str, Box]:
    """Thirty honest messages in the inbox and some elsewhere; ``news``: what came since;
    ``later``: what came after the attack.
    """
    boxes = {
        one.name: one
        for one in (Box("INBOX"), Box("Sent", "\\Sent"), Box("Trash", "\\Trash"), Box("Classe"))
    }
    for name, count in (("INBOX", 30), ("Sent", 3), ("Classe", 25)):
        for number in range(1, count + 1):
            boxes[name].add(f"m{number}")
    if news:
        boxes["INBOX"].add("nouveau", modseq=5)
        boxes["Classe"].add("nouveau", modseq=5)
    if later:
        boxes["INBOX"].add("plus-tard", modseq=9)
        boxes["INBOX"].mails[4].flags.add("\\Flagged")
        boxes["INBOX"].mails[4].modseq = 9
    return boxes


Told = bytes | str
Answer = Callable[["Dialogue", "Command"], Iterable[Told]]


@dataclass(frozen=True)
class Attack:
    """What is not honest. ``on``: verb -> the answer in place of the honest one."""

    name: str
    on: Mapping[str, Answer] = field(default_factory=dict)
    greeting: Answer | None = None
    before: str = BEFORE  # capabilities before sign-in
    after: str = FULL
    context: ssl.SSLContext | None = None
    clear: bool = False  # speaks in clear text on the port for TLS
    boxes: Callable[[], dict[str, Box]] = lambda: school(news=True)


HONEST = Attack("honest")


@dataclass(frozen=True)
class Command:
    tag: str
    verb: str  # without UID
    arguments: bytes
    by_uid: bool = False

    @property
    def names(self) -> list[str]:
        """Quoted strings and atoms of the arguments."""
        found = re.findall(rb'"((?:[^"\\]|\\.)*)"|([^\s()"]+)', self.arguments)
        return [(quoted or atom).decode("utf-8", "replace") for quoted, atom in found]

    def ok(self, code: str = "") -> str:
        return f"{self.tag} OK {code + ' ' if code else ''}done\r\n"


class Dialogue:
    """One connection: reads commands, answers them in order."""

    def __init__(self, raw: socket.socket, server: HostileServer, attack: Attack) -> None:
        self.server, self.attack, self.boxes = server, attack, server.boxes
        self._socket, self._buffer = raw, b""
        self._inflate: zlib._Decompress | None = None
        self._deflate: zlib._Compress | None = None
        self.private = False
        self.signed_in = False
        self.open: Box | None = None
        self.qresync = False

    # -- the wire --------------------------------------------------------------------------------

    def send(self, data: Told) -> None:
        octets = data.encode() if isinstance(data, str) else data
        if self._deflate:
            octets = self._deflate.compress(octets) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._socket.sendall(octets)

    def raw_send(self, octets: bytes) -> None:
        """Past the compression."""
        self._socket.sendall(octets)

    def start_tls(self) -> None:
        context = self.attack.context or self.server.context
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self.private, self._buffer = True, b""

    def compress(self) -> None:
        self._inflate = zlib.decompressobj(-15)
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -15)

    def hang_up(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        raise EOFError

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise EOFError
        (self.server.heard_private if self.private else self.server.heard_clear).extend(data)
        if self._inflate:
            data = self._inflate.decompress(data)
            self.server.heard_private.extend(data)
        self._buffer += data

    def line(self) -> bytes:
        while b"\n" not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def octets(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def command(self) -> Command:
        """The next command; literals are put between quotes."""
        whole = self.line()
        while literal := re.search(rb"\{(\d+)(\+?)\}\Z", whole):
            if not literal[2]:
                self.send("+ go on\r\n")
            data = self.octets(int(literal[1]))
            data = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            whole = whole[: literal.start()] + b'"' + data + b'"' + self.line()
        tag, _, rest = whole.partition(b" ")
        verb, _, arguments = rest.partition(b" ")
        by_uid = verb.upper() == b"UID"
        if by_uid:
            verb, _, arguments = arguments.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        self.server.commands.append(name)
        return Command(
            tag.decode("ascii", "replace"),
            {"EXAMINE": "SELECT"}.get(name, name),
            arguments,
            by_uid,
        )

    # -- what is said ----------------------------------------------------------------------------

    def serve(self) -> None:
        if self.server.is_tls and not self.attack.clear:
            self.start_tls()
        for part in (self.attack.greeting or Dialogue.greet)(self, Command("*", "", b"")):
            self.send(part)
        while True:
            command = self.command()
            answer = self.attack.on.get(command.verb)
            if answer is not None:
                self.server.fired += 1
            for part in (answer or honest)(self, command):
                self.send(part)
            if command.verb == "LOGOUT":
                return

    def greet(self, _: Command) -> Iterable[Told]:
        offered = self.attack.before if self.private else "IMAP4rev1 STARTTLS LOGINDISABLED"
        yield f"* OK [CAPABILITY {offered}] hello\r\n"

    def on_capability(self, command: Command) -> Iterable[Told]:
        offered = self.attack.before if self.private else "IMAP4rev1 STARTTLS LOGINDISABLED"
        yield f"* CAPABILITY {self.attack.after if self.signed_in else offered}\r\n{command.ok()}"

    def on_starttls(self, command: Command) -> Iterable[Told]:
        yield command.ok()
        self.start_tls()

    def on_authenticate(self, command: Command) -> Iterable[Told]:
        _, _, initial = command.arguments.partition(b" ")
        if not initial:
            yield "+ \r\n"
            initial = self.line()
        self.server.sign_ins += 1
        told = base64.b64decode(initial).split(b"\0")
        self.signed_in = told[1:] == [LOGIN.encode(), PASSWORD.encode()]
        yield self.welcome(command)

    def on_login(self, command: Command) -> Iterable[Told]:
        self.server.sign_ins += 1
        self.signed_in = command.names == [LOGIN, PASSWORD]
        yield self.welcome(command)

    def welcome(self, command: Command) -> str:
        if not self.signed_in:
            return f"{command.tag} NO [AUTHENTICATIONFAILED] no\r\n"
        return command.ok(f"[CAPABILITY {self.attack.after}]")

    def on_enable(self, command: Command) -> Iterable[Told]:
        self.qresync = "QRESYNC" in self.attack.after
        yield f"* ENABLED {'QRESYNC' if self.qresync else ''}\r\n{command.ok()}"

    def on_id(self, command: Command) -> Iterable[Told]:
        yield f'* ID ("name" "Honest")\r\n{command.ok()}'

    def on_namespace(self, command: Command) -> Iterable[Told]:
        yield f'* NAMESPACE (("" "/")) NIL NIL\r\n{command.ok()}'

    def on_compress(self, command: Command) -> Iterable[Told]:
        if "COMPRESS=DEFLATE" not in self.attack.after:
            yield f"{command.tag} BAD no\r\n"
            return
        yield command.ok()
        self.compress()

    def on_list(self, command: Command) -> Iterable[Told]:
        pattern = command.names[1]
        for box in self.boxes.values():
            if pattern not in ("*", box.name):
                continue
            yield f'* LIST ({box.use}) "/" "{box.name}"\r\n'
            if b"STATUS" in command.arguments and "LIST-STATUS" in self.attack.after:
                yield self.status(box)
        yield command.ok()

    def status(self, box: Box) -> str:
        unseen = sum("\\Seen" not in one.flags for one in box.mails)
        modseq = f" HIGHESTMODSEQ {box.modseq}" if "CONDSTORE" in self.attack.after else ""
        return (
            f'* STATUS "{box.name}" (MESSAGES {len(box.mails)} UIDNEXT {box.uidnext}'
            f" UIDVALIDITY {box.uidvalidity} UNSEEN {unseen}{modseq})\r\n"
        )

    def on_status(self, command: Command) -> Iterable[Told]:
        box = self.boxes.get(command.names[0])
        yield (
            f"{self.status(box)}{command.ok()}" if box else f"{command.tag} NO [NONEXISTENT] .\r\n"
        )

    def on_select(self, command: Command) -> Iterable[Told]:
        if self.open is not None and self.qresync:
            yield "* OK [CLOSED] closed\r\n"
        box = self.open = self.boxes.get(command.names[0])
        if box is None:
            yield f"{command.tag} NO [NONEXISTENT] no such folder\r\n"
            return
        yield (
            f"* FLAGS (\\Seen \\Flagged \\Answered \\Deleted \\Draft)\r\n* {len(box.mails)} EXISTS"
            f"\r\n* 0 RECENT\r\n* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Deleted \\*)] .\r\n"
            f"* OK [UIDVALIDITY {box.uidvalidity}] .\r\n* OK [UIDNEXT {box.uidnext}] .\r\n"
        )
        if "CONDSTORE" in self.attack.after:
            yield f"* OK [HIGHESTMODSEQ {box.modseq}] .\r\n"
        since = re.search(rb"QRESYNC \((\d+) (\d+)", command.arguments)
        if since and int(since[1]) == box.uidvalidity:
            for place, mail in enumerate(box.mails, 1):
                if mail.modseq > int(since[2]):
                    yield self.fetch(place, mail, [b"UID", b"FLAGS", b"MODSEQ"])
        yield command.ok("[READ-WRITE]")

    def on_search(self, command: Command) -> Iterable[Told]:
        found = [one.uid for one in self.open.mails]
        if b"HEADER" in command.arguments:
            wanted = command.names[-1].encode()
            found = [one.uid for one in self.open.mails if wanted in one.header]
        if b"RETURN" in command.arguments:
            places = ",".join(map(str, found))
            every = f" ALL {places}" if found else ""
            yield f'* ESEARCH (TAG "{command.tag}") UID{every}\r\n{command.ok()}'
        else:
            yield f"* SEARCH {' '.join(map(str, found))}\r\n{command.ok()}"

    def chosen(self, command: Command) -> list[tuple[int, Mail]]:
        """(sequence number, message) of the set that the command names."""
        if self.open is None:
            return []
        numbered = list(enumerate(self.open.mails, 1))
        text = command.arguments.partition(b" ")[0].decode()
        top = max((mail.uid if command.by_uid else place for place, mail in numbered), default=1)
        ranges = []
        for part in text.replace("*", str(top)).split(","):
            first, _, last = part.partition(":")
            ranges.append(sorted((int(first), int(last or first))))
        return [
            (place, mail)
            for place, mail in numbered
            if any(a <= (mail.uid if command.by_uid else place) <= b for a, b in ranges)
        ]

    def on_fetch(self, command: Command) -> Iterable[Told]:
        asked = command.arguments.partition(b" ")[2]
        since = re.search(rb"\(CHANGEDSINCE (\d+)", asked, re.I)
        items = _ITEM.findall(re.sub(rb"\(CHANGEDSINCE.*", b"", asked, flags=re.I))
        if command.by_uid and b"UID" not in items:
            items.insert(0, b"UID")
        if since and b"MODSEQ" not in items:
            items.append(b"MODSEQ")
        for place, mail in self.chosen(command):
            if not since or mail.modseq > int(since[1]):
                yield self.fetch(place, mail, items)
        yield command.ok()

    def fetch(self, place: int, mail: Mail, items: Iterable[bytes]) -> bytes:
        parts = b" ".join(one for one in (self.item(mail, name) for name in items) if one)
        return b"* %d FETCH (%s)\r\n" % (place, parts)

    def item(self, mail: Mail, name: bytes) -> bytes:
        told = {
            b"UID": b"%d" % mail.uid,
            b"FLAGS": b"(%s)" % " ".join(sorted(mail.flags)).encode(),
            b"INTERNALDATE": f'"{mail.date:%d-%b-%Y %H:%M:%S +0000}"'.encode(),
            b"RFC822.SIZE": b"%d" % len(mail.raw),
            b"MODSEQ": b"(%d)" % mail.modseq,
            b"BODYSTRUCTURE": b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "8BIT" %d 1 NIL NIL'
            b" NIL NIL)" % len(mail.body),
        }
        if name.upper() in told:
            return name.upper() + b" " + told[name.upper()]
        section = _SECTION.match(name)
        if section is None:
            return b""
        data = self.section(mail, section[1].upper())
        mark = b""
        if section[2]:
            start, size = int(section[2]), int(section[3])
            data, mark = data[start : start + size], b"<%d>" % start
        return b"BODY[%s]%s {%d}\r\n%s" % (section[1], mark, len(data), data)

    @staticmethod
    def section(mail: Mail, name: bytes) -> bytes:
        if name.startswith(b"HEADER.FIELDS"):
            wanted = set(re.findall(rb"[A-Z-]+", name.partition(b"(")[2]))
            lines = mail.header.split(b"\r\n")
            kept = [one for one in lines if one.partition(b":")[0].upper() in wanted]
            return b"\r\n".join(kept) + b"\r\n\r\n"
        return {b"": mail.raw, b"HEADER": mail.header, b"TEXT": mail.body, b"1": mail.body}.get(
            name, b""
        )

    def on_idle(self, command: Command) -> Iterable[Told]:
        yield "+ idling\r\n"
        self.line()
        yield command.ok()

    def on_logout(self, command: Command) -> Iterable[Told]:
        yield f"* BYE bye\r\n{command.ok()}"

    def on_noop(self, command: Command) -> Iterable[Told]:
        yield command.ok()

    def on_unselect(self, command: Command) -> Iterable[Told]:
        self.open = None
        yield command.ok()

    def on_store(self, command: Command) -> Iterable[Told]:
        flags = set(re.findall(r"[\\$]\w+", command.arguments.decode()))
        for _, mail in self.chosen(command):
            mail.flags = (
                mail.flags - flags if b"-FLAGS" in command.arguments else mail.flags | flags
            )
            mail.modseq = 6
        yield command.ok()

    def on_move(self, command: Command) -> Iterable[Told]:
        target = self.boxes[command.names[-1]]
        for _, mail in self.chosen(command):
            place = self.open.mails.index(mail) + 1
            self.open.mails.remove(mail)
            moved = Mail(target.uidnext, mail.raw, mail.date, mail.flags, 6)
            target.mails.append(moved)
            yield f"* OK [COPYUID {target.uidvalidity} {mail.uid} {moved.uid}] moved\r\n"
            yield f"* VANISHED {mail.uid}\r\n" if self.qresync else f"* {place} EXPUNGE\r\n"
        yield command.ok()


_WITHOUT_SIGN_IN = frozenset({
    "CAPABILITY", "STARTTLS", "AUTHENTICATE", "LOGIN", "LOGOUT", "ID", "NOOP",
})  # fmt: skip


_IN_FOLDER = frozenset({"SEARCH", "FETCH", "STORE", "MOVE"})


def honest(dialogue: Dialogue, command: Command) -> Iterable[Told]:
    """What a good server says to this command."""
    answer = getattr(Dialogue, f"on_{command.verb.lower()}", None)
    allowed = dialogue.signed_in or command.verb in _WITHOUT_SIGN_IN
    if command.verb in _IN_FOLDER and dialogue.open is None:
        allowed = False
    if answer is None or not allowed:
        return iter([f"{command.tag} BAD not here\r\n"])
    told: Iterable[Told] = answer(dialogue, command)
    return told


class HostileServer:
    """Listens on one port from the first test to the last; ``play`` says how it behaves."""

    def __init__(self, context: ssl.SSLContext, *, is_tls: bool) -> None:
        self.context, self.is_tls = context, is_tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._attack = HONEST
        self._live: set[Dialogue] = set()
        self.play(HONEST)
        self._thread = threading.Thread(target=self._accept, name="hostile-imap", daemon=True)
        self._thread.start()

    def play(self, attack: Attack, boxes: dict[str, Box] | None = None) -> None:
        """From here on; connections of before are cut and counters begin again."""
        self.silence()
        self._attack = attack
        self.boxes = boxes if boxes is not None else attack.boxes()
        self.heard_clear, self.heard_private = bytearray(), bytearray()
        self.commands: list[str] = []
        self.connections = self.sign_ins = self.fired = 0
        self.faults: list[BaseException] = []

    @property
    def pushed(self) -> list[str]:
        """Commands that would have changed something."""
        return [one for one in self.commands if one in PUSHES]

    def silence(self) -> None:
        """Cut whatever is connected."""
        for dialogue in tuple(self._live):
            dialogue.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.silence()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.settimeout(30)
            dialogue = Dialogue(raw, self, self._attack)
            self._live.add(dialogue)
            threading.Thread(
                target=self._serve, args=(dialogue,), name="hostile-imap", daemon=True
            ).start()

    def _serve(self, dialogue: Dialogue) -> None:
        try:
            dialogue.serve()
        except (EOFError, OSError, ValueError):
            pass  # the client has hung up, as it should in most attacks
        except (AssertionError, LookupError, TypeError, AttributeError) as error:
            self.faults.append(error)
        finally:
            dialogue.close()
            self._live.discard(dialogue)
