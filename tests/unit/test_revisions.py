"""Two versions of a draft made one: what was chosen is kept, the other goes to the trash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mel_desktop.logic import draftdiff
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.revisions import HeadField, Taken

ZOE, MAX = Address("Zoé", "zoe@exemple.invalid"), Address("", "max@exemple.invalid")
MINE = DraftContent(to=(ZOE,), subject="Sortie", text="Bonjour,\n\nDépart à 8 h.\n\nZoé")
THEIRS = DraftContent(
    to=(MAX,), subject="Sortie au musée", text="Bonjour,\r\n\r\nDépart à 9 h.\r\n\r\nZoé\r\n"
)


@pytest.mark.parametrize(
    ("taken", "text"),
    [
        (Taken.MINE, MINE.text),
        (Taken.THEIRS, "Bonjour,\n\nDépart à 9 h.\n\nZoé"),
        (Taken.BOTH, "Bonjour,\n\nDépart à 8 h.\nDépart à 9 h.\n\nZoé"),
    ],
)
def test_passages_are_taken(taken: Taken, text: str) -> None:
    assert draftdiff.merged(MINE, THEIRS, {}, [taken]).text == text


def test_fields_are_taken() -> None:
    assert [one.field for one in draftdiff.heads(MINE, THEIRS)] == [
        HeadField.TO,
        HeadField.SUBJECT,
    ]
    made = draftdiff.merged(
        MINE, THEIRS, {HeadField.TO: Taken.BOTH, HeadField.SUBJECT: Taken.THEIRS}, [Taken.MINE]
    )
    assert made == replace(MINE, to=(ZOE, MAX), subject="Sortie au musée")


def test_layout_stays_only_with_all_of_our_text() -> None:
    mine = replace(MINE, html="<p>Départ</p>")
    assert draftdiff.merged(mine, THEIRS, {}, [Taken.MINE]).html == "<p>Départ</p>"
    assert draftdiff.merged(mine, THEIRS, {}, [Taken.THEIRS]).html == ""
