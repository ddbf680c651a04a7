"""Laws of files that come in and go out: what is written is read, what was changed is noticed."""

from __future__ import annotations

import io
import mailbox as python_mailbox
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import frames, sealed, seed_code
from mel_desktop.formats.line_ends import ToCrlf, to_crlf
from mel_desktop.formats.mail_status import take_out, unix_fields
from mel_desktop.formats.mbox import Begin, End, Quoter, events, from_line
from mel_desktop.formats.skeleton import Skeleton
from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.transfer import SourceKind
from mel_desktop.services.import_sources import Box
from mel_desktop.services.letters import Letter, letters

KEY, MAGIC, HEADER = bytes(range(32)), b"0123456789abcdef", b'{"a": 1}'
lines = st.one_of(
    st.binary(max_size=60).map(lambda one: one.replace(b"\n", b"").replace(b"\r", b"")),
    st.sampled_from([
        b"", b"From moi", b">From toi", b">>From lui", b"From ", b"From - ", b"X: y",
        b"From a Tue Nov 10 09:08:07 2020", b"--zz", b"Content-Length: 12", b"\0", b"From: x",
    ]),
)  # fmt: skip
bodies = st.lists(lines, max_size=12).map(lambda some: b"".join(one + b"\r\n" for one in some))
messages = st.lists(bodies.map(lambda body: b"Subject: x\r\n\r\n" + body), min_size=1, max_size=6)
sizes = st.integers(1, 50)


def write(wanted: list[bytes], piece: int) -> bytes:
    out = b""
    for one in wanted:
        quoter = Quoter()
        out += from_line("a@b.fr", datetime(2020, 11, 10, tzinfo=UTC))
        out += b"".join(quoter.feed(one[at : at + piece]) for at in range(0, len(one), piece))
        out += quoter.finish()
    return out


def read(data: bytes, start: int = 0) -> tuple[list[bytes], list[int]]:
    found: list[list[bytes]] = []
    ends: list[int] = []
    for event in events(io.BytesIO(data), start):
        if isinstance(event, Begin):
            found.append([])
        elif isinstance(event, End):
            ends.append(event.position)
        elif isinstance(event, bytes):
            found[-1].append(event)
    return [b"".join(one) for one in found], ends


@given(messages, sizes)
def test_a_mailbox_file_gives_back_what_was_written(wanted: list[bytes], piece: int) -> None:
    data = write(wanted, piece)
    found, ends = read(data)
    assert [to_crlf(one) for one in found] == wanted
    windows, _ = read(data.replace(b"\n", b"\r\n"))
    assert windows == [to_crlf(one) for one in found]
    for number, end in enumerate(ends):  # each end is a place to go on
        assert read(data, end)[0] == found[number + 1 :]


@given(st.binary(max_size=400))
def test_any_octets_are_read_to_their_end(data: bytes) -> None:
    _, ends = read(b"From - \n" + data)
    assert ends[-1] == len(data) + 8


@given(st.binary(max_size=200), sizes)
def test_line_ends_do_not_depend_on_pieces(data: bytes, piece: int) -> None:
    ends = ToCrlf()
    out = b"".join(ends.feed(data[at : at + piece]) for at in range(0, len(data), piece))
    assert out + ends.finish() == to_crlf(data)


@given(st.integers(0, 63), st.frozensets(st.from_regex(r"[a-z$][a-z0-9]{0,8}", fullmatch=True)))
def test_flags_in_a_mailbox_file(marks: int, keywords: frozenset[str]) -> None:
    kept = Marks(marks) & (Marks.SEEN | Marks.FLAGGED | Marks.ANSWERED | Marks.DRAFT)
    raw = b"Subject: x\r\n\r\n"
    rest, status = take_out(unix_fields(Flags(Marks(marks), keywords)) + raw, unix=True)
    assert (rest, status.flags) == (raw, Flags(kept, keywords))


