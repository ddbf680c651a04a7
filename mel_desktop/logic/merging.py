"""Who gets which message when one letter goes to many. Pure: nothing is sent or stored here.

Rule 1: a message has one person in To; a family is together only where that was asked for.
Rule 2: nobody is dropped silently: whoever gets no message is in ``left_out``, with the reason.
Rule 3: the very same message never goes twice to one address; two different ones may (a parent of
two pupils).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.logic import templates
from mel_desktop.logic.folding import fold
from mel_desktop.logic.recipients import check, same_key
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import (
    Audience,
    LeftOut,
    MergeMessage,
    MergeOptions,
    MergePlan,
    Person,
)
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import DirectoryEntry, EntryKind, Part, Profile
from mel_desktop.model.values import dataclass

HEAD_OCTETS: Final = 1200  # of a message, about
BASE64: Final = 1.37  # a file on the wire, line ends included

_CIVILITIES: Final = {
    "m": "Monsieur", "mr": "Monsieur", "monsieur": "Monsieur",
    "mme": "Madame", "mlle": "Madame", "madame": "Madame", "mademoiselle": "Madame",
}  # fmt: skip
_OF_PUPILS: Final = re.compile(
    r"(?:responsable|parent|mère|père|tuteur|tutrice|représentante?)(?:\s+légale?)?"
    r"\s+(?:de\s+|d[’'])([^\W\d_].*)",
    re.IGNORECASE,
)
_PARENT_WORDS: Final = frozenset({
    "responsable", "responsable legal", "responsable legale", "parent", "mere", "pere", "tuteur",
    "tutrice", "representant legal", "representante legale", "parent d eleve",
})  # fmt: skip


_OF_PART: Final = {
    Part.PUPIL: Audience.PUPILS,
    Part.DELEGATE: Audience.PUPILS,
    Part.TEACHER: Audience.TEAM,
    Part.HEAD_TEACHER: Audience.TEAM,
    Part.GUARDIAN: Audience.PARENTS,
}
_PARTS_OF: Final = {
    audience: frozenset(part for part, of in _OF_PART.items() if of is audience)
    for audience in (Audience.PUPILS, Audience.TEAM, Audience.PARENTS)
}
_OF_PROFILE: Final = {Profile.PUPIL: Audience.PUPILS, Profile.GUARDIAN: Audience.PARENTS}
_HEAD_WORDS: Final = ("professeur principal", "professeure principale")
_PUPIL_WORDS: Final = frozenset({"eleve", "eleves", "apprenti"})


# -- people of the directory -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a class or group with all parts there. ``pupils``: those whom a guardian has in
    it, where a source says so.
    """

    entry: DirectoryEntry
    parts: frozenset[Part] = frozenset()
    pupils: tuple[str, ...] = ()

    @property
    def is_pupil(self) -> bool:
        """Whether it is a pupil of it."""
        return is_meant(self.entry, Audience.PUPILS, self.parts)


def split_name(name: str) -> tuple[str, str, str]:
    """(civilité, prénom, nom) of a full name; capitals are the surname where a name has some."""
    words = name.split()
    civility = ""
    if len(words) > 1 and plain(words[0]) in _CIVILITIES:
        civility = _CIVILITIES[plain(words.pop(0))]
        if len(words) == 1:
            return civility, "", words[0]
    if len(words) < 2:
        return civility, "", " ".join(words)
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        given = " ".join(word for word in words if word not in capitals)
        return civility, given, " ".join(capitals)
    return civility, words[0], " ".join(words[1:])


def pupils_of(role: str) -> tuple[str, ...]:
    """Whose parent somebody is, where the role says so: "Responsable de Léa Martin, Tom Martin"."""
    found = _OF_PUPILS.match(role.strip())
    if found is None or not found[1][0].isupper():  # "Responsable de la vie scolaire"
        return ()
    told = (" ".join(one.split()) for one in found[1].split(","))
    return tuple(one for one in told if one and plain(one) not in _PARENT_WORDS)


def audience_of(entry: DirectoryEntry, part: Part = Part.MEMBER) -> Audience:
    """Parent, pupil, or one of the team: by the part in the group, else by what the source says of
    the person, else by the words of the function.
    """
    if part is not Part.MEMBER:
        return _OF_PART[part]
    if entry.profile is not Profile.OTHER:
        return _OF_PROFILE.get(entry.profile, Audience.TEAM)
    first = plain(entry.role.partition("·")[0])
    if first in _PARENT_WORDS or pupils_of(entry.role):
        return Audience.PARENTS
    return Audience.PUPILS if first in _PUPIL_WORDS else Audience.TEAM


def is_meant(entry: DirectoryEntry, audience: Audience, parts: Collection[Part] = ()) -> bool:
    """Whether somebody with these parts in a group is among an audience."""
    if audience is Audience.ALL:
        return True
    if audience is Audience.HEAD_TEACHERS:
        return Part.HEAD_TEACHER in parts or any(one in plain(entry.role) for one in _HEAD_WORDS)
    if audience is Audience.DELEGATES:
        return Part.DELEGATE in parts or plain(entry.role).startswith(("delegue", "eleve delegue"))
    if parts and Part.MEMBER not in parts:  # most, and asked for all of a class at each key
        return not _PARTS_OF.get(audience, frozenset()).isdisjoint(parts)
    return any(audience_of(entry, part) is audience for part in parts or (Part.MEMBER,))


