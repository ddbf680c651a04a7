"""What another builder wrote is what we read: email.message builds, our reader reads.

Its encoded words are made here: CPython 3.11 loses blanks where it folds between them.
"""

from __future__ import annotations

import base64
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic.mime import decode_octets, read_message
from mel_desktop.logic.mime_structure import split_structure

LETTERS = st.characters(
    codec="utf-8", categories=("L", "N"), max_codepoint=0x2FFFF, exclude_characters="ªº"
)
WORD = st.text(LETTERS, min_size=1, max_size=12)
PHRASE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
LINES = st.lists(PHRASE, min_size=1, max_size=6).map("\n".join)
LOCAL = st.from_regex(r"\A[a-z][a-z0-9]{0,10}(\.[a-z0-9]{1,8})?\Z")
NAME = WORD.map(lambda stem: unicodedata.normalize("NFC", f"{stem}.pdf"))
FILES = st.lists(st.tuples(NAME, st.binary(max_size=400)), max_size=3)


def words(text: str) -> str:
    """Encoded words of a few letters each, folded (RFC 2047 5)."""
    pieces = [text[at : at + 9] for at in range(0, len(text), 9)]
    coded = (base64.b64encode(one.encode()).decode() for one in pieces)
    return "\r\n ".join(f"=?utf-8?B?{one}?=" for one in coded)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PHRASE, PHRASE, LOCAL, LINES, LINES, st.booleans(), FILES)
def test_what_was_put_in_comes_out(
    subject: str,
    name: str,
    local: str,
    text: str,
    rich: str,
    has_html: bool,
    files: list[tuple[str, bytes]],
) -> None:
    made = EmailMessage(policy=SMTP)
    made.set_content(text)
    if has_html:
        made.add_alternative(f"<p>{rich}</p>", subtype="html")
    for title, octets in files:
        made.add_attachment(octets, maintype="application", subtype="pdf", filename=title)
    address = f"{local}@ac-exemple.fr"
    head = f"Subject: {words(subject)}\r\nFrom: {words(name)} <{address}>\r\n"
    raw = head.encode() + made.as_bytes()
    fields, parts, read = read_message(raw)
    assert fields.subject == subject
    assert (fields.sender.name, fields.sender.address) == (name, address)
    assert read.text == text
    assert bool(read.html) == has_html
    assert (f"<p>{rich}</p>" in read.html.replace("\r\n", "\n")) == has_html
    assert [part.filename for part in parts if part.is_attachment] == [one for one, _ in files]
    found = [
        decode_octets(raw[one.start : one.end], one.part.encoding)
        for one in split_structure(raw)
        if one.part.is_attachment
    ]
    assert found == [octets for _, octets in files]
