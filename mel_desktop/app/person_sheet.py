"""What is held about one person as a page and as data (RGPD, articles 15 and 20)."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any, Final

from mel_desktop.app.register_sheet import KINDS, NB, STYLE
from mel_desktop.model.people import Part, Profile, Relation
from mel_desktop.model.records import HeldPerson, HeldRow, HeldTie

Words = tuple[str, str]  # French, English
PROFILES: Final[dict[Profile, Words]] = {
    Profile.PUPIL: ("Élève", "Pupil"),
    Profile.GUARDIAN: ("Responsable", "Guardian"),
    Profile.TEACHER: ("Enseignant", "Teacher"),
    Profile.HEAD: ("Direction", "Head"),
    Profile.STAFF: ("Personnel", "Staff"),
    Profile.OTHER: ("", ""),
}
PARTS: Final[dict[Part, Words]] = {
    Part.MEMBER: ("", ""),
    Part.PUPIL: ("élève", "pupil"),
    Part.DELEGATE: ("délégué", "delegate"),
    Part.TEACHER: ("enseignant", "teacher"),
    Part.HEAD_TEACHER: ("professeur principal", "head teacher"),
    Part.GUARDIAN: ("responsable", "guardian"),
}
RELATIONS: Final[dict[Relation, Words]] = {
    Relation.MOTHER: ("mère", "mother"),
    Relation.FATHER: ("père", "father"),
    Relation.TUTOR: ("tuteur", "tutor"),
    Relation.FAMILY: ("autre membre de la famille", "other member of the family"),
    Relation.OTHER: ("autre lien", "other tie"),
}


def data(held: HeldPerson) -> dict[str, Any]:
    """As JSON: keys in English, dates in ISO 8601."""
    return {
        "sources": [_row_data(row) for row in held.rows],
        "note": held.note,
        "own_groups": list(held.own_groups),
        "proposed_addresses": list(held.learned),
        "messages": [
            {"date": _iso(one.at), "folder": one.folder, "subject": one.subject}
            for one in held.messages
        ],
    }


def page(held: HeldPerson, language: str, style: str = STYLE) -> str:
    """As a page without anything from outside. ``style``: its CSS."""
    at = 0 if language == "fr" else 1

    def say(french: str, english: str) -> str:
        return escape((french, english)[at])

    name = escape(held.rows[0].entry.name) if held.rows else ""
    lang = ("fr", "en")[at]
    parts = [
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{name}</title>'
        f"<style>{style}</style></head><body><h1>{name}</h1>"
    ]
    parts += [_row(row, at) for row in held.rows]
    if held.note:
        parts.append(f"<h2>{say('Note', 'Note')}</h2><p>{_lines(held.note)}</p>")
    for title, lines in (
        (say("Groupes personnels", "Own groups"), held.own_groups),
        (
            say("Adresses proposées parce qu’on leur a écrit", "Addresses proposed as written to"),
            held.learned,
        ),
    ):
        if lines:
            items = "".join(f"<li>{escape(one)}</li>" for one in lines)
            parts.append(f"<h2>{title}</h2><ul>{items}</ul>")
    parts.append(_messages(held, at))
    parts.append("</body></html>")
    return "\n".join(parts)


def _row(row: HeldRow, at: int) -> str:
    entry = row.entry
    labelled: tuple[tuple[Words, str], ...] = (
        (("Profil", "Profile"), PROFILES[entry.profile][at]),
        (("Nom", "Name"), " ".join(filter(None, (entry.title, entry.name)))),
        (("Fonction", "Function"), entry.role),
        (("Matières", "Subjects"), ", ".join(entry.subjects)),
        (("Établissement", "School"), " ".join(filter(None, (entry.school, entry.uai)))),
        (("Commune", "Town"), entry.town),
        (("Adresses", "Addresses"), ", ".join(filter(None, (entry.email, *entry.more_emails)))),
        (("Téléphones", "Telephones"), ", ".join(filter(None, (entry.phone, *entry.more_phones)))),
        (("Classes", "Classes"), ", ".join(_class(one, at) for one in row.classes)),
        (("Famille", "Family"), ", ".join(_tie(one, at) for one in row.ties)),
        (("Photographie", "Picture"), ("", ("oui", "yes")[at])[bool(row.photo)]),
    )
    lines = "".join(
        f"<tr><th>{escape(label[at])}</th><td>{escape(value)}</td></tr>"
        for label, value in labelled
        if value
    )
    dated = row.source.updated_at
    day = "–" if dated is None else dated.astimezone().strftime(("%d/%m/%Y", "%Y-%m-%d")[at])
    kind = KINDS[row.source.kind][at]
    title = escape(f"{kind}{NB}: {row.source.name} ({day})")
    return f"<h2>{title}</h2><table>{lines}</table>"


def _class(one: tuple[str, Part, str], at: int) -> str:
    more = ", ".join(filter(None, (PARTS[one[1]][at], one[2])))
    return f"{one[0]} ({more})" if more else one[0]


def _tie(one: HeldTie, at: int) -> str:
    words = [RELATIONS[one.relation][at]]
    if one.is_legal:
        words.append(("responsable légal", "legal guardian")[at])
    return f"{one.name} ({', '.join(words)})"


def _messages(held: HeldPerson, at: int) -> str:
    title = ("Messages échangés", "Messages exchanged")[at]
    if not held.messages:
        return f"<h2>{title}</h2><p>{('Aucun.', 'None.')[at]}</p>"
    rows = "".join(
        f"<tr><td>{'' if one.at is None else one.at.astimezone().strftime('%Y-%m-%d %H:%M')}</td>"
        f"<td>{escape(one.folder)}</td><td>{escape(one.subject)}</td></tr>"
        for one in held.messages
    )
    return f"<h2>{title} ({len(held.messages)})</h2><table>{rows}</table>"


def _row_data(row: HeldRow) -> dict[str, Any]:
    entry = row.entry
    return {
        "source": row.source.name,
        "kind": row.source.kind.value,
        "as_of": _iso(row.source.updated_at),
        "complete": row.source.complete,
        "profile": entry.profile.value,
        "title": entry.title,
        "name": entry.name,
        "function": entry.role,
        "subjects": list(entry.subjects),
        "school": entry.school,
        "uai": entry.uai,
        "town": entry.town,
        "addresses": [one for one in (entry.email, *entry.more_emails) if one],
        "telephones": [one for one in (entry.phone, *entry.more_phones) if one],
        "identifiers": [entry.key, *entry.same_as],
        "classes": [
            {"name": name, "part": part.value, "subject": subject}
            for name, part, subject in row.classes
        ],
        "family": [
            {
                "name": one.name,
                "relation": one.relation.value,
                "legal": one.is_legal,
                "contact": one.is_contact,
            }
            for one in row.ties
        ],
        "picture": bool(row.photo),
    }


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
