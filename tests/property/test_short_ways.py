"""Short ways of the readers find what the long ways find: a law each, old against new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic import (
    html_text,
    mime_addresses,
    mime_charsets,
    mime_dates,
    mime_structure,
    mime_text,
    mime_words,
)
from mel_desktop.logic.mime import HeaderFields
from mel_desktop.logic.mime_structure import HEADER_CAP, fields, header_end, split_structure
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import mailbox
from mel_desktop.store.database import Database
from mel_desktop.store.mailbox import Incoming
from tests.support.store import open_store, plant_account, plant_folder

BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
DASHED = re.compile(rb"(?m)^--")
FOLD = re.compile(r"\r?\n(?=[ \t])|\r(?=[ \t])")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
UNSAFE = re.compile("[\x00\ud800-\udfff]")

octets = st.binary(max_size=40) | st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"--", b"-", b"a", b":", b" ", b"\t", b"\xe9"]),
    max_size=24,
).map(b"".join)
text = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["\r", "\n", "\r\n", " ", "\t", "\u00a0", "\u202e", "\u2028", "\x85", "é", "a"]
    ),
    max_size=20,
).map("".join)
pieces = st.sampled_from([
    "Jean Dupont ", "<jean@ac-exemple.fr>", "<a.b+c@d-e.fr>", "jean@ac-exemple.fr", ",", ", ", ";",
    ":", '"Dupont, Jean" ', "(directeur)", "=?utf-8?q?=C3=A9l=C3=A8ve?= ", "=?utf-8?b?w6k=?=",
    "=?utf-8?q?<x@y.z>,_?=", "=", "<", ">", "@", " ", "\t", "<>", "<a@b >", "Équipe ", "\\", "\"",
    "<mailto:a@b.fr>", "groupe:", "'x' ", "\u202e", "\x00",
])  # fmt: skip
address_fields = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=60)


@given(octets, st.integers(0, 8))
def test_the_end_of_a_header(raw: bytes, start: int) -> None:
    start = min(start, len(raw))
    if raw.startswith((b"\r\n", b"\n"), start):
        return
    blank = BLANK.search(raw, start, start + HEADER_CAP)
    if blank is None:
        assert header_end(raw, start) == (len(raw), len(raw))
    else:
        first = 2 if blank[0].startswith(b"\r\n") else 1
        assert header_end(raw, start) == (blank.start() + first, blank.end())


@given(octets)
def test_lines_of_a_header(raw: bytes) -> None:
    lines = re.split(rb"\r\n|\n|\r", raw)
    assert list(fields(raw)) == list(fields(b"\n".join(lines)))


@given(octets)
def test_fields_of_a_header(raw: bytes) -> None:
    assert list(fields(raw)) == list(
        mime_structure._first_fields(mime_structure._with_newlines(raw))
    )


@given(
    st.lists(st.sampled_from(["=C3=A9", "=", "=4", "==", "_", "é", "x", "=\n", "\n", "=GG"])).map(
        "".join
    )
)
def test_quoted_words(content: str) -> None:
    slowly = mime_words._quoted_slowly(content.replace("_", " ").encode())
    assert mime_words._quoted(content) == slowly


@given(octets)
def test_lines_that_may_be_boundaries(raw: bytes) -> None:
    head = b'Content-Type: multipart/mixed; boundary="a"\n\n'
    whole = head + raw + b"\n--a\n\ntexte\n--a--\n"
    found = split_structure(whole)
    begun = sum(  # lines of the boundary that are not the closing one
        whole[match.start() :].split(b"\n", 1)[0].rstrip(b" \t\r\n") == b"--a"
        for match in DASHED.finditer(whole, len(head))
    )
    if not re.search(rb"(?m)^--a--|content-|:", raw):
        assert len(found) == begun


@given(text)
def test_one_line(value: str) -> None:
    assert mime_words.one_line(value) == DIRECTION.sub("", CONTROLS.sub(" ", value))


@given(octets)
def test_unfolding(raw: bytes) -> None:
    long = FOLD.sub("", mime_charsets.decode_raw(raw)).strip(" \t\r\n")
    assert mime_words.unfold(raw) == long


@given(st.text(st.characters(codec=None), max_size=30) | text)
def test_cleaning(value: str) -> None:
    shown = value.removeprefix("\ufeff")
    if UNSAFE.search(shown):
        shown = shown.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        shown = shown.replace("\x00", "")
    assert mime_charsets.clean(value) == shown


@given(text)
def test_a_text_said_to_be_without_controls_has_none(value: str) -> None:
    if mime_text._is_clean(value):
        assert mime_text._CONTROLS.sub("", value) == value


@given(text)
def test_previews(value: str) -> None:
    words = []
    for line in value.split("\n"):
        if not (mime_text._QUOTED.match(line) or mime_text._RULE.match(line)):
            words += mime_words.one_line(line).split()
    assert mime_text.preview(value) == " ".join(words)


@settings(max_examples=500)
@given(address_fields)
def test_addresses(field: str) -> None:
    assert mime_addresses.parse_addresses(field) == mime_addresses._scanned(field)


@given(
    st.integers(0, 40),
    st.sampled_from(["Jan", "Feb", "May", "Aug", "Dec", "Xyz", "Juin", "JAN"]),
    st.integers(1890, 2110),
    st.tuples(st.integers(0, 30), st.integers(0, 70), st.integers(0, 70)),
    st.sampled_from(["+0000", "-0100", "+0200", "+1400", "+1430", "-9999", "+02:00", "GMT", ""]),
    st.sampled_from(["", "Mon, ", "mon, ", "Lun., "]),
)
def test_dates(
    day: int, month: str, year: int, clock: tuple[int, int, int], zone: str, name: str
) -> None:
    hour, minute, second = clock
    value = f"{name}{day} {month} {year} {hour:02}:{minute:02}:{second:02} {zone}"
    assert mime_dates.parse_date(value) == mime_dates._any_date(value)


# -- Conversations of a batch ----------------------------------------------------------------------

names = st.sampled_from(["", "a@x", "b@x", "c@x", "d@x", "e@x", "f@x"])
headers = st.builds(
    HeaderFields,
    message_id=names,
    in_reply_to=names,
    references=st.lists(names.filter(bool), max_size=3).map(tuple),
)


def _stored(database: Database, batches: Sequence[Sequence[HeaderFields]]) -> list[object]:
    account = plant_account(database)
    folder = plant_folder(database, account)
    uid = 0
    for batch in batches:
        new = []
        for one in batch:
            uid += 1
            date = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=uid)
            remote = RemoteMessage(uid, Flags(Marks.NONE, frozenset()), date, 1, b"", ())
            new.append(Incoming(remote, one))
        database.write(
            lambda tx, new=new: mailbox.insert_messages(  # type: ignore[misc]
                tx, account, folder, 1, new, downwards=False
            )
        )
    with database.read() as reader:
        return list(reader.all("SELECT id, thread_id FROM message ORDER BY id"))


@settings(max_examples=40, deadline=None)
@given(st.lists(headers, min_size=1, max_size=12), st.integers(0, 12))
def test_a_batch_makes_the_conversations_that_one_by_one_makes(
    arriving: list[HeaderFields], cut: int
) -> None:
    found = []
    for batches in ([[one] for one in arriving], [arriving[:cut], arriving[cut:]], [arriving]):
        with TemporaryDirectory() as folder:
            database = open_store(Path(folder))
            try:
                found.append(_stored(database, batches))
            finally:
                database.close()
    assert found[0] == found[1] == found[2]


# -- HTML ------------------------------------------------------------------------------------------

html_pieces = st.sampled_from([
    "<p>", "</p>", '<p style="display:none">', "<div hidden>", "</div>", "<br>", "<br/>", "<hr>",
    '<a href="https://ac-exemple.fr/?a=1&amp;b=2">', "</a>", '<img alt="un &quot;plan&quot; <b>">',
    "<ul><li>", "</li>", "</ul>", '<ol start="3"><li>', "</ol>", "<table><tr><td>", "</td><td>",
    "</td></tr></table>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "texte", " ", "\n",
    "&eacute;", "&amp;lt;", "&nbsp;", "&", "<", ">", "a&b", "&#x200b;", "<!-- rien -->", "\u200b",
    "<style>p{}</style>", "<P CLASS=x STYLE='color:red'>", "<span style=\"font-size:0\">",
    "</span>", "<svg><p>", "\x00", "</", "<?x?>", "<![CDATA[x]]>", "\r\n",
])  # fmt: skip


@settings(max_examples=500)
@given(st.lists(html_pieces, max_size=20).map("".join))
def test_html_to_text(html: str) -> None:
    short = html_text.html_to_text(html)
    walk = html_text._Writer.walk
    html_text._Writer.walk = html_text._Writer.feed  # type: ignore[assignment,method-assign]
    try:
        assert html_text.html_to_text(html) == short
    finally:
        html_text._Writer.walk = walk  # type: ignore[method-assign]


def test_usual_html_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(self: object, data: str) -> None:
        raise AssertionError(data)

    monkeypatch.setattr(html_text._Writer, "feed", feed)
    html = '<p style="color:red">Bonjour &amp; <a href="https://x.fr/?a&b">merci</a><br>é</p>'
    assert html_text.html_to_text(html) == "Bonjour & merci <https://x.fr/?a&b>\né"
