"""Every message of tests/data/mime, read as its .json says a careful person would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.logic.mime import parse_structure, read_message, safe_filename, text_sections
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.mail import Address
from tests.support.mime_messages import cases

CORPUS = Path(__file__).parent.parent / "data" / "mime"
NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))


def pairs(addresses: tuple[Address, ...]) -> list[list[str]]:
    return [[one.name, one.address] for one in addresses]


def test_the_corpus_is_there() -> None:
    assert len(NAMES) >= 400
    assert sorted(path.stem for path in CORPUS.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_message(name: str) -> None:
    raw = (CORPUS / f"{name}.eml").read_bytes()
    wanted: dict[str, Any] = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    fields, parts, text = read_message(raw)
    texts = {part.number for part in text_sections(parts)}
    found: dict[str, Any] = {
        "subject": fields.subject,
        "from": [fields.sender.name, fields.sender.address],
        "to": pairs(fields.to),
        "bcc": pairs(fields.bcc),
        "reply_to": pairs(fields.reply_to),
        "date": None if fields.date is None else fields.date.isoformat(),
        "message_id": fields.message_id,
        "references": list(fields.references),
        "text": text.text,
        "text_has": text.text,
        "html": bool(text.html),
        "warnings": [one.code.value for one in (*fields.warnings, *text.warnings)],
        "parts": [[part.number, part.media_type, part.filename] for part in parts],
        "listed": [one.filename for one in read_whole(raw).text.inner],
        "attachments": [
            safe_filename(part.filename, part.media_type)
            for part in parts
            if part.number not in texts and part.is_attachment
        ],
    }
    for key, value in wanted.items():
        if key == "text_has":
            assert all(piece in found[key] for piece in value), key
        else:
            assert found[key] == value, key
    assert parse_structure(raw) == parts
    assert all("\n" not in value for values in fields.headers.values() for value in values)
    assert "\n" not in text.preview
    assert len(text.preview) <= 140


def test_the_made_ones_are_as_their_script_makes_them() -> None:
    for name, raw, _ in cases():
        assert (CORPUS / f"{name}.eml").read_bytes() == raw, name


def test_an_invitation_is_found_by_what_the_calendar_says() -> None:
    _, _, text = read_message((CORPUS / "calendar.eml").read_bytes())
    assert "Invitation" not in text.text
    assert "Conseil 3e B" in text.search_text
