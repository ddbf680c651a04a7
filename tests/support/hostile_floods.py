"""Group B: too much, too long, too deep, too slow."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.support.hostile_cases import Case, case, told
from tests.support.hostile_imap import FULL, PLAIN, Answer, Command, Dialogue, Told, honest
from tests.support.hostile_words import bent, dribble, first, flood, made, mute, says

_MEGABYTE = b"x" * (1 << 20)
_STRUCTURE = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "8BIT" 26 1 NIL NIL NIL NIL)'


def _structure(other: bytes) -> Answer:
    """Every BODYSTRUCTURE is this one."""

    def bend(told: bytes) -> bytes:
        head, name, rest = told.partition(b"BODYSTRUCTURE (")
        if not name:
            return told
        depth, place = 1, 0
        while depth:
            depth += {40: 1, 41: -1}.get(rest[place], 0)
            place += 1
        return head + b"BODYSTRUCTURE " + other + rest[place:]

    return bent(bend)


def _flags(other: bytes) -> Answer:
    return bent(lambda told: told.replace(b"FLAGS ()", b"FLAGS (" + other + b")"))


def _literals() -> Iterator[Case]:
    broken = ("protocol", "")  # closed at once, or the one message is put aside
    sizes = {
        "4g": "4294967296",
        "1e20": "100000000000000000000",
        "minus": "-1",
        "digits": "9" * 4000,
    }
    for name, size in sizes.items():
        yield case(
            f"literal-{name}",
            {"FETCH": flood(f"* 31 FETCH (UID 31 BODY[1]<0> {{{size}}}\r\n", _MEGABYTE, 64)},
            codes=broken,
        )
    yield case(
        "literal-4g-in-list",
        {"LIST": flood('* LIST () "/" {4294967296}\r\n', _MEGABYTE, 64)},
        codes=("protocol",),
    )
    yield case(
        "literal-streamed",
        {"FETCH": flood("* 31 FETCH (UID 31 BODY[1]<0> {1610612736}\r\n", _MEGABYTE, 1536)},
        codes=broken,
        peak_mib=200,
    )
    yield case(
        "literals-in-millions",
        {"FETCH": flood("* 31 FETCH (UID 31", b" BODY[1] {1}\r\nx" * 1000, 4000)},
        codes=broken,
        peak_mib=300,
    )
    yield case(
        "slices-without-end",
        {
            "FETCH": flood(
                "", b"* 31 FETCH (UID 31 BODY[1]<0> {1048576}\r\n" + _MEGABYTE + b")\r\n", 40
            )
        },
        peak_mib=250,
    )


def _lines() -> Iterator[Case]:
    for verb in ("LIST", "SELECT", "FETCH"):
        yield case(
            f"line-without-end-{verb.lower()}",
            {verb: flood(f"* {verb} ", _MEGABYTE, 600)},
            codes=("protocol", ""),
            peak_mib=200,
        )
    yield case(
        "tagged-text-without-end",
        {"LIST": flood("{tag} OK ", _MEGABYTE, 600)},
        codes=("protocol",),
        peak_mib=200,
    )
    yield case("only-line-feeds", {"LIST": flood("", b"\n" * 65536, 100)}, codes=("protocol",))
    yield case(
        "twenty-million-untagged",
        {"SELECT": flood("", b"* 31 EXISTS\r\n" * 10_000, 2000, "{tag} OK done\r\n")},
        codes=("protocol", ""),
        seconds=75,
    )
    yield case(
        "alerts-without-end",
        {"LIST": flood("", b"* OK [ALERT] read this\r\n" * 10_000, 2000, "{tag} OK done\r\n")},
        codes=("protocol",),
        seconds=75,
    )
    yield case(
        "flags-of-everybody-without-end",
        {"FETCH": flood("", b"* 7 FETCH (FLAGS (\\Seen))\r\n" * 10_000, 1000, "{tag} OK done\r\n")},
        seconds=75,
    )
    yield case(
        "the-same-answer-without-end",
        {
            "FETCH": flood(
                "",
                b"* 31 FETCH (UID 31 FLAGS (\\Seen) MODSEQ (9))\r\n" * 10_000,
                300,
                "{tag} OK done\r\n",
            )
        },
        peak_mib=300,
        seconds=90,
    )


def _counts() -> Iterator[Case]:
    for name, count in (("4g", "4294967295"), ("1e30", "1" + "0" * 30)):
        yield case(
            f"exists-{name}",
            {
                "SELECT": bent(
                    lambda told, count=count: told.replace(b"* 31 E", f"* {count} E".encode())
                )
            },
        )
    yield case(
        "five-million-uids",
        {"SEARCH": made(_five_million_uids)},
        after=PLAIN,
        peak_mib=400,
        seconds=90,
    )
    yield case(
        "five-million-uids-in-one-range",
        {"SEARCH": says('* ESEARCH (TAG "{tag}") UID ALL 1:5000000\r\n{tag} OK done\r\n')},
        after=FULL.replace("CONDSTORE QRESYNC ", ""),
        peak_mib=400,
        seconds=90,
    )
    yield case(
        "five-hundred-thousand-folders",
        {"LIST": made(_folders)},
        peak_mib=400,
        seconds=120,
        codes=("protocol",),
    )
    yield case("vanished-four-billion", {"SELECT": first("* VANISHED (EARLIER) 1:4294967295\r\n")})
    yield case(
        "vanished-400k-ranges",
        {"SELECT": made(_ranges_without_end, honest)},
        peak_mib=400,
        seconds=75,
    )


def _five_million_uids() -> bytes:
    return b"* SEARCH %s\r\n{tag} OK done\r\n" % b" ".join(map(b"%d".__mod__, range(1, 5_000_001)))


def _ranges_without_end() -> bytes:
    ranges = b",".join(map(b"%d".__mod__, range(99, 800_000, 2)))
    return b"* VANISHED (EARLIER) " + ranges + b"\r\n"


def _folders() -> bytes:
    names = map(b'* LIST () "/" "f%d"\r\n'.__mod__, range(500_000))
    return b"".join(names) + b"{tag} OK done\r\n"


def _depths() -> Iterator[Case]:
    yield case("parentheses-1m", {"FETCH": _structure(b"(" * 1_000_000 + b")" * 1_000_000)})
    yield case("parentheses-1m-open", {"FETCH": _structure(b"(" * 1_000_000)})
    yield case("parts-100k", {"FETCH": _structure(b"(" + _STRUCTURE * 20_000 + b' "MIXED")')})
    deep = b"(" * 3000 + _STRUCTURE + b' "MIXED")' * 3000
    yield case("multiparts-3000-deep", {"FETCH": _structure(deep)})
    yield case("parentheses-in-list", {"LIST": first(b"* LIST " + b"(" * 1_000_000 + b"\r\n")})
    yield case(
        "flags-100k",
        {"FETCH": _flags(b" ".join(b"k%d" % one for one in range(100_000)))},
        seconds=75,
    )
    yield case("flag-of-100k-letters", {"FETCH": _flags(b"k" * 100_000)})
    yield case(
        "permanent-flags-100k",
        {"SELECT": first(b"* OK [PERMANENTFLAGS (" + b"k " * 400_000 + b"\\*)] .\r\n")},
    )
    yield case(
        "header-of-15m",
        {"FETCH": bent(_swollen)},
        peak_mib=250,
        heals=False,  # what was said of a UID once is believed
    )


def _swollen(told: bytes) -> bytes:
    """The header literal grows to 15 MB."""
    if b"HEADER.FIELDS" not in told:
        return told
    place = told.find(b"{", told.find(b"HEADER.FIELDS"))
    end = told.find(b"}\r\n", place)
    size = int(told[place + 1 : end])
    header = b"X-Long: " + b"y" * 15_000_000 + b"\r\n"
    return told[:place] + b"{%d}\r\n" % (size + len(header)) + header + told[end + 3 :]


def _slow() -> Iterator[Case]:
    for verb in ("AUTHENTICATE", "LIST", "SELECT", "FETCH"):
        yield case(f"mute-at-{verb.lower()}", {verb: mute}, silence=0.4, codes=("timed-out",))
    yield case(
        "slowloris-greeting",
        greeting=dribble(b"* OK x", 0.2),
        silence=0.4,
        codes=("timed-out", "protocol"),
    )
    yield case(
        "slowloris-lines",
        {"LIST": dribble(b"* OK x\r\n", 0.1)},
        silence=0.4,
        codes=("timed-out", "protocol"),
    )
    yield case(
        "slowloris-literal",
        {"FETCH": _slow_literal},
        silence=0.4,
        codes=("timed-out", "protocol", "connection-lost"),
    )


def _slow_literal(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    yield "* 31 FETCH (UID 31 BODY[1]<0> {65536}\r\n"
    yield from dribble(b"x", 0.2)(dialogue, command)


def _squeezed(octets: bytes, times: int) -> Answer:
    """COMPRESS is taken up, and then comes this, deflated."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        dialogue.send(command.ok())
        press = zlib.compressobj(9, zlib.DEFLATED, -15)
        for _ in range(times):
            dialogue.raw_send(press.compress(octets) + press.flush(zlib.Z_SYNC_FLUSH))
        yield ""
        dialogue.hang_up()

    return answer


