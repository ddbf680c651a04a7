"""What the columns of an unknown table hold, by headings first, then by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.formats.people_csv import address_in
from mel_desktop.formats.people_fields import sensitive, understood
from mel_desktop.model.people import Profile
from mel_desktop.model.tables import Because, ColumnGuess, ColumnMap, Field, Sensitive

MOST_COLUMNS: Final = 500
_MOSTLY: Final = 0.6
_ADDRESSES: Final = (Field.EMAIL, Field.GUARDIAN_EMAIL)
_UAI: Final = re.compile(r"\d{7}[A-Za-z]")
_PHONE: Final = re.compile(r"(?:\+33|0033|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}")
_DATE: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d.*")
_INE: Final = re.compile(r"\d{10}[A-Za-z]|\d{9}[A-Za-z]{2}")
_NIR: Final = re.compile(r"[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3}(?: ?\d\d)?")
_STREET: Final = re.compile(r"\d{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|av|boulevard|bd|chemin|place|"
                            r"all[ée]e|impasse|route|quai)\b.*", re.IGNORECASE)  # fmt: skip
_POSTCODE: Final = re.compile(r"\d{5}")
_LEVEL: Final = r"(?:tps|ps|ms|gs|cp|ce1|ce2|cm1|cm2)"  # 1st degree
_CLASS: Final = re.compile(
    r"[3-6]\s?(?:e|è|ème|eme)?\s?[-_ ]?[a-z0-9]{1,3}"
    r"|(?:2nde|2de|1re|1ere|1ère|tle|term\w*|seconde|premi[eè]re|terminale|t|2|1)"
    r"\s?[-_ ]?[a-z0-9]{1,5}"
    rf"|{_LEVEL}(?:[-/ ]{_LEVEL})*(?:\s?[a-z0-9]{{1,2}})?",
    re.IGNORECASE,
)
_CIVILITY: Final = frozenset({"m", "mme", "mlle", "mr", "monsieur", "madame", "mademoiselle"})
_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’ .-]*(?:[ '’.-]+[^\W\d_]+)*\.?")


def guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[ColumnGuess, ...]:
    """A guess for each column; ``rows``: some lines below the heading."""
    told = understood(headings)
    guesses: list[ColumnGuess] = []
    for place, (text, field) in enumerate(zip(headings, told.fields, strict=True)):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        one = _column(text, field, cells)
        if one == ColumnGuess(Field.EMAIL, Because.CONTENT) and _is_guardian(guesses):
            one = ColumnGuess(Field.GUARDIAN_EMAIL, Because.CONTENT)
        guesses.append(one)
    open_ones = [place for place, field in enumerate(told.fields) if field is None]
    return tuple(_with_names(guesses, rows, open_ones))


def map_of(headings: Sequence[str], guesses: Sequence[ColumnGuess]) -> ColumnMap:
    """The map that the guesses make."""
    fields = tuple(one.field for one in guesses)
    profile = understood(headings).profile
    if profile is Profile.OTHER and any(one in fields for one in Field if "CHILD_" in one.name):
        profile = Profile.GUARDIAN
    return ColumnMap(tuple(headings), fields, profile)


def has_heading(first: Sequence[str]) -> bool:
    """Whether the first line names columns; else it is somebody already."""
    if any(field is not None for field in understood(first).fields) or any(map(sensitive, first)):
        return not any("@" in cell for cell in first)
    return not any(
        "@" in cell or _PHONE.fullmatch(cell) or _UAI.fullmatch(cell) or _DATE.fullmatch(cell)
        or plain(cell) in _CIVILITY
        for cell in first
    )  # fmt: skip


def kept(columns: ColumnMap, headings: Sequence[str]) -> tuple[ColumnGuess, ...]:
    """The guesses that a kept map stands for."""
    return tuple(
        ColumnGuess(field, Because.KEPT if field is not None else Because.NOTHING,
                    None if field is not None else sensitive(text))
        for text, field in zip(headings, columns.fields, strict=True)
    )  # fmt: skip


def _is_guardian(before: Sequence[ColumnGuess]) -> bool:
    """Whether the column before is about a guardian: so are the addresses behind it."""
    field = before[-1].field if before else None
    return field is not None and field.name.startswith("GUARDIAN_")


def _column(text: str, field: Field | None, cells: Sequence[str]) -> ColumnGuess:
    found = _by_content(cells)
    if secret := sensitive(text):
        if secret is Sensitive.ADDRESS and found is Field.EMAIL:  # "Adresse" of mail
            return ColumnGuess(Field.EMAIL, Because.CONTENT)
        return ColumnGuess(None, Because.HEADING, secret)
    if isinstance(found, Sensitive) and (field is None or found is not Sensitive.ADDRESS):
        return ColumnGuess(None, Because.CONTENT, found)
    if field is Field.EMAIL and cells and not any("@" in cell for cell in cells):
        return ColumnGuess(None)  # "Mail: oui / non"
    if found is Field.EMAIL and field not in (None, *_ADDRESSES):
        return ColumnGuess(found, Because.CONTENT)  # "Contact", "Parent": addresses stand there
    if field is not None:
        return ColumnGuess(field, Because.HEADING)
    if isinstance(found, Field):
        return ColumnGuess(found, Because.CONTENT)
    return ColumnGuess(None)


def _by_content(cells: Sequence[str]) -> Field | Sensitive | None:
    """What most cells look like."""
    tests: tuple[tuple[Field | Sensitive, Callable[[str], object]], ...] = (
        (Field.EMAIL, address_in),
        (Sensitive.BIRTH, _DATE.fullmatch),
        (Sensitive.NATIONAL_ID, lambda cell: _INE.fullmatch(cell) or _NIR.fullmatch(cell)),
        (Field.UAI, _UAI.fullmatch),
        (Field.PHONE, _PHONE.fullmatch),
        (Sensitive.ADDRESS, lambda cell: _STREET.match(cell) or _POSTCODE.fullmatch(cell)),
        (Field.CIVILITY, lambda cell: plain(cell) in _CIVILITY),
        (Field.CLASSES, _CLASS.fullmatch),
    )
    if not cells:
        return None
    for what, looks in tests:
        if sum(bool(looks(cell)) for cell in cells) >= _MOSTLY * len(cells):
            return what
    return None


def _with_names(
    guesses: list[ColumnGuess], rows: Sequence[Sequence[str]], open_ones: Sequence[int]
) -> list[ColumnGuess]:
    """Where no column is a name: one in capitals is the surname, its neighbour the given name."""
    fields = {one.field for one in guesses}
    if fields & {Field.SURNAME, Field.USAGE, Field.FULL}:
        return guesses
    capitals, words, wholes = [], [], []
    for place in open_ones:
        one = guesses[place]
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if one.field is not None or one.sensitive or not cells:
            continue
        if sum(bool(_WORD.fullmatch(cell)) for cell in cells) < 0.9 * len(cells):
            continue
        if len({plain(cell) for cell in cells}) * 2 < len(cells):  # a few words again and again
            continue
        if all(cell.isupper() for cell in cells):
            capitals.append(place)
        elif sum(" " in cell for cell in cells) >= _MOSTLY * len(cells):
            wholes.append(place)
        else:
            words.append(place)

    def take(place: int, field: Field) -> None:
        guesses[place] = replace(guesses[place], field=field, because=Because.CONTENT)

    if capitals:
        take(capitals[0], Field.SURNAME)
        near = [one for one in words if abs(one - capitals[0]) == 1]
        if near and Field.GIVEN not in fields:
            take(near[-1], Field.GIVEN)
    elif wholes:
        take(wholes[0], Field.FULL)
    elif Field.GIVEN in fields and words:
        take(words[0], Field.SURNAME)
    elif len(words) > 1:
        take(words[0], Field.SURNAME)
        take(words[1], Field.GIVEN)
    elif words:
        take(words[0], Field.FULL)
    return guesses