@given(st.lists(st.tuples(bodies, st.sets(st.sampled_from("FRSDP"))), min_size=1, max_size=4))
def test_a_maildir_gives_back_what_is_in_it(wanted: list[tuple[bytes, set[str]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "md"
        with closing(python_mailbox.Maildir(folder, create=True)) as box:
            for number, (body, flags) in enumerate(wanted):
                path = folder / "cur" / f"{number}.host:2,{''.join(sorted(flags))}"
                path.write_bytes(body)
            theirs = {key: set(box.get_message(key).get_flags()) for key in box.keys()}  # noqa: SIM118
        assert set(theirs) == {f"{number}.host" for number in range(len(wanted))}
        found = [
            (b"".join(one.pieces), one.status.flags.marks)
            for one in letters(folder, Box("", (), SourceKind.MAILDIR, 0), "")
            if isinstance(one, Letter)
        ]
    names = {"F": Marks.FLAGGED, "R": Marks.ANSWERED, "S": Marks.SEEN, "D": Marks.DRAFT,
             "P": Marks.FORWARDED}  # fmt: skip
    for number, (body, marks) in enumerate(found):
        assert body == wanted[number][0]
        assert marks == reduce(or_, (names[one] for one in theirs[f"{number}.host"]), Marks.NONE)


@given(st.binary(max_size=3000), sizes, st.data())
def test_a_sealed_file_opens_and_any_change_is_noticed(
    content: bytes, piece: int, data: st.DataObject
) -> None:
    pieces = (content[at : at + piece] for at in range(0, len(content), piece))
    whole = b"".join(sealed.seal(KEY, MAGIC, HEADER, pieces))
    assert _open(whole) == content
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << bit
    with pytest.raises(MelError):
        _open(bytes(flipped))
    with pytest.raises(MelError):
        _open(whole[:place])
    with pytest.raises(MelError):
        _open(whole + content[:1] + b"x")


def _open(data: bytes) -> bytes:
    file = io.BytesIO(data)
    header = sealed.read_header(file.read, MAGIC, why="not-a-backup")
    return b"".join(sealed.unseal(KEY, MAGIC, header, file.read))


@pytest.mark.parametrize("over", [-1, 0, 1, sealed.CHUNK, sealed.CHUNK + 5])
def test_chunks_cannot_be_left_out_exchanged_or_cut(over: int) -> None:
    size = sealed.CHUNK + over
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    whole = b"".join(sealed.seal(KEY, MAGIC, HEADER, (content,)))
    assert _open(whole) == content
    head, step = 20 + len(HEADER), sealed.CHUNK + sealed.TAG
    chunks = [whole[at : at + step] for at in range(head, len(whole), step)]
    for bad in (chunks[1:], chunks[:-1], chunks[::-1], [*chunks, chunks[-1]]):
        if bad != chunks:
            with pytest.raises(MelError):
                _open(whole[:head] + b"".join(bad))


@given(st.binary(min_size=32, max_size=32), st.data())
def test_a_code_is_read_as_it_was_shown_and_no_other(public: bytes, data: st.DataObject) -> None:
    code = seed_code.to_code(public)
    assert seed_code.from_code(code.lower().replace("-", " ").replace("o", "0")) == public
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    if code[place] not in ("-", letter):
        with pytest.raises(LocalRefusal):
            seed_code.from_code(code[:place] + letter + code[place + 1 :])


@given(st.lists(st.tuples(st.sampled_from("MCPE"), st.binary(max_size=300)), max_size=8), sizes)
def test_frames_there_and_back(wanted: list[tuple[str, bytes]], piece: int) -> None:
    data = b"".join(frames.frame(kind, content) for kind, content in wanted)
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    assert list(frames.frames(pieces)) == wanted
    if data:
        with pytest.raises(MelError):
            list(frames.frames(iter([data[:-1]])))


@given(st.binary(max_size=2000), sizes)
def test_a_small_message_is_its_own_skeleton(data: bytes, piece: int) -> None:
    skeleton = Skeleton()
    for at in range(0, len(data), piece):
        skeleton.feed(data[at : at + piece])
    assert skeleton.finish() == data
    assert skeleton.left_out(0, len(data)) == 0