def _garbage(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.send(command.ok())
    dialogue.raw_send(bytes(range(255, 0, -1)) * 40)
    yield from mute(dialogue, command)


def _ended(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    """The deflate stream says that it is at its end."""
    dialogue.send(command.ok())
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    dialogue.raw_send(press.compress(b"* OK hm\r\n") + press.flush(zlib.Z_FINISH) + b"more")
    yield from mute(dialogue, command)


def _only_said(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    """OK, but it goes on uncompressed."""
    yield command.ok()


def _compression() -> Iterator[Case]:
    after = f"{FULL} COMPRESS=DEFLATE"
    forced = {"connector": {"compress": True}, "after": after, "forgets": True}
    noticed = told(("protocol", "connection-lost", "timed-out"))
    zeros = bytes(64 << 20)
    yield case("compress-bomb", {"COMPRESS": _squeezed(zeros, 8)}, check=noticed, **forced)
    bomb = b"* 31 EXISTS\r\n" * 1_000_000
    yield case(
        "compress-bomb-of-lines",
        {"COMPRESS": _squeezed(bomb, 30)},
        check=noticed,
        seconds=75,
        **forced,
    )
    yield case("compress-garbage", {"COMPRESS": _garbage}, check=noticed, **forced)
    yield case("compress-ended", {"COMPRESS": _ended}, check=noticed, **forced)
    yield case("compress-only-said", {"COMPRESS": _only_said}, check=noticed, **forced)
    yield case(
        "compress-refused",
        {"COMPRESS": says("{tag} NO [COMPRESSIONACTIVE] no\r\n")},
        codes=("",),
        **forced,
    )
    yield case("compress-honest", {"COMPRESS": honest}, codes=("",), **forced)


def flood_cases() -> tuple[Case, ...]:
    """Group B."""
    return (*_literals(), *_lines(), *_counts(), *_depths(), *_slow(), *_compression())
