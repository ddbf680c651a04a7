"""What is found in a message before it leaves. Pure: everything known comes in as ``SendFacts``.

Rule 1: a check says what it found and how to mend it; the level (off, hint, warn, forbid) is put on
by ``services.safety``. Rule 2: a mend never loses an address: ``mended`` moves or replaces.
Rule 3: an ordinary letter raises nothing but FIRST_MAIL; each check that doubts is silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final

from mel_desktop.logic import attachment_words, lookalikes, pupil_data
from mel_desktop.logic.folding import fold
from mel_desktop.logic.pupil_data import Sign
from mel_desktop.logic.recipients import domain_of, same_key
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.patterns import late
from mel_desktop.model.safety import (
    CheckLevel,
    Known,
    Mend,
    MendKind,
    SendWarning,
    WarningCode,
)
from mel_desktop.model.values import dataclass

LINE_GROWTH: Final = 78 / 76  # a line of base64 has 76 characters and CR LF
HEADER: Final = 4096
MOST_CHOICES: Final = 5
LINK_PLACES: Final = ("[lien à coller ici]", "[paste the link here]")  # French, English
FAMILIES: Final = 2
UNNAMED_PARENTS: Final = 3
_PARENT: Final = late(
    r"^(?:(?:responsable|representant)s? (?:legal|legaux|legale)|parents?\b|pere\b|mere\b|tuteur"
    r"|tutrice|famille\b|beau-pere|belle-mere|grand-|responsables? (?:de|d'))"
)
_CHILD: Final = late(r"\b(?:de l'eleve|de|d')\s*(.+)$")
_STAFF: Final = late(
    r"responsable (?:de|du|des|d')\s*(?:la |le |l'|les )?(?:vie scolaire|site|service|secretariat"
    r"|laboratoire|cdi|restauration|informatique|pole|equipe|gestion|maintenance|cuisine)"
)
_EMPTY_SUBJECT: Final = late(
    r"(?:\s*(?:re|tr|fwd?|ref)\s*:)*\s*(?:\(?(?:sans objet|no subject|aucun objet)\)?)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """What the directory says of an address."""

    known: Known
    is_person: bool = True
    is_parent: bool = False


UNREAD: Final = "unread"  # a reason: files into which nobody has looked yet


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of an attached file."""

    id: int
    filename: str
    size: int
    lock: str = ""  # formats.locked_files
    inside: str = ""  # the name of a member that would be refused
    is_refused: bool = False
    sign: Sign | None = None
    is_unread: bool = False  # a document into which nobody has looked yet
    is_photo: bool = False  # that can be made smaller, and was not yet
    is_in_text: bool = False  # a picture of the letter itself


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that is answered."""

    author: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendFacts:
    """Everything the checks look at."""

    content: DraftContent
    own: frozenset[str]
    year: int
    files: tuple[FileFacts, ...] = ()
    answered: Answered | None = None
    is_forward: bool = False
    people: Mapping[str, Person] = field(default_factory=dict)  # by same_key
    met: frozenset[str] = frozenset()  # any message here came from them, or went to them
    written: frozenset[str] = frozenset()  # of these, to whom one left from here
    near: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)  # who may be meant
    namesakes: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()  # in use in the directory
    pupils: tuple[tuple[str, ...], ...] = ()  # words of names
    size_limit: int = 0
    limited_until: datetime | None = None  # when the last recipient would be served
    limit_count: int = 0  # how many may be written to now
    better_at: datetime | None = None  # when it had better leave


Check = Callable[[SendFacts], Iterable[SendWarning]]


def is_parent_role(role: str) -> bool:
    """Whether a function of the directory is that of a pupil's family."""
    plain = fold(role)
    return bool(_PARENT.search(plain)) and not _STAFF.search(plain)


def is_pupil_role(role: str) -> bool:
    """Whether it is that of a pupil."""
    return bool(re.match(r"(?:eleve|etudiant|apprenant)s?\b", fold(role)))


