"""A map of columns as a file, JSON or TOML, and as it is kept with its source.

::

    {"delimiter": ";", "encoding": "cp1252", "heading": true, "people": "guardian",
     "columns": {"Nom": "surname", "Mél": "email", "#5": "child-classes"}}

``columns``: headings (compared without case, accents and blanks) or ``#`` and a number from 1 on,
which wins; to each the code of a ``Field``, or "" to leave it out. Columns that are not named are
not read. All but ``columns`` may be left away. Errors name an entry by its place, never by its
text.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mel_desktop.formats.headings import bad_file, heading
from mel_desktop.formats.people_fields import sensitive
from mel_desktop.formats.table import DELIMITERS, ENCODINGS
from mel_desktop.model.people import Profile
from mel_desktop.model.tables import ColumnMap, Field

MOST_OCTETS: Final = 256 * 1024
MOST_COLUMNS: Final = 500
CODES: Final = {field.code: field for field in Field}
_KEYS: Final = frozenset({"delimiter", "encoding", "heading", "people", "columns"})
_PLACE: Final = re.compile(r"#([1-9]\d{0,2})")
_NAMES: Final = {"\\t": "\t", "tab": "\t", "latin-1": "cp1252", "iso-8859-1": "cp1252",
                 "windows-1252": "cp1252", "utf8": "utf-8"}  # fmt: skip


def read_map(data: bytes) -> ColumnMap:
    """A map; which of the two it is shows by its beginning. BAD_FILE that says what is wrong."""
    if len(data) > MOST_OCTETS:
        raise bad_file("mapping-too-large", limit=MOST_OCTETS)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_file("mapping-no-text") from error
    try:
        raw: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # both libraries' errors are ValueErrors
        line = getattr(error, "lineno", None) or _line_in(str(error))
        raise bad_file("mapping-no-json-or-toml", **({"line": line} if line else {})) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("columns"), dict):
        raise bad_file("mapping-no-columns")
    if unknown := sorted(set(raw) - _KEYS):
        raise bad_file("mapping-unknown-key", place=list(raw).index(unknown[0]) + 1)
    columns = raw["columns"]
    if len(columns) > MOST_COLUMNS:
        raise bad_file("mapping-too-large", limit=MOST_COLUMNS)
    fields = tuple(_field(code, place) for place, code in enumerate(columns.values(), 1))
    return ColumnMap(
        headings=tuple(str(name) for name in columns),
        fields=fields,
        profile=_profile(raw.get("people", "")),
        delimiter=_one_of(raw, "delimiter", DELIMITERS, "mapping-unknown-delimiter"),
        encoding=_one_of(raw, "encoding", ENCODINGS, "mapping-unknown-encoding"),
        has_heading=_yes_or_no(raw),
    )


def write_map(columns: ColumnMap) -> str:
    """As JSON that ``read_map`` reads; columns that are left out are named as well."""
    raw: dict[str, Any] = {}
    if columns.delimiter:
        raw["delimiter"] = columns.delimiter
    if columns.encoding:
        raw["encoding"] = columns.encoding
    raw["heading"] = columns.has_heading
    if columns.profile is not Profile.OTHER:
        raw["people"] = columns.profile.value
    words = [heading(text) for text in columns.headings]
    raw["columns"] = {
        text if columns.has_heading and word and words.count(word) == 1 else f"#{place}": (
            field.code if field is not None else ""
        )
        for place, (text, word, field) in enumerate(
            zip(columns.headings, words, columns.fields, strict=True), 1
        )
    }
    return json.dumps(raw, ensure_ascii=False, indent=2)


def fitted(wanted: ColumnMap, headings: Sequence[str]) -> ColumnMap:
    """A map as a file told it, for the columns that are there. BAD_FILE for one that is not.

    Columns that are never read (birth dates ...) are refused, not passed over in silence.
    """
    by_name: dict[str, Field | None] = {}
    by_place: dict[int, Field | None] = {}
    words = [heading(text) for text in headings]
    for place, (name, field) in enumerate(zip(wanted.headings, wanted.fields, strict=True), 1):
        if told := _PLACE.fullmatch(name):
            if int(told[1]) > len(headings):
                raise bad_file("mapping-no-such-column", place=place, columns=len(headings))
            by_place[int(told[1]) - 1] = field
        elif not wanted.has_heading or heading(name) not in words:
            raise bad_file("mapping-no-such-column", place=place, columns=len(headings))
        else:
            by_name[heading(name)] = field
    fields = tuple(
        by_place[place] if place in by_place else by_name.get(word)
        for place, word in enumerate(words)
    )
    for place, (text, one) in enumerate(zip(headings, fields, strict=True), 1):
        if one is not None and one is not Field.EMAIL and wanted.has_heading and sensitive(text):
            raise bad_file("mapping-sensitive-column", column=place)
    return ColumnMap(
        tuple(headings), fields, wanted.profile, wanted.delimiter, wanted.encoding,
        wanted.has_heading,
    )  # fmt: skip


def signature(headings: Sequence[str]) -> str:
    """What the same export has again the next time: its headings, comparable."""
    return "\x1f".join(heading(text) for text in headings)


def _field(code: object, place: int) -> Field | None:
    if code in ("", "-", None):
        return None
    if not isinstance(code, str) or code not in CODES:
        raise bad_file("mapping-unknown-meaning", place=place)
    return CODES[code]


def _profile(value: object) -> Profile:
    try:
        return Profile(value)
    except ValueError as error:
        raise bad_file("mapping-unknown-people") from error


def _one_of(raw: Mapping[str, Any], key: str, known: Sequence[str], why: str) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str):
        raise bad_file(why)
    value = value if value == "\t" else _NAMES.get(value.lower(), value.lower())
    if value and value not in known:
        raise bad_file(why)
    return value


def _yes_or_no(raw: Mapping[str, Any]) -> bool:
    value = raw.get("heading", True)
    if not isinstance(value, bool):
        raise bad_file("mapping-unknown-heading")
    return value


def _line_in(message: str) -> int:
    """tomllib says "(at line 3, column 1)"."""
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else 0