def people_of(
    group: DirectoryEntry, members: Sequence[Member], audience: Audience
) -> tuple[Person, ...]:
    """Those of a class or group that are meant, with what the directory knows of them."""
    pupils = Counter(plain(one.entry.name) for one in members if one.entry.name and one.is_pupil)
    chosen = [
        one
        for one in members
        if one.entry.kind is EntryKind.PERSON and is_meant(one.entry, audience, one.parts)
    ]
    return tuple(_person(one, group, pupils) for one in chosen)


def of_entry(entry: DirectoryEntry, group: DirectoryEntry | None = None) -> dict[str, str]:
    """Fields that the directory knows of one person."""
    civility, given, surname = split_name(entry.name)
    role, _, subject = entry.role.partition(" · ")
    classes = entry.classes
    if group is not None and group.classes:  # a class: of several, this one is meant
        classes = group.classes
    return {
        "civilité": civility,
        "prénom": given,
        "nom": surname,
        "nom complet": entry.name,
        "élève": " et ".join(pupils_of(entry.role)),
        "classe": ", ".join(classes),
        "fonction": "" if pupils_of(entry.role) else role,
        "discipline": subject,
        "établissement": entry.school,
        "ville": entry.town,
    }


def _person(one: Member, group: DirectoryEntry, pupils: Counter[str]) -> Person:
    entry = one.entry
    fields = of_entry(entry, group)
    own = one.pupils or pupils_of(entry.role)
    here = [name for name in own if plain(name) in pupils] or list(own)
    fields["élève"] = " et ".join(here)
    if own:
        fields["fonction"] = ""
    if one.is_pupil:
        fields["élève"] = entry.name
    # Parents of two namesakes are no family: each gets a message of their own.
    is_told = all(pupils[plain(name)] < 2 for name in here)
    family = plain(" ".join(sorted(here))) if is_told else ""
    return Person(entry.name, entry.email, fields, family=family)


# -- messages --------------------------------------------------------------------------------------


def plan(
    content: DraftContent,
    people: Iterable[Person],
    options: MergeOptions,
    *,
    file_octets: int = 0,
) -> MergePlan:
    """What would be sent. Recipients of the letter itself are counted, and left alone."""
    left_out: list[tuple[str, LeftOut]] = []
    reachable = list(_reachable(people, left_out))
    groups = _families(reachable) if options.together else [[one] for one in reachable]
    messages: list[MergeMessage] = []
    missing: dict[str, int] = {}
    seen: set[tuple[tuple[str, ...], DraftContent]] = set()
    octets = 0
    for members in groups:
        message, letter = _message(content, members, options.common)
        one = (tuple(sorted(same_key(to.address) for to in message.to)), letter)
        if one in seen:
            left_out.append((message.who, LeftOut.TWICE))
            continue
        seen.add(one)
        if message.missing and options.skip_missing:
            left_out.append((message.who, LeftOut.FIELD_MISSING))
            continue
        for name in message.missing:
            missing[name] = missing.get(name, 0) + 1
        messages.append(message)
        octets += HEAD_OCTETS + len(letter.text.encode("utf-8", "replace")) + len(letter.html)
        octets += int(file_octets * BASE64)
    return MergePlan(
        messages=tuple(messages),
        left_out=tuple(left_out),
        missing=tuple(missing.items()),
        unused_recipients=len(content.to) + len(content.cc) + len(content.bcc),
        octets=octets,
    )


def matching(typed: str, texts: Iterable[str]) -> tuple[int, ...]:
    """Places of the texts that hold every word typed; case and accents aside."""
    words = fold(typed).split()
    return tuple(
        place for place, text in enumerate(texts) if all(word in fold(text) for word in words)
    )


def letter_of(
    content: DraftContent, to: Sequence[Address], fields: Mapping[str, str]
) -> DraftContent:
    """The letter of one message: its fields filled, its people alone in To."""
    filled = templates.fill(content, fields).content
    return replace(filled, to=tuple(to), cc=(), bcc=())


def _reachable(
    people: Iterable[Person], left_out: list[tuple[str, LeftOut]]
) -> Iterable[tuple[Person, Address]]:
    for one in people:
        if not one.address.strip():
            left_out.append((one.name, LeftOut.NO_ADDRESS))
            continue
        try:
            (address,) = check((Address(one.name, one.address),))
        except LocalRefusal:
            left_out.append((one.name or one.address, LeftOut.BAD_ADDRESS))
            continue
        yield one, address


def _families(people: Iterable[tuple[Person, Address]]) -> list[list[tuple[Person, Address]]]:
    """People of one family together, in the order in which the first of each came."""
    found: dict[object, list[tuple[Person, Address]]] = {}
    for place, one in enumerate(people):
        found.setdefault(one[0].family or place, []).append(one)
    return list(found.values())


def _message(
    content: DraftContent,
    members: Sequence[tuple[Person, Address]],
    common: Mapping[str, str],
) -> tuple[MergeMessage, DraftContent]:
    fields = {templates.key(name): value for name, value in common.items()}
    fields.update(_joined([one.fields for one, _ in members]))
    to = tuple({same_key(address.address): address for _, address in members}.values())
    filled = templates.fill(content, fields)
    who = ", ".join(dict.fromkeys(one.name or address.address for one, address in members))
    letter = replace(filled.content, to=(), cc=(), bcc=())
    return MergeMessage(who, to, fields, filled.content.subject, filled.missing), letter


def _joined(several: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Fields of a family: what differs is told of each, "Madame" first."""
    found: dict[str, dict[str, None]] = {}
    for fields in several:
        for name, value in fields.items():
            if value.strip():
                found.setdefault(templates.key(name), {})[value.strip()] = None
    made = {}
    for name, values in found.items():
        if name == "civilite":
            made[name] = ", ".join(sorted(values))
        else:
            made[name] = " et ".join(values)
    return made
