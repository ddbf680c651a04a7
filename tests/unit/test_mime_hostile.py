"""Hostile messages in short: ``packaging/dev.py faults mime`` reads thousands."""

from __future__ import annotations

import time

from mel_desktop.logic.mime import parse_structure, read_message
from tests.support.hostile_mail import hostile, judge

COUNT = 300


def test_hostile_messages_are_read_in_time() -> None:
    wrong = [
        (number, said)
        for number, (said, _) in enumerate(map(judge, hostile(COUNT, seed=8)))
        if said
    ]
    assert not wrong


def test_headers_of_parts_that_end_nowhere() -> None:
    """Ten thousand parts without an empty line: each looked for one to the message's end."""
    lines = b"From: a <a@b.example>\r\n" * 2
    raw = b"Content-Type: multipart/mixed; boundary=q\r\n" + (b"\r\n--q\r\n" + lines) * 10_000
    before = time.process_time()
    read_message(raw)
    assert time.process_time() - before < 2.0


def test_a_header_without_end_takes_nothing_of_the_next_part() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nX-Eins: 1\r\n--q\r\n"
        b"Content-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n--q--\r\n"
    )
    assert [part.media_type for part in parse_structure(raw)] == ["text/plain", "text/html"]


def test_ten_thousand_multiparts_in_one_another() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\r\nX: y\r\n--n%d\r\n" % (n, n)
        for n in range(10_000)
    )
    before = time.process_time()
    read_message(raw)
    assert time.process_time() - before < 2.0