def wire_size(content: DraftContent, files: Iterable[int]) -> int:
    """About how many octets a message has on the wire."""
    octets = sum((size + 2) // 3 * 4 for size in files)
    text = sum(len(one.encode("utf-8", "replace")) for one in (content.text, content.html))
    return int(octets * LINE_GROWTH) + text * 11 // 10 + HEADER


def everybody(content: DraftContent) -> tuple[Address, ...]:
    """To, Cc, Bcc."""
    return (*content.to, *content.cc, *content.bcc)


def look(facts: SendFacts, *, most_outside: int, most_list: int) -> tuple[SendWarning, ...]:
    """What was found, the gravest first; every level is WARN, as far as this module goes."""
    found = [
        *_open_recipients(facts, most_outside),
        *_big_list(facts, most_list),
        *_addresses(facts),
        *_namesakes(facts),
        *_pupil_data(facts),
        *_files(facts),
        *_too_large(facts),
        *_attachment(facts),
        *_subject(facts),
        *_pace(facts),
    ]
    doubted = {one for warning in found for one in warning.addresses}
    return (*found, *_first_mail(facts, doubted))


# -- mending ---------------------------------------------------------------------------------------


def mended(content: DraftContent, mend: Mend, choice: int = 0) -> DraftContent:
    """The content with one mend done. No address is lost; those that stand there twice go once."""
    keys = {same_key(one) for one in mend.addresses}
    if mend.kind is MendKind.TO_BCC:
        moved = [one for one in (*content.to, *content.cc) if same_key(one.address) in keys]
        there = {same_key(one.address) for one in content.bcc}
        return replace(
            content,
            to=_without(content.to, keys),
            cc=_without(content.cc, keys),
            bcc=(
                *content.bcc,
                *(one for one in _once(moved) if same_key(one.address) not in there),
            ),
        )
    if mend.kind is MendKind.REPLACE and 0 <= choice < len(mend.choices):
        chosen = mend.choices[choice]
        new = Address(chosen.name if "@" not in chosen.name else "", chosen.address)

        def put(field_: tuple[Address, ...]) -> tuple[Address, ...]:
            return _once(new if same_key(one.address) in keys else one for one in field_)

        return replace(content, to=put(content.to), cc=put(content.cc), bcc=put(content.bcc))
    if mend.kind is MendKind.SENDER_ONLY:
        left = _once(one for one in (*content.to, *content.cc) if same_key(one.address) in keys)
        return replace(content, to=left, cc=()) if left else content
    return content


def _without(field_: tuple[Address, ...], keys: set[str]) -> tuple[Address, ...]:
    return tuple(one for one in field_ if same_key(one.address) not in keys)


def _once(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple({same_key(one.address): one for one in addresses}.values())


# -- recipients ------------------------------------------------------------------------------------


def _open_recipients(facts: SendFacts, most: int) -> Iterator[SendWarning]:
    shown = _once((*facts.content.to, *facts.content.cc))
    keys = [same_key(one.address) for one in shown]
    parents = [key for key in keys if _is_parent(facts, key)]
    outside = [key for key in keys if is_outside(facts, key)]
    reason, who = "", list[str]()
    if _families(facts, parents) >= FAMILIES:
        reason, who = "parents", outside
    elif len(outside) > most:
        reason, who = "outside", outside
    if reason:
        addresses = tuple(one.address for one in shown if same_key(one.address) in who)
        yield SendWarning(
            WarningCode.OPEN_RECIPIENTS, CheckLevel.WARN, reason, addresses,
            count=len(addresses), limit=most,
            mend=Mend(MendKind.TO_BCC, addresses), may_merge=True,
        )  # fmt: skip


def _families(facts: SendFacts, parents: list[str]) -> int:
    """How many families these are: parents of one child are one; without its name, guessed low."""
    named: list[set[str]] = []
    unnamed = 0
    for key in parents:
        children = _children(facts.people[key].known.role)
        if not children:
            unnamed += 1
            continue
        same = [one for one in named if one & children]
        for one in same:
            named.remove(one)
        named.append(children.union(*same))
    return len(named) + (FAMILIES if unnamed >= UNNAMED_PARENTS else min(unnamed, 1))


def _children(role: str) -> set[str]:
    found = _CHILD.search(fold(role))
    if found is None:
        return set()
    names = re.split(r"\s*(?:,|;| et | & )\s*", found[1])
    return {one.strip() for one in names if " " in one.strip() and not _PARENT.match(one)}


def _is_parent(facts: SendFacts, key: str) -> bool:
    person = facts.people.get(key)
    return person is not None and person.is_parent


def is_outside(facts: SendFacts, key: str) -> bool:
    """Not of the school, the académie or the ministry: families, partners, all the others."""
    if key in facts.own:
        return False
    person = facts.people.get(key)
    if person is not None and person.is_parent:
        return True
    domain = domain_of(key)
    inside = {domain_of(one) for one in facts.own} - lookalikes.PROVIDERS
    if domain in inside or lookalikes.is_education(domain):
        return False
    return person is None or not person.known.school


def _big_list(facts: SendFacts, most: int) -> Iterator[SendWarning]:
    content = facts.content
    people = _once((*content.to, *content.cc))
    if facts.answered is None or len(people) <= most:
        return
    authors = {same_key(one) for one in facts.answered.author}
    left = tuple(one.address for one in people if same_key(one.address) in authors)
    mend = Mend(MendKind.SENDER_ONLY, left) if left else None
    yield SendWarning(
        WarningCode.BIG_LIST, CheckLevel.WARN, count=len(people), limit=most, mend=mend
    )


def _addresses(facts: SendFacts) -> Iterator[SendWarning]:
    """An address that nobody knows, but nearly.

    Whoever wrote first may be an impostor, whose domain is the only thing that tells.
    """
    trusted = facts.domains | {domain_of(one) for one in (*facts.own, *facts.written)}
    for one in _once(everybody(facts.content)):
        key = same_key(one.address)
        if key in facts.own or key in facts.people or key in facts.written:
            continue
        choices = tuple(
            known
            for known in facts.near.get(key, ())
            if lookalikes.is_near(key, same_key(known.address))
        )
        how = lookalikes.is_near(key, same_key(choices[0].address)) if choices else ""
        if how and (how == "domain" or key not in facts.met):
            mend = Mend(MendKind.REPLACE, (one.address,), choices[:MOST_CHOICES])
            yield SendWarning(
                WarningCode.LOOK_ALIKE, CheckLevel.WARN, how, (one.address,), mend=mend
            )
            continue
        wrong, meant = lookalikes.meant_domain(domain_of(key), trusted)
        if wrong and (wrong != "provider" or key not in facts.met):
            local = one.address.rpartition("@")[0]
            fitting = (Known(one.name, f"{local}@{meant}"),) if meant else ()
            yield SendWarning(
                WarningCode.WRONG_DOMAIN, CheckLevel.WARN, wrong, (one.address,), word=meant,
                mend=Mend(MendKind.REPLACE, (one.address,), fitting) if fitting else None,
            )  # fmt: skip


def _namesakes(facts: SendFacts) -> Iterator[SendWarning]:
    """Who has the same name, unless these two have written to each other already."""
    answered = {same_key(one) for one in facts.answered.author} if facts.answered else set()
    there = {same_key(one.address) for one in everybody(facts.content)}
    for one in _once(everybody(facts.content)):
        key = same_key(one.address)
        if key in facts.met or key in facts.own or key in answered:
            continue
        others = tuple(
            known for known in facts.namesakes.get(key, ()) if same_key(known.address) not in there
        )
        if not others:
            continue
        person = facts.people.get(key)
        mine = person.known if person is not None else Known(one.name, one.address)
        yield SendWarning(
            WarningCode.NAMESAKE, CheckLevel.WARN, "" if person is not None else "unknown",
            (one.address,), word=mine.name,
            mend=Mend(MendKind.REPLACE, (one.address,), (mine, *others)[: MOST_CHOICES + 1]),
        )  # fmt: skip


def _first_mail(facts: SendFacts, doubted: set[str]) -> Iterator[SendWarning]:
    new = [
        one.address
        for one in _once(everybody(facts.content))
        if same_key(one.address) not in facts.met
        and same_key(one.address) not in facts.own
        and same_key(one.address) not in facts.people
        and one.address not in doubted
    ]
    if new:
        yield SendWarning(
            WarningCode.FIRST_MAIL, CheckLevel.HINT, addresses=tuple(new), count=len(new)
        )


# -- contents --------------------------------------------------------------------------------------


def _pupil_data(facts: SendFacts) -> Iterator[SendWarning]:
    keys = [same_key(one.address) for one in everybody(facts.content)]
    outside = [key for key in keys if is_outside(facts, key)]
    if not outside:
        return
    parents = [key for key in outside if _is_parent(facts, key)]
    one_family = len(parents) == len(outside) and _families(facts, parents) < FAMILIES
    written = "\n".join(attachment_words.own_lines(facts.content.text))
    found: list[tuple[Sign, str]] = []
    if (sign := pupil_data.in_text(written, facts.pupils, facts.year)) is not None:
        found.append((sign, ""))
    found += [(one.sign, one.filename) for one in facts.files if one.sign is not None]
    told = [(sign, name) for sign, name in found if sign.of_many or not one_family]
    if told:
        sign, _ = told[0]
        files = tuple(one.id for one in facts.files if one.sign is not None)
        yield SendWarning(
            WarningCode.PUPIL_DATA, CheckLevel.WARN, sign.kind,
            tuple(dict.fromkeys(outside)), tuple(name for _, name in told if name),
            count=sign.count, mend=Mend(MendKind.TAKE_OFF, files=files) if files else None,
        )  # fmt: skip
        return
    unread = [one for one in facts.files if one.is_unread and not one.lock]
    if unread:
        yield SendWarning(
            WarningCode.PUPIL_DATA, CheckLevel.WARN, UNREAD, tuple(dict.fromkeys(outside)),
            tuple(one.filename for one in unread), mend=Mend(MendKind.LOOK_AGAIN),
        )  # fmt: skip


def _files(facts: SendFacts) -> Iterator[SendWarning]:
    locked = [one for one in facts.files if one.lock]
    if locked:
        yield SendWarning(
            WarningCode.ENCRYPTED_FILE, CheckLevel.WARN, locked[0].lock,
            files=tuple(one.filename for one in locked),
            mend=Mend(MendKind.TAKE_OFF, files=tuple(one.id for one in locked)),
        )  # fmt: skip
    refused = [one for one in facts.files if one.is_refused or one.inside]
    if refused:
        yield SendWarning(
            WarningCode.DANGEROUS_FILE, CheckLevel.WARN,
            "" if refused[0].is_refused else "inside",
            files=tuple(one.filename for one in refused), word=refused[0].inside,
            mend=Mend(MendKind.TAKE_OFF, files=tuple(one.id for one in refused)),
        )  # fmt: skip


def _too_large(facts: SendFacts) -> Iterator[SendWarning]:
    size = wire_size(facts.content, [one.size for one in facts.files])
    if 0 < facts.size_limit < size:
        largest = max(facts.files, key=lambda one: one.size, default=None)
        yield SendWarning(
            WarningCode.TOO_LARGE, CheckLevel.WARN, count=size, limit=facts.size_limit,
            files=() if largest is None else (largest.filename,),
            mend=None if largest is None else Mend(MendKind.TAKE_OFF, files=(largest.id,)),
            more_mends=tuple(_lighter(facts)),
        )  # fmt: skip


def _lighter(facts: SendFacts) -> Iterator[Mend]:
    """Ways to keep a file that is too large: the largest photo smaller, the largest file aside."""
    photos = [one for one in facts.files if one.is_photo]
    if photos:
        yield Mend(MendKind.SHRINK, files=(max(photos, key=lambda one: one.size).id,))
    if facts.files:
        yield Mend(MendKind.ASIDE, files=(max(facts.files, key=lambda one: one.size).id,))


def _attachment(facts: SendFacts) -> Iterator[SendWarning]:
    place = next((one for one in LINK_PLACES if one in facts.content.text), "")
    if place:
        yield SendWarning(WarningCode.NO_ATTACHMENT, CheckLevel.WARN, "link", word=place)
        return
    if any(not one.is_in_text for one in facts.files):
        return
    word = attachment_words.mentioned(facts.content.text)
    if not word and facts.answered is None and not facts.is_forward:
        word = attachment_words.mentioned(facts.content.subject)
    if word:
        yield SendWarning(
            WarningCode.NO_ATTACHMENT, CheckLevel.WARN, word=word, mend=Mend(MendKind.ATTACH)
        )


def _subject(facts: SendFacts) -> Iterator[SendWarning]:
    if _EMPTY_SUBJECT.fullmatch(facts.content.subject):
        yield SendWarning(
            WarningCode.NO_SUBJECT, CheckLevel.WARN, mend=Mend(MendKind.WRITE_SUBJECT)
        )


def _pace(facts: SendFacts) -> Iterator[SendWarning]:
    if facts.limited_until is not None:
        count = len(_once(everybody(facts.content)))
        yield SendWarning(
            WarningCode.OVER_LIMITS, CheckLevel.WARN, count=count, limit=facts.limit_count,
            at=facts.limited_until,
        )  # fmt: skip
    if facts.better_at is not None:
        yield SendWarning(
            WarningCode.QUIET_HOURS, CheckLevel.WARN, at=facts.better_at,
            mend=Mend(MendKind.SEND_LATER, at=facts.better_at),
        )  # fmt: skip
