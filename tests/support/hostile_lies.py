"""Group C: lies about folders, messages and changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.support.hostile_cases import Case, case, never
from tests.support.hostile_imap import (
    FULL,
    PLAIN,
    Answer,
    Box,
    Command,
    Dialogue,
    Told,
    honest,
    school,
)
from tests.support.hostile_words import before_end, bent, bye, first, mute, says, then

BIG = ("INBOX", "Classe")  # of a small folder a person may have removed everything
PLAINER = FULL.replace("CONDSTORE QRESYNC ", "")

_NAMES: dict[str, bytes] = {
    "parent": b'"../../../../tmp/intrus"',
    "parent-windows": b'"..\\\\..\\\\intrus"',
    "absolute": b'"/etc/intrus"',
    "drive": b'"C:\\\\Windows\\\\intrus"',
    "stream": b'"intrus.txt:flux"',
    "device": b'"CON"',
    "nul": b'"int\0rus"',
    "crlf": b"{16}\r\nx\r\nm9 DELETE INBOX"[:21],
    "long": b'"' + b"n" * 5000 + b'"',
    "very-deep": b'"' + b"a/" * 2000 + b'b"',
    "bad-utf7": b'"&***-&AA"',
    "utf7-surrogate": b'"&2AA-"',
    "utf7-of-ascii": b'"&AEEAQgBD-"',
    "rlo": '"\u202eusurtni"'.encode(),
    "markup": b'"<img src=http://evil.invalid/x>"',
    "percent": b'"%2e%2e/%00"',
    "star": b'"*"',
    "empty": b'""',
    "quote": b'"a\\"b \\\\ c"',
    "invalid-utf8": b'"\xff\xfe\xc0\xaf"',
    "number": b"2026",
    "inbox-twice": b'"iNbOx"',
    "home": b'"~root/intrus"',
    "format": b'"%s%n{0}$(reboot)`reboot`"',
}


def _alias(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    """A folder that nobody has made opens too, with one message in it."""
    name = command.names[0] if command.names else ""
    if name not in dialogue.boxes:
        box = Box(name, uidvalidity=3)
        box.add("intrus")
        dialogue.boxes = {**dialogue.boxes, name: box}
    yield from honest(dialogue, command)


def _folder_names() -> Iterator[Case]:
    for what, raw in _NAMES.items():
        yield case(
            f"folder-{what}",
            {"LIST": before_end(b'* LIST () "/" ' + raw + b"\r\n"), "SELECT": _alias},
        )
    for what, delimiter in (
        ("nil", b"NIL"),
        ("empty", b'""'),
        ("long", b'"/////"'),
        ("dot", b'"."'),
    ):
        yield case(
            f"delimiter-{what}",
            {"LIST": bent(lambda told, other=delimiter: told.replace(b'"/"', other))},
        )
    yield case(
        "every-folder-closed",
        {"LIST": bent(lambda told: told.replace(b"LIST (", b"LIST (\\Noselect "))},
        codes=("protocol",),
    )
    yield case("no-folder", {"LIST": says("{tag} OK done\r\n")}, codes=("protocol",))
    yield case("no-inbox", {"LIST": _without(b"INBOX")})
    yield case("a-folder-less", {"LIST": _without(b"Classe")})
    yield case(
        "every-folder-is-the-trash",
        {"LIST": bent(lambda told: told.replace(b"LIST ()", b"LIST (\\Trash \\Sent)"))},
    )
    yield case("list-refused", {"LIST": says("{tag} NO [SERVERBUG] no\r\n")})
    yield case(
        "list-without-sense",
        {"LIST": first('* LIST\r\n* LIST (\r\n* LIST () "/"\r\n* LIST "x" () NIL\r\n')},
    )


def _without(name: bytes) -> Answer:
    lines = re.compile(rb'\* (?:LIST|STATUS) [^\r]*"%s"[^\r]*\r\n' % name)
    return bent(lambda told: lines.sub(b"", told))


# -- what a folder says of itself ------------------------------------------------------------------


def _replaced(verb: str, old: bytes, new: bytes) -> dict[str, Answer]:
    return {verb: bent(lambda told: re.sub(old, new, told))}


def _uidvalidity() -> Iterator[Case]:
    values = {
        "flip": b"8",
        "zero": b"0",
        "64-bits": b"18446744073709551616",
        "minus": b"-7",
        "word": b"x",
    }
    for what, value in values.items():
        yield case(
            f"uidvalidity-{what}", _replaced("SELECT", rb"UIDVALIDITY \d+", b"UIDVALIDITY " + value)
        )
    yield case("uidvalidity-none", _replaced("SELECT", rb"\* OK \[UIDVALIDITY 7\] .\r\n", b""))
    yield case("uidvalidity-each-time-another", {"SELECT": _another})
    yield case("uidvalidity-flip-everywhere", {"LIST": honest}, boxes=_renumbered, check=_all_there)
    yield case("uidvalidity-flip-and-empty", {"LIST": honest}, boxes=lambda: _emptied(8), kept=BIG)
    yield case(
        "uidvalidity-flip-in-plain-imap",
        {"LIST": honest},
        boxes=_renumbered,
        after=PLAIN,
        check=_all_there,
    )
    yield case("uidvalidity-in-the-middle", {"FETCH": first("* OK [UIDVALIDITY 99] changed\r\n")})


def _another(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.server.turn = getattr(dialogue.server, "turn", 100) + 1  # type: ignore[attr-defined]
    turn = str(dialogue.server.turn).encode()  # type: ignore[attr-defined]
    yield from bent(lambda told: told.replace(b"UIDVALIDITY 7", b"UIDVALIDITY " + turn))(
        dialogue, command
    )


def _all_there(outcome: object) -> None:
    subjects = outcome.subjects()  # type: ignore[attr-defined]
    assert len(subjects) == len(set(subjects))


def _renumbered() -> dict[str, Box]:
    """Other UIDVALIDITY, other UIDs, the same messages."""
    boxes = school(news=True)
    for box in boxes.values():
        box.uidvalidity = 8
        box.mails = [replace(one, uid=one.uid + 1000) for one in box.mails]
    return boxes


def _emptied(uidvalidity: int = 7) -> dict[str, Box]:
    boxes = school(news=True)
    for box in boxes.values():
        box.uidvalidity = uidvalidity
        box.mails = []
    return boxes


def _counters() -> Iterator[Case]:
    lies = {
        "uidnext-zero": (rb"UIDNEXT \d+", b"UIDNEXT 0"),
        "uidnext-too-low": (rb"UIDNEXT \d+", b"UIDNEXT 5"),
        "uidnext-64-bits": (rb"UIDNEXT \d+", b"UIDNEXT 18446744073709551616"),
        "uidnext-greatest": (rb"UIDNEXT \d+", b"UIDNEXT 4294967295"),
        "modseq-zero": (rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0"),
        "modseq-64-bits": (rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 18446744073709551616"),
        "modseq-63-bits": (rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 9223372036854775807"),
        "modseq-word": (rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ many"),
        "no-modseq": (rb"HIGHESTMODSEQ \d+", b"NOMODSEQ"),
        "exists-none": (rb"\* \d+ EXISTS", b"* 0 EXISTS"),
        "exists-one": (rb"\* \d+ EXISTS", b"* 1 EXISTS"),
        "exists-word": (rb"\* \d+ EXISTS", b"* many EXISTS"),
    }
    for what, (old, new) in lies.items():
        yield case(what, _replaced("SELECT", old, new))
    yield case(
        "status-lies",
        _replaced(
            "LIST", rb"STATUS (\S+) \(MESSAGES \d+ UIDNEXT \d+", rb"STATUS \1 (MESSAGES 0 UIDNEXT 1"
        ),
    )
    yield case(
        "status-of-another",
        {"LIST": before_end('* STATUS "Intrus" (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 1 UNSEEN 4)\r\n')},
    )
    yield case(
        "status-without-sense",
        _replaced("LIST", rb"STATUS (\S+) \([^)]*\)", rb"STATUS \1 (MESSAGES UIDNEXT 7 x)"),
    )
    yield case(
        "status-64-bits",
        _replaced("LIST", rb"(MESSAGES|UIDNEXT|UIDVALIDITY) \d+", rb"\1 99999999999999999999"),
    )
    yield case(
        "read-only",
        {"SELECT": bent(lambda told: told.replace(b"READ-WRITE", b"READ-ONLY"))},
        wishes=("flag m3",),
        heals=False,
    )


# -- what is gone ----------------------------------------------------------------------------------


def _gone() -> Iterator[Case]:
    told = "* VANISHED (EARLIER) {}\r\n".format
    for what, uids in (
        ("all", "1:31"),
        ("unknown", "900:999"),
        ("zero", "0"),
        ("word", "x"),
        ("reversed", "31:1"),
        ("star", "1:*"),
        ("nothing", ""),
    ):
        yield case(
            f"vanished-earlier-{what}",
            {"SELECT": before_end(told(uids)), "FETCH": before_end(told(uids))},
        )
        yield case(
            f"vanished-unasked-{what}", {"FETCH": first(f"* VANISHED {uids}\r\n"), "SELECT": honest}
        )
    yield case("vanished-before-select", {"LIST": before_end("* VANISHED 1:31\r\n")})
    yield case("vanished-in-plain-imap", {"FETCH": first("* VANISHED 1:31\r\n")}, after=PLAIN)
    for what, line in (
        ("zero", "* 0 EXPUNGE\r\n"),
        ("4g", "* 4294967295 EXPUNGE\r\n"),
        ("minus", "* -1 EXPUNGE\r\n"),
        ("each", "* 1 EXPUNGE\r\n" * 31),
    ):
        yield case(f"expunge-{what}", {"FETCH": first(line)}, after=PLAIN)
    yield case("exists-shrinks", {"FETCH": first("* 2 EXISTS\r\n")})
    yield case(
        "exists-shrinks-to-none-and-grows",
        {"FETCH": first("* 0 EXISTS\r\n* 4294967295 EXISTS\r\n* 3 RECENT\r\n")},
    )
    yield case("empty-mailbox", {"LIST": honest}, boxes=_emptied, kept=BIG)
    yield case(
        "empty-mailbox-in-plain-imap", {"LIST": honest}, boxes=_emptied, after=PLAIN, kept=BIG
    )
    yield case(
        "search-finds-nothing", {"SEARCH": says("* SEARCH\r\n{tag} OK done\r\n")}, after=PLAIN
    )
    yield case("search-says-nothing", {"SEARCH": says("{tag} OK done\r\n")}, after=PLAIN)
    yield case(
        "esearch-finds-nothing",
        {"SEARCH": says('* ESEARCH (TAG "{tag}") UID\r\n{tag} OK done\r\n')},
        after=PLAINER,
    )
    yield case(
        "esearch-of-another-tag",
        {"SEARCH": first('* ESEARCH (TAG "m999") UID ALL 1\r\n')},
        after=PLAINER,
    )
    yield case(
        "search-unknown-uids",
        {
            "SEARCH": bent(
                lambda told: told.replace(b"* SEARCH ", b"* SEARCH 0 4294967296 777 777 31 30 ")
            )
        },
        after=PLAIN,
    )


# -- what a message is -----------------------------------------------------------------------------


def _message(**changed: bytes) -> Callable[[bytes], bytes]:
    """A FETCH answer of UID 31 with other items."""

    def bend(told: bytes) -> bytes:
        for name, value in changed.items():
            item = name.replace("_", ".").encode()
            told = re.sub(
                rb"(?<=[( ])%s (\"[^\"]*\"|\([^()]*\)|\d+)" % re.escape(item),
                item + b" " + value,
                told,
            )
        return told

    return bend


def _section(name: bytes, value: bytes) -> Answer:
    """The sections whose names begin like this hold something else."""
    literal = re.compile(rb"BODY\[(%s[^\]]*)\](<\d+>)? \{(\d+)\}\r\n" % name)

    def bend(told: bytes) -> bytes:
        out, place = b"", 0
        for found in literal.finditer(told):
            out += (
                told[place : found.start()] + b"BODY[%s]%s " % (found[1], found[2] or b"") + value
            )
            place = found.end() + int(found[3])
        return out + told[place:]

    return bent(bend)


def _messages() -> Iterator[Case]:
    values: dict[str, dict[str, bytes]] = {
        "size-zero": {"RFC822_SIZE": b"0"},
        "size-63-bits": {"RFC822_SIZE": b"9223372036854775807"},
        "size-64-bits": {"RFC822_SIZE": b"18446744073709551616"},
        "size-nil": {"RFC822_SIZE": b"NIL"},
        "date-none": {"INTERNALDATE": b"NIL"},
        "date-garbage": {"INTERNALDATE": b'"yesterday"'},
        "date-of-year-0": {"INTERNALDATE": b'"01-Jan-0000 00:00:00 +0000"'},
        "date-of-year-9999": {"INTERNALDATE": b'"31-Dec-9999 23:59:59 -2359"'},
        "flags-nil": {"FLAGS": b"NIL"},
        "flags-markup": {"FLAGS": b"(<b> \\*  \\\\Seen $(reboot) '';--)"},
        "modseq-nil": {"MODSEQ": b"NIL"},
        "modseq-of-64-bits": {"MODSEQ": b"(18446744073709551616)"},
        "structure-nil": {"BODYSTRUCTURE": b"NIL"},
        "uid-zero": {"UID": b"0"},
        "uid-33-bits": {"UID": b"4294967327"},
        "uid-minus": {"UID": b"-31"},
        "uid-word": {"UID": b"x"},
        "uid-of-another": {"UID": b"30"},
        "uid-unknown": {"UID": b"555"},
    }
    for what, changed in values.items():
        yield case(f"message-{what}", {"FETCH": bent(_message(**changed))})
    sections = {
        "nil": b"NIL",
        "empty": b"{0}\r\n",
        "empty-line-first": b"{40}\r\n\r\nSubject: intrus\r\n\r\nbody of the intruder",
        "nuls": b"{9}\r\n" + b"\0" * 9,
        "number": b"12",
        "longer-than-asked": b"{300000}\r\n" + b"z" * 300_000,
        "in-a-list": b"(1 2 3)",
    }
    for what, value in sections.items():
        # A header never changes under its UID: what was said once is believed.
        yield case(f"header-{what}", {"FETCH": _section(b"HEADER", value)}, heals=False)
        yield case(f"text-{what}", {"FETCH": _section(b"1", value)})
    yield case("text-cut", {"FETCH": _cut})
    yield case(
        "another-section", {"FETCH": bent(lambda told: told.replace(b"BODY[1]", b"BODY[2]"))}
    )
    yield case(
        "text-of-another",
        {
            "FETCH": before_end(
                "* 3 FETCH (UID 3 BODY[1]<0> {6}\r\nIntrus)\r\n",
                "* 3 FETCH (UID 3 BODY[1] {6}\r\nIntrus)\r\n",
            )
        },
    )
    yield case(
        "header-of-another",
        {"FETCH": before_end(_row(3))},
        check=never("intrus"),
    )
    yield case(
        "message-nobody-asked-for",
        {"FETCH": before_end(_row(99))},
        check=never("intrus"),
    )
    yield case("answers-twice", {"FETCH": _twice})
    yield case(
        "fetch-without-items",
        {
            "FETCH": first(
                "* 31 FETCH\r\n* 31 FETCH ()\r\n* 31 FETCH (UID)\r\n",
                "* 31 FETCH (UID 31\r\n* FETCH (UID 31)\r\n",
            )
        },
    )
    yield case("fetch-of-number-zero", {"FETCH": first("* 0 FETCH (UID 31 FLAGS (\\Deleted))\r\n")})


def _row(uid: int) -> str:
    """A whole row that nobody asked for."""
    return (
        f'* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE "20-Nov-2026 09:00:00 +0100" RFC822.SIZE 9'
        " BODYSTRUCTURE NIL BODY[HEADER.FIELDS (SUBJECT)] {19}\r\nSubject: intrus\r\n\r\n)\r\n"
    )


def _cut(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    whole = b"".join(
        one if isinstance(one, bytes) else one.encode() for one in honest(dialogue, command)
    )
    place = whole.find(b"Texte de nou")
    if place < 0:
        yield whole
        return
    yield whole[: place + 9]
    dialogue.hang_up()


def _twice(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    *untagged, last = honest(dialogue, command)
    yield from untagged
    yield from untagged
    yield last


# -- what is said when -----------------------------------------------------------------------------


def _order() -> Iterator[Case]:
    for verb in ("LIST", "SELECT", "FETCH"):
        yield case(f"bye-at-{verb.lower()}", {verb: bye})
        yield case(f"bye-in-plain-imap-at-{verb.lower()}", {verb: bye}, after=PLAIN)
        yield case(f"no-to-{verb.lower()}", {verb: says("{tag} NO no\r\n")})
        yield case(f"bad-to-{verb.lower()}", {verb: says("{tag} BAD bad\r\n")})
        yield case(f"tagged-twice-{verb.lower()}", {verb: then("{tag} OK again\r\n")})
        yield case(
            f"tag-never-sent-{verb.lower()}",
            {verb: first("zz99 OK that was it\r\n")},
            codes=("protocol", ""),
        )
    yield case("bye-at-search", {"SEARCH": bye}, after=PLAIN)
    yield case("bye-at-enable", {"ENABLE": bye})
    yield case("bye-at-authenticate", {"AUTHENTICATE": bye}, sign_ins=0)
    yield case("mute-at-search", {"SEARCH": mute}, after=PLAIN, silence=0.4, codes=("timed-out",))
    yield case(
        "tag-of-the-future", {"LIST": before_end("m3 OK done\r\nm4 OK done\r\nm5 OK done\r\n")}
    )
    yield case(
        "answer-before-the-question",
        {"AUTHENTICATE": then("m2 OK done\r\nm3 OK done\r\n* 5 EXISTS\r\n")},
    )
    yield case("go-on-unasked", {"LIST": first("+ go on\r\n")}, codes=("protocol",))
    yield case(
        "greeting-twice",
        {"LIST": first("* OK [CAPABILITY IMAP4rev1] hello again\r\n* PREAUTH hello\r\n")},
    )
    yield case(
        "capabilities-change",
        {"SELECT": first("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* OK [CAPABILITY] .\r\n")},
    )
    yield case(
        "enabled-unasked",
        {"LIST": first("* ENABLED UTF8=ACCEPT QRESYNC EVERYTHING\r\n")},
        after=PLAIN,
    )
    yield case("enable-refused", {"ENABLE": says("{tag} BAD no\r\n")})
    yield case(
        "untagged-nonsense",
        {"LIST": first("* \r\n"), "SELECT": first("* 12\r\n* XYZZY (((\r\n* 3 FETCHED\r\n")},
    )
    yield case("garbage-line", {"LIST": first(b"\x80\x81\0\xff\r\n")}, codes=("protocol",))
    yield case("bare-line-feeds", {"LIST": bent(lambda told: told.replace(b"\r\n", b"\n"))})
    yield case(
        "bare-returns", {"SELECT": bent(lambda told: told.replace(b"\r\n", b"\r"))}, silence=0.4
    )
    yield case("small-letters", {verb: bent(_small) for verb in ("LIST", "SELECT", "FETCH")})
    yield case(
        "appenduid-everywhere",
        {verb: bent(_appenduid) for verb in ("LIST", "SELECT", "FETCH", "LOGOUT")},
    )
    yield case("copyuid-everywhere", {verb: bent(_copyuid) for verb in ("LIST", "SELECT", "FETCH")})
    yield case(
        "unknown-codes",
        {"SELECT": bent(lambda told: told.replace(b"[READ-WRITE]", b"[X-EVIL [[ ] a"))},
    )
    yield case("closed-at-any-time", {"FETCH": first("* OK [CLOSED] closed\r\n")})


def _small(told: bytes) -> bytes:
    """Keywords of the protocol in lower case."""
    return re.sub(
        rb"\b(LIST|STATUS|EXISTS|FETCH|FLAGS|UIDVALIDITY|UIDNEXT|MESSAGES|OK|INTERNALDATE)\b(?!\.)",
        lambda found: found[0].lower(),
        told,
    )


def _appenduid(told: bytes) -> bytes:
    return re.sub(rb"\b(m\d+) OK (\[[A-Z-]+\] )?", rb"\1 OK [APPENDUID 7 3] ", told)


def _copyuid(told: bytes) -> bytes:
    return b"* OK [COPYUID 7 1:30 1:30] moved\r\n" + told


# -- what the teacher wants ------------------------------------------------------------------------


def _wishes() -> Iterator[Case]:
    flag, move = (
        {"wishes": ("flag m3",), "pushes": ("STORE",)},
        {"wishes": ("move m30",), "pushes": ("MOVE",)},
    )
    yield case("store-refused", {"STORE": says("{tag} NO no\r\n")}, heals=False, **flag)
    yield case("store-cut", {"STORE": bye}, heals=False, **flag)
    yield case(
        "store-flags-all",
        {"STORE": before_end("* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n* VANISHED 1:30\r\n")},
        heals=False,
        **flag,
    )
    for what, code in (
        ("all", "7 1:30 1:30"),
        ("zero", "7 30 0"),
        ("other", "7 9 9"),
        ("more", "7 30 26,27,28"),
        ("garbage", "x y z w"),
        ("huge", "7 1:4294967295 1:4294967295"),
    ):
        yield case(f"copyuid-{what}", {"MOVE": _moved(code)}, heals=False, **move)
    yield case(
        "move-not-done",
        {"MOVE": says("{tag} OK done\r\n")},
        heals=False,
        **move,
    )
    yield case(
        "move-of-all",
        {"MOVE": before_end("* VANISHED 1:30\r\n")},
        heals=False,
        **move,
    )
    yield case(
        "move-refused",
        {"MOVE": says("{tag} NO [TRYCREATE] no\r\n")},
        heals=False,
        **move,
    )
    yield case(
        "wish-on-a-renumbered-folder",
        {"SELECT": _replaced("SELECT", rb"UIDVALIDITY \d+", b"UIDVALIDITY 8")["SELECT"]},
        heals=False,
        **flag,
    )


def _moved(code: str) -> Answer:
    return bent(lambda told: re.sub(rb"COPYUID [^\]]*", b"COPYUID " + code.encode(), told))


def lie_cases() -> tuple[Case, ...]:
    """Group C."""
    return (
        *_folder_names(),
        *_uidvalidity(),
        *_counters(),
        *_gone(),
        *_messages(),
        *_order(),
        *_wishes(),
    )
