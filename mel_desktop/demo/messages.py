"""The 300 messages of Claire Delaunay's mailbox: the same for the same ``now``, all invented.

Conversations come from resources/demo/messages.toml, the rare forms from demo.specials. Dates are
spread over the last months before ``now``, in working hours of Paris.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from mel_desktop.demo import files
from mel_desktop.demo.files import File
from mel_desktop.demo.letters import Correspondent, Letter, Style, style_of, written
from mel_desktop.demo.mailboxes import StoredMessage
from mel_desktop.demo.resources import demo_text
from mel_desktop.demo.school import SEED, Person, Pupil, School
from mel_desktop.demo.specials import special_messages
from mel_desktop.model.values import dataclass

COUNT = 300
SENT, DRAFTS, TRASH, JUNK, ARCHIVE = (
    "Envoyés",
    "Brouillons",
    "Corbeille",
    "Indésirables",
    "Archives",
)
FOLDERS = (
    "INBOX",
    SENT,
    DRAFTS,
    TRASH,
    JUNK,
    ARCHIVE,
    "Conseils de classe",
    "Parents d'élèves",
    "Parents d'élèves/4B",
    "Parents d'élèves/6A",
)

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre")  # fmt: skip


def build_mailbox(school: School, now: datetime, seed: int = SEED) -> tuple[StoredMessage, ...]:
    """All messages, oldest first."""
    made = list(special_messages(school, now))
    author = _Author(school, now, random.Random(seed + 2))  # noqa: S311 repeatable data
    for conversation in tomllib.loads(demo_text("messages.toml"))["conversation"]:
        for number in range(conversation["repeat"]):
            made += author.conversation(conversation, number)
    made.sort(key=lambda message: (message.received_at, message.data))
    return tuple(made)


def paris(moment: datetime) -> datetime:
    """The same instant with the offset of Paris, by the rule of the European Union."""
    year = moment.astimezone(UTC).year
    spring, autumn = (_last_sunday(year, month) for month in (3, 10))
    summer = spring <= moment < autumn
    return moment.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    day = last - timedelta(days=(last.weekday() + 1) % 7)
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def in_words(moment: datetime) -> str:
    """``lundi 3 novembre``."""
    local = paris(moment)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


@dataclass(frozen=True, slots=True)
class _Scene:
    """What one repetition of a conversation is about."""

    class_name: str
    pupil: Pupil
    parent: Person
    fields: Mapping[str, str]


class _Author:
    """Turns letter types into letters."""

    def __init__(self, school: School, now: datetime, rng: random.Random) -> None:
        self._school = school
        self._now = now
        self._rng = rng

    def conversation(self, kind: Mapping[str, Any], number: int) -> list[StoredMessage]:
        """The letters of one repetition, answers after questions."""
        scene = self._scene(kind, number)
        oldest, newest = kind["age"]
        steps = max(1, kind["repeat"] - 1)
        age = oldest - (oldest - newest) * number / steps
        moment = self._working_hour(self._now - timedelta(days=age))
        subject = kind["subject"].format_map(scene.fields)
        made: list[StoredMessage] = []
        sent: list[Letter] = []
        for letter_kind in kind["letter"]:
            if sent:
                moment = self._after(moment, timedelta(hours=letter_kind.get("after", 1)))
            letter = self._letter(kind, letter_kind, scene, subject, moment, sent)
            made.append(self._stored(kind, letter, moment))
            if letter.sender.address == self._school.me.address and len(sent) > 0:
                made[-2] = _answered(made[-2])
            sent.append(letter)
        return made

    def _scene(self, kind: Mapping[str, Any], number: int) -> _Scene:
        mine = self._school.me.classes
        class_name = kind.get("pick") or mine[number % len(mine)]
        pupil = self._rng.choice(self._school.pupils_of(class_name))
        parent = self._rng.choice(pupil.parents)
        day = self._now - timedelta(days=kind["age"][1]) + timedelta(days=self._rng.randrange(3, 9))
        while paris(day).weekday() >= 5:
            day += timedelta(days=1)
        fields = {
            "classe": class_name,
            "eleve": pupil.name,
            "prenom": pupil.first,
            "parent": parent.name,
            "civilite": "Madame" if parent.title == "Mme" else "Monsieur",
            "jour": in_words(day),
            "heure": self._rng.choice(("8 h 30", "10 h 15", "12 h 45", "16 h 30", "17 h 15")),
            "salle": self._rng.choice(("B12", "A04", "C21", "B07", "A11", "D3")),
            "trimestre": "premier trimestre",
            "collegue": self._rng.choice(self._school.staff).name,
        }
        return _Scene(class_name, pupil, parent, fields)

    def _letter(
        self,
        kind: Mapping[str, Any],
        letter_kind: Mapping[str, Any],
        scene: _Scene,
        subject: str,
        moment: datetime,
        before: Sequence[Letter],
    ) -> Letter:
        sender = self._sender(letter_kind["from"], kind, scene)
        to = self._people(letter_kind["to"], scene, sender)
        text = letter_kind["text"].strip().format_map(scene.fields)
        if letter_kind["from"] == "me":
            text += f"\n\n-- \n{self._school.me.signature}\n{self._school.name}"
        elif text.endswith(","):
            text += "\n\n" + (sender.signature if isinstance(sender, Person) else sender.name)
        digest = hashlib.sha256(f"{subject}{moment.isoformat()}{text}".encode()).hexdigest()
        last = before[-1] if before else None
        return Letter(
            sender=Correspondent(sender.name, sender.address),
            to=to,
            cc=self._people(letter_kind.get("cc", ()), scene, sender),
            subject=f"Re: {subject}" if last else subject,
            text=text,
            sent_at=paris(moment),
            message_id=f"{digest[:24]}@{sender.address.rpartition('@')[2]}",
            in_reply_to=last.message_id if last else "",
            references=tuple(letter.message_id for letter in before),
            files=self._files(letter_kind.get("attach", ""), scene, moment),
            quoted=_quoted(last) if last else (),
        )

    def _sender(self, role: str, kind: Mapping[str, Any], scene: _Scene) -> Person | Correspondent:
        if role == "outsider":
            name, _, address = kind["outsider"].rstrip(">").partition(" <")
            return Correspondent(name, address)
        return self._person(role, scene)

    def _person(self, role: str, scene: _Scene) -> Person:
        if role == "parent":
            return scene.parent
        if role == "pp":
            head = next((one for one in self._school.staff if one.head == scene.class_name), None)
            colleague = self._school.who("histoire")
            return colleague if head is None or head is self._school.me else head
        return self._school.who(role)

    def _people(
        self, roles: Sequence[str], scene: _Scene, sender: Person | Correspondent
    ) -> tuple[Correspondent, ...]:
        found: list[Person] = []
        for role in roles:
            if role == "tous":
                found += self._school.staff
            elif role == "equipe":
                found += [*self._school.team(scene.class_name), self._school.me]
            elif role != "parents-classe":
                found.append(self._person(role, scene))
        kept = dict.fromkeys(one for one in found if one.address != sender.address)
        return tuple(Correspondent(one.name, one.address) for one in kept)

    def _files(self, wish: str, scene: _Scene, moment: datetime) -> tuple[File, ...]:
        if not wish:
            return ()
        kind, _, name = wish.partition(":")
        name = name.format_map(scene.fields)
        seed = self._rng.randrange(1, 1000)
        title = name.rpartition(".")[0].replace("_", " ")
        lines = [self._school.name, f"Classe : {scene.class_name}", f"Le {in_words(moment)}"]
        if kind == "pdf":
            return (files.pdf(name, title, [*lines, "", "Document fictif de démonstration."]),)
        if kind == "odt":
            return (files.odt(name, [title, *lines, "Document fictif de démonstration."]),)
        if kind == "jpeg":
            return (files.jpeg(name, seed=seed),)
        if kind == "png":
            return (files.png(name, seed=seed),)
        if kind == "csv":
            pupils = self._school.pupils_of(scene.class_name)[:12]
            rows = [("Nom", "Prénom", "Classe", "Demi-journées")]
            rows += [(one.last, one.first, one.class_name, str(seed % 7)) for one in pupils]
            return (files.csv(name, rows),)
        start = moment + timedelta(days=12)
        event = files.ics(
            name, f"{seed}@{self._school.domain}", "Portes ouvertes", "Lycée Simone-Exemple", start,
            organizer=self._school.who("lycee").address, method="PUBLISH",
        )  # fmt: skip
        return (event,)

    def _stored(self, kind: Mapping[str, Any], letter: Letter, moment: datetime) -> StoredMessage:
        mine = letter.sender.address == self._school.me.address
        folder = kind.get("folder", "INBOX")
        flags: tuple[str, ...] = ("\\Seen",)
        if kind.get("draft"):
            flags = ("\\Seen", "\\Draft")
        elif mine:
            folder = SENT
        else:
            recent = self._now - moment < timedelta(days=5)
            if self._rng.random() < (0.55 if recent or folder == JUNK else 0.03):
                flags = ()
            if self._rng.random() < 0.05 and folder not in (JUNK, TRASH):
                flags = (*flags, "\\Flagged")
        data = written(letter, self._style(letter.sender.address))
        return StoredMessage(folder, flags, moment + timedelta(seconds=7), data)

    def _style(self, address: str) -> Style:
        """The program of the sender; offices and services write on no telephone."""
        if address == self._school.me.address:
            return Style.FLOWED
        style = style_of(address)
        offices = (*self._school.boxes, *self._school.outside)
        if style is Style.MOBILE and address in {office.address for office in offices}:
            return Style.WEBMAIL
        return style

    def _after(self, moment: datetime, pause: timedelta) -> datetime:
        """When the answer came; one that would lie in the future came quickly instead."""
        chosen = self._working_hour(moment + pause)
        if chosen > self._now or chosen <= moment:
            return moment + (self._now - moment) / 2
        return chosen

    def _working_hour(self, moment: datetime) -> datetime:
        """The next moment at which somebody at school would write."""
        local = paris(moment)
        if local.weekday() >= 5 and self._rng.random() < 0.85:
            local += timedelta(days=7 - local.weekday())
        if not 7 <= local.hour < 20:
            ahead = 1 if local.hour >= 20 else 0
            local = local.replace(hour=self._rng.randrange(8, 18)) + timedelta(days=ahead)
        minutes = timedelta(minutes=self._rng.randrange(0, 55), seconds=self._rng.randrange(60))
        chosen = (local.replace(minute=0, second=0, microsecond=0) + minutes).astimezone(UTC)
        if chosen > self._now >= moment:
            return self._now - timedelta(minutes=self._rng.randrange(4, 240))
        return chosen


def _quoted(letter: Letter) -> tuple[str, ...]:
    local = letter.sent_at
    head = f"Le {in_words(local)} {local.year} à {local:%H:%M}, {letter.sender.name} a écrit :"
    return (head, *letter.text.split("\n\n-- \n")[0].split("\n"))


def _answered(message: StoredMessage) -> StoredMessage:
    flags = dict.fromkeys((*message.flags, "\\Seen", "\\Answered"))
    return StoredMessage(message.folder, tuple(flags), message.received_at, message.data)
