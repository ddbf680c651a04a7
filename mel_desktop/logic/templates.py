"""Letters with fields: what stands in braces, how it is filled, how templates lie in a file.

``{prénom}`` is a field, ``{civilité|Madame, Monsieur}`` one with a text for where nothing is known.
Names of fields are compared without case, accents and blanks: ``{Prenom}`` is ``{prénom}``.

Rule 1: a field for which nothing is known stays as it is, and is told.
Rule 2: what is filled in is never looked at again: a value with braces is no field.
Rule 3: a value is text. In HTML it is escaped, and only text is filled: never a tag.
Rule 4: a file is hostile until it is read: bounded, and its HTML through the allow-list.
"""

from __future__ import annotations

import html as entities
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from mel_desktop.formats.headings import bad_file, plain
from mel_desktop.logic import date_words
from mel_desktop.logic.html_text import visible
from mel_desktop.logic.mime import read_message
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.templates import Template, TemplateOrigin
from mel_desktop.model.values import dataclass

MAX_FILE: Final = 2 * 1024 * 1024
MAX_TEMPLATES: Final = 200
MAX_NAME: Final = 120
MAX_SUBJECT: Final = 1000
MAX_TEXT: Final = 200_000
LANGUAGES: Final = ("fr", "en")

_ENGLISH: Final = {
    "civility": "civilite", "first name": "prenom", "last name": "nom", "full name": "nom complet",
    "pupil": "eleve", "class": "classe", "school": "etablissement", "subject": "matiere",
    "day": "jour", "school year": "annee scolaire", "sender": "expediteur", "town": "ville",
    "function": "fonction", "time": "heure", "place": "lieu",
}  # fmt: skip
_FIELD: Final = re.compile(
    r"\{\s*([^\W\d_][^{}|<>&\"\r\n]{0,39})(?:\|([^{}<>\r\n]{0,200}))?\}",
)
_TOKEN: Final = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*>)""")


@dataclass(frozen=True, slots=True)
class Filled:
    """``missing``: names of fields that still stand there, each once, as they were written."""

    content: DraftContent
    missing: tuple[str, ...]


def key(name: str) -> str:
    """What two spellings of one field share, and its English name."""
    spelt = plain(name) or name.strip().casefold()
    return _ENGLISH.get(spelt, spelt)


def names(*texts: str) -> tuple[str, ...]:
    """Fields in plain texts, in their order, each once; those with a text of their own too."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _FIELD.finditer(text):
            found.setdefault(key(match[1]), match[1].strip())
    return tuple(found.values())


def fields_of(content: DraftContent) -> tuple[str, ...]:
    """Fields of a letter."""
    return names(content.subject, content.text, *_texts_of(content.html))


def needed(content: DraftContent) -> tuple[str, ...]:
    """Fields of a letter that have no text for where nothing is known."""
    return fill(content, {}).missing


def fill(content: DraftContent, values: Mapping[str, str]) -> Filled:
    """The letter with what is known; values by any spelling of the field's name, blank: unknown."""
    known = {key(name): value.strip() for name, value in values.items() if value.strip()}
    missing: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        value = known.get(key(match[1]))
        if value is None and match[2] is not None:
            value = match[2].strip()
        if value is None:
            missing.setdefault(key(match[1]), match[1].strip())
            return match[0]
        return value

    subject = _FIELD.sub(lambda match: " ".join(put(match).split()), content.subject)
    text = _FIELD.sub(put, content.text)
    html = _filled_html(content.html, put)
    return Filled(replace(content, subject=subject, text=text, html=html), tuple(missing.values()))


def _filled_html(html: str, put: Callable[[re.Match[str]], str]) -> str:
    if "{" not in html:
        return html
    pieces = _TOKEN.split(html)
    for place in range(0, len(pieces), 2):  # what stands between tags
        if "{" in pieces[place]:
            pieces[place] = _filled_text(entities.unescape(pieces[place]), put)
    return "".join(pieces)


def _filled_text(text: str, put: Callable[[re.Match[str]], str]) -> str:
    made: list[str] = []
    at = 0
    for match in _FIELD.finditer(text):
        made.append(entities.escape(text[at : match.start()], quote=False))
        value = entities.escape(put(match), quote=False)
        made.append(value.replace("\r\n", "\n").replace("\n", "<br>"))
        at = match.end()
    made.append(entities.escape(text[at:], quote=False))
    return "".join(made)


def _texts_of(html: str) -> list[str]:
    if "{" not in html:
        return []
    return [entities.unescape(piece) for piece in _TOKEN.split(html)[::2] if "{" in piece]


def of_today(today: date, language: str) -> dict[str, str]:
    """What every letter knows: the day it is written."""
    return {
        "date": date_words.in_words(today, language),
        "jour": date_words.weekday(today, language),
        "année scolaire": date_words.school_year(today),
    }


