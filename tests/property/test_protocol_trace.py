"""Whatever a mailbox holds, the protocol trace keeps none of its words."""

from __future__ import annotations

import base64
import quopri
import re
import string
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.net import protocol_trace
from mel_desktop.net.protocol_trace import (
    HIDDEN,
    LONGEST,
    ProtocolTrace,
    imap_answer,
    imap_shape,
    smtp_command,
    smtp_reply,
)

VOCABULARY = "|".join(
    re.escape(word)
    for word in sorted(
        {
            *protocol_trace.IMAP_WORDS, *protocol_trace.CAPABILITIES, *protocol_trace.SYSTEM_FLAGS,
            *protocol_trace.SMTP_WORDS, *protocol_trace.MECHANISMS, "OCTETS IN ALL", "FROM",
        },
        key=len,
        reverse=True,
    )
)  # fmt: skip
# A word that a person wrote: no part of four letters of it is a word of the protocol.
WORDS = st.text(string.ascii_letters + "éàçœ", min_size=4, max_size=24).filter(
    lambda word: (
        not any(
            piece.upper() in VOCABULARY
            for piece in (word[at : at + 4] for at in range(len(word) - 3))
        )
    )
)
FORMS = st.sampled_from(
    [
        lambda word: word.encode(),
        lambda word: b'"' + word.encode() + b'"',
        lambda word: b'"' + word.encode(),  # the quote that never ends
        lambda word: b"(" + word.encode() + b" NIL)",
        lambda word: b"$" + word.encode(),
        lambda word: base64.b64encode(word.encode()),
        lambda word: quopri.encodestring(word.encode()).strip(),
        lambda word: quote(word).encode(),
        lambda word: word.encode("utf-16-le"),
        lambda word: b"<" + word.encode() + b"@" + word.encode() + b".fr>",
        lambda word: b'"\\"' + word.encode() + b'\\\\"',
        lambda word: b"[" + word.encode() + b"]",
    ]
)
LINES = st.sampled_from(
    [
        b"* LIST (\\HasNoChildren) \"/\" %s",
        b"* 12 FETCH (UID 7 FLAGS (\\Seen %s) ENVELOPE (\"Mon\" %s ((%s NIL %s %s)) NIL NIL))",
        b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" ("NAME" %s) NIL %s "8BIT" 10 1 NIL (%s (%s))))',
        b"* STATUS %s (MESSAGES 3)",
        b"* OK [ALERT] %s %s",
        b"* OK [%s %s] %s",
        b"* BYE %s",
        b"* ID (\"name\" %s \"host\" %s)",
        b"* ESEARCH (TAG %s) UID ALL 1:4",
        b"* NAMESPACE ((%s \"/\")) NIL ((%s \"/\"))",
        b"* QUOTAROOT %s %s",
        b"* SEARCH %s",
        b"m12 OK %s",
        b"m12 NO [NOPERM] %s",
        b"m12 SELECT %s",
        b"m13 RENAME %s %s",
        b"m14 UID SEARCH CHARSET UTF-8 SUBJECT %s FROM %s",
        b"m15 APPEND %s (\\Seen %s) \"1-Jan-2026\" {%%d+}",
        b"m16 UID STORE 1:4 +FLAGS.SILENT (%s)",
        b"m17 LOGIN %s %s",
        b"m18 AUTHENTICATE PLAIN %s",
        b"m18 AUTHENTICATE %s",
        b"+ %s",
        b"%s",
        b"* CAPABILITY IMAP4rev1 %s",
    ]
)  # fmt: skip


def survives(word: str, kept: str) -> bool:
    """Whether four letters in a row of what was written can be read there."""
    forms = [word, base64.b64encode(word.encode()).decode(), quote(word)]
    left = re.sub(VOCABULARY, " ", kept, flags=re.IGNORECASE)
    return any(
        one[at : at + 4].lower() in left.lower()
        for one in forms
        for at in range(len(one) - 3)
        if one[at : at + 4].isalpha()
    )


@given(LINES, st.data(), st.lists(WORDS, min_size=5, max_size=5))
def test_no_word_of_a_mailbox_is_kept(line: bytes, data: st.DataObject, words: list[str]) -> None:
    count = line.count(b"%s")
    filled = line % tuple(data.draw(FORMS)(word) for word in words[:count])
    kept = imap_shape(filled) + imap_answer([filled, b")"], len(filled))
    for word in words[:count]:
        assert not survives(word, kept), (filled, kept)


@given(WORDS, WORDS, FORMS, st.integers(200, 599))
def test_no_word_of_an_envelope_is_kept(one: str, two: str, form: object, code: int) -> None:
    inside = form(one).decode("latin-1")  # type: ignore[operator]
    kept = "\n".join(
        [
            smtp_command(f"MAIL FROM:<{one}@{two}.fr> SIZE=12 BODY=8BITMIME ENVID={two}"),
            smtp_command(f"RCPT TO:<{one}@{two}.fr> NOTIFY=FAILURE ORCPT=rfc822;{one}@{two}"),
            smtp_command(f"RCPT TO:<{one}"),
            smtp_command(inside),
            smtp_command(f"EHLO {one}"),
            smtp_command(f"VRFY {two}"),
            smtp_reply(code, f"5.7.1 {one} <{two}>"),
            smtp_reply(
                code, f"{two}.fr\nSIZE 10 {one}\n{inside}\nAUTH PLAIN {two}", extensions=True
            ),
        ]
    )
    for word in (one, two):
        assert not survives(word, kept), kept


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_of_a_sign_in_not_even_the_length_is_kept(name: str, secret: str) -> None:
    blob = base64.b64encode(f"\0{name}\0{secret}".encode())
    assert imap_shape(b"m1 AUTHENTICATE PLAIN " + blob) == f"m1 AUTHENTICATE PLAIN{HIDDEN}"
    quoted = f'm2 LOGIN "{name}" "{secret}"'.encode()
    assert imap_shape(quoted) == f"m2 LOGIN{HIDDEN}"
    assert smtp_command(f"AUTH PLAIN {blob.decode()}") == f"AUTH PLAIN {HIDDEN}"
    assert smtp_command(blob.decode()) == HIDDEN


@given(st.binary(max_size=2000))
def test_any_octets_are_borne(octets: bytes) -> None:
    assert len(imap_shape(octets)) < 6000


def test_it_stays_small_and_forgets() -> None:
    now = [0.0]
    trace = ProtocolTrace(octets_each=500, connections=2, now=lambda: now[0])
    first = trace.open("imap.exemple.fr", 993)
    for number in range(200):
        now[0] += 1
        first.note(f"C: m{number} NOOP " + "x" * 1000)
    assert sum(map(len, trace.lines())) < 1200
    assert "199" in "\n".join(trace.lines())
    assert max(map(len, trace.lines())) <= LONGEST + 20
    second = trace.open("claire martin@x", 1)
    for number in range(500):
        second.fetch(1000 + number, 1, b"* 1 FETCH (UID 5)")
    assert trace.lines()[-1].endswith(f"FETCH ×500, {1000 * 500 + 499 * 250} octets, 500 literals")
    assert "claire" not in "\n".join(trace.lines())
    trace.open("c", 1)
    assert "imap.exemple.fr" not in "\n".join(trace.lines())  # the oldest goes
    trace.clear()
    assert trace.lines() == ()
