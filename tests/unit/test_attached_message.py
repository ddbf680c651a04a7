"""A message that is attached: nobody learns from it who got a blind copy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mel_desktop.app.safety_door import SafetyDoor
from mel_desktop.logic.attached_message import without_bcc
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId

HEAD = b"From: a@x.test\r\nTo: b@x.test\r\n"
REST = b"Subject: Conseil\r\n\r\nBcc: in the text\r\n"


@pytest.mark.parametrize(
    "field",
    [
        b"Bcc: secret@x.test\r\n",
        b"bcc : secret@x.test,\r\n autre <secret2@x.test>,\r\n\ttiers@x.test\r\n",
        b"BCC:\r\n secret@x.test\r\n",
        b"Resent-Bcc: secret@x.test\r\nBcc: secret@x.test\r\n",
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_blind_copies_are_left_out_and_nothing_else(field: bytes, end: bytes) -> None:
    whole, rest = ((part.replace(b"\r\n", end)) for part in (HEAD + field + REST, HEAD + REST))
    assert without_bcc(whole) == rest
    assert without_bcc(field.replace(b"\r\n", end) + rest) == rest, "the first field"
    assert without_bcc(rest) == rest


@pytest.mark.parametrize(
    "octets", [b"", b"\r\n", b"Bcc", b"no field\r\n\r\nBcc: x\r\n", b"\r\nBcc: x\r\n", b"\xff\x00"]
)
def test_what_has_none_stays(octets: bytes) -> None:
    assert without_bcc(octets) == octets


def test_a_header_without_a_body() -> None:
    assert without_bcc(HEAD + b"Bcc: secret@x.test") == HEAD


def test_a_message_of_the_list_is_attached_without_them() -> None:
    added: list[bytes] = []
    services = SimpleNamespace(
        reading=SimpleNamespace(
            raw=lambda _: HEAD + b"Bcc: secret@x.test\r\n" + REST,
            show=lambda _: SimpleNamespace(subject="Conseil"),
        ),
        draft_files=SimpleNamespace(add=lambda *args, **_: added.append(args[2])),
    )
    door = SafetyDoor(services)  # type: ignore[arg-type]
    door.add_message(DraftId(1), MessageId(1))
    assert added == [HEAD + REST]
