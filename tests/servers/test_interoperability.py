"""What we send is read by three parsers of other makers as it was written: 500 letters,
150 in a hurry.

A difference is our bug, unless it is known of that parser: then it is put right here, as narrowly
as can be, with its name.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from mel_desktop.logic import flowed
from mel_desktop.logic.compose import (
    MAX_NAME,
    MAX_REFERENCES,
    MAX_SUBJECT,
    AttachedFile,
    one_line,
    safe_filename,
)
from mel_desktop.logic.recipients import check
from mel_desktop.model.mail import Address
from tests.support.examples import LONG
from tests.support.letters_to_read import HIDDEN_DOMAIN, MESSAGE, Written, letters
from tests.support.readers import (
    NODE_CACHE,
    NodeReader,
    People,
    ReadFile,
    ReadLetter,
    by_email,
    by_mail_parser,
    node_root,
)

LETTERS = 500 if LONG else 150
PARTS = 10
OCTETS = "application/octet-stream"


@pytest.fixture(scope="module")
def by_node() -> Iterator[NodeReader]:
    node = shutil.which("node")
    root = node_root.ensure_readers(NODE_CACHE)
    if node is None or root is None:
        why = "mailparser for Node.js is missing: apt-get install nodejs npm"
        if sys.platform in ("win32", "darwin"):
            pytest.skip(why)
        pytest.fail(why)
    reader = NodeReader(root, node)
    yield reader
    reader.close()


@pytest.mark.parametrize("part", range(PARTS))  # each is far from the limit of one test
def test_three_parsers_read_what_was_written(
    by_node: NodeReader, capsys: pytest.CaptureFixture[str], part: int
) -> None:
    read = 0

    @seed(part)
    @settings(
        max_examples=LETTERS // PARTS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),  # to make a failure smaller would take minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(letters())
    def law(written: Written) -> None:
        nonlocal read
        wanted = expected(written)
        assert HIDDEN_DOMAIN.encode() not in written.data
        assert by_email(written.data) == wanted
        assert composed(retold(by_mail_parser(written.data), wanted)) == composed(wanted)
        assert unguessed(by_node(written.data), wanted) == as_mailparser_reads(wanted)
        read += 1

    law()
    assert read >= LETTERS // PARTS
    with capsys.disabled():
        print(
            f"\n{read} of {LETTERS} messages (part {part + 1} of {PARTS}) read alike by email, "
            "mail-parser and mailparser (npm)"
        )


def expected(written: Written) -> ReadLetter:
    """What was put in, as a reader should give it."""
    letter = written.outgoing

    def people(these: tuple[Address, ...]) -> People:
        return tuple((one.name[:MAX_NAME], one.address) for one in check(these))

    ids = tuple(dict.fromkeys(letter.references))
    if len(ids) > MAX_REFERENCES:
        ids = (ids[0], *ids[1 - MAX_REFERENCES :])
    return ReadLetter(
        sender=people((letter.sender,)),
        to=people(letter.to),
        cc=people(letter.cc),
        bcc=(),
        reply_to=people(letter.reply_to),
        subject=one_line(letter.subject)[:MAX_SUBJECT],
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=ids,
        text=flowed.encode(letter.text).replace("\r\n", "\n").removesuffix("\n"),
        html="\n".join(flowed.lines(letter.html)).removesuffix("\n"),
        files=tuple(as_sent(one) for one in sorted(written.files, key=lambda one: not cid(one))),
    )


def cid(file: AttachedFile) -> str:
    """Pictures stand within the text, before the files."""
    return str(getattr(file, "content_id", ""))


def as_sent(file: AttachedFile) -> ReadFile:
    """A file as it travels; a message that goes as such has the line ends of the wire."""
    kind, octets = media_type(file.media_type), b"".join(file.chunks())
    if file.media_type == MESSAGE:
        kind, octets = MESSAGE, re.sub(rb"\r?\n", b"\r\n", octets)
    return ReadFile(safe_filename(file.filename), kind, octets, cid(file))


def retold(got: ReadLetter, wanted: ReadLetter) -> ReadLetter:
    """mail-parser writes an attached message anew (``as_string``), and walks into it: its text
    follows the letter's. There its octets, and what stands after our text, are not taken.
    """
    if not any(one.media_type == MESSAGE for one in wanted.files):
        return got
    files = tuple(
        replace(one, octets=sent.octets) if sent.media_type == MESSAGE else one
        for one, sent in zip(got.files, wanted.files, strict=True)
    )
    ours = normalize("NFC", wanted.text)
    return replace(got, files=files, text=normalize("NFC", got.text)[: len(ours)])


def composed(letter: ReadLetter) -> ReadLetter:
    """mail-parser brings all text into normal form NFC (its ``ported_string``): an accent that was
    a character of its own is none any more.
    """

    def people(these: People) -> People:
        return tuple((normalize("NFC", name), address) for name, address in these)

    return replace(
        letter,
        sender=people(letter.sender),
        to=people(letter.to),
        cc=people(letter.cc),
        reply_to=people(letter.reply_to),
        subject=normalize("NFC", letter.subject),
        text=normalize("NFC", letter.text),
        html=normalize("NFC", letter.html),
        files=tuple(replace(one, name=normalize("NFC", one.name)) for one in letter.files),
    )


def as_mailparser_reads(letter: ReadLetter) -> ReadLetter:
    """mailparser (npm) shows format=flowed as paragraphs.

    Its ``decodeFlowed`` (libmime) joins quoted lines without looking at their depth (RFC 3676 4.5),
    so that the mark of the second stays in the paragraph, and takes stuffing off afterwards.
    """
    joined: list[str] = []
    for line in letter.text.split("\n"):
        if joined and joined[-1].endswith(" ") and joined[-1].rpartition("\n")[2] != "-- ":
            joined[-1] += line
        else:
            joined.append(line)
    text = "\n".join(one.removeprefix(" ") for one in joined)
    return replace(letter, text=text)


def unguessed(got: ReadLetter, wanted: ReadLetter) -> ReadLetter:
    """mailparser (npm) gives a file of no known type that of its name's ending
    (``detectMimeType``): there its word is not taken.
    """
    told = [one.media_type for one in wanted.files]
    files = tuple(
        replace(one, media_type=OCTETS) if told[at : at + 1] == [OCTETS] else one
        for at, one in enumerate(got.files)
    )
    return replace(got, files=files)


def media_type(told: str) -> str:
    """Composite types and what is none travel as octets (RFC 2045 6.4)."""
    return told if re.fullmatch(r"(?!message/)[a-z]+/[a-z.-]+", told) else OCTETS