def content_of(template: Template) -> DraftContent:
    """The letter, its fields still in it."""
    return DraftContent(subject=template.subject, text=template.text, html=template.html)


# -- choosing --------------------------------------------------------------------------------------


def find(wanted: str, among: Iterable[Template]) -> Template | None:
    """By name or title, case and accents aside; a beginning is enough where it is the only one."""
    typed = key(wanted)
    every = tuple(among)
    for one in every:
        if typed in (key(one.name), key(one.title)):
            return one
    begun = [one for one in every if key(one.name).startswith(typed)]
    return begun[0] if typed and len(begun) == 1 else None


def matching(typed: str, among: Iterable[Template]) -> tuple[Template, ...]:
    """Those in which every word typed begins a word of the title, the name or the subject."""
    words = plain(typed).split()
    kept = []
    for one in among:
        there = plain(f"{one.title} {one.name} {one.subject}").split()
        if all(any(word.startswith(begun) for word in there) for begun in words):
            kept.append(one)
    return tuple(kept)


# -- files -----------------------------------------------------------------------------------------


def read_file(octets: bytes, filename: str, origin: TemplateOrigin) -> tuple[Template, ...]:
    """Templates of a TOML file or the one of a message (.eml). BAD_FILE, without its text."""
    if len(octets) > MAX_FILE:
        raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILE)
    if filename.lower().endswith(".eml"):
        return (_of_message(octets, filename, origin),)
    return read_toml(octets, origin)


def read_toml(octets: bytes, origin: TemplateOrigin) -> tuple[Template, ...]:
    """Templates of a TOML file: ``[[template]]`` tables. BAD_FILE."""
    try:
        document = tomllib.loads(octets.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise bad_file("no-toml") from error
    tables = document.get("template")
    if not isinstance(tables, list) or not tables:
        raise bad_file("no-template")
    if len(tables) > MAX_TEMPLATES:
        raise bad_file("too-many-templates", limit=MAX_TEMPLATES)
    found = [_of_table(table, origin) for table in tables]
    taken: set[str] = set()
    for one in found:
        if key(one.name) in taken:
            raise bad_file("template-named-twice")
        taken.add(key(one.name))
    return tuple(found)


def checked(template: Template) -> Template:
    """A template fit to be kept: bounded, its HTML safe. BAD_FILE with ``why``."""
    name = " ".join(template.name.split())
    title = " ".join(template.title.split()) or name
    if not name or not name.isprintable() or len(name) > MAX_NAME or len(title) > MAX_NAME:
        raise bad_file("template-name")
    if len(template.subject) > MAX_SUBJECT or len(template.text) > MAX_TEXT:
        raise bad_file("template-too-long")
    if len(template.html) > MAX_TEXT:
        raise bad_file("template-too-long")
    language = template.language if template.language in LANGUAGES else "fr"
    return replace(
        template,
        name=name,
        title=title,
        subject=" ".join(template.subject.split()),
        text=template.text.replace("\r\n", "\n"),
        html=visible(sanitize(template.html).html) if template.html else "",
        language=language,
    )


def to_toml(templates: Iterable[Template]) -> bytes:
    """The same templates as ``read_toml`` reads them."""
    lines: list[str] = []
    for one in templates:
        lines.append("[[template]]")
        for name in ("name", "title", "language", "subject", "text", "html"):
            value = getattr(one, name)
            if value:
                lines.append(f"{name} = {_toml_string(value)}")
        lines.append("")
    return "\n".join(lines).encode("utf-8")


def _toml_string(text: str) -> str:
    """A basic string: that of JSON, where DEL too is escaped and no half of a character stands."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _of_table(table: object, origin: TemplateOrigin) -> Template:
    if not isinstance(table, dict):
        raise bad_file("no-template")
    values: dict[str, str] = {}
    for name in ("name", "title", "language", "subject", "text", "html"):
        value = table.get(name, "")
        if not isinstance(value, str):
            raise bad_file("template-value", key=name)
        values[name] = value
    values["language"] = values["language"] or "fr"
    return checked(Template(**values, origin=origin))


def _of_message(octets: bytes, filename: str, origin: TemplateOrigin) -> Template:
    head, parts, body = read_message(octets)
    if not parts or not (body.text.strip() or body.html.strip()):
        raise bad_file("no-message")
    stem = filename.rpartition(".")[0]
    name = " ".join((head.subject or stem).split())[:MAX_NAME].strip()
    return checked(
        Template(
            name=name,
            title=name,
            subject=head.subject[:MAX_SUBJECT],
            text=body.text[:MAX_TEXT],
            html=body.html,
            origin=origin,
        )
    )
