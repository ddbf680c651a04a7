"""The people of the fictitious collège, the same at every run, and their CSV exports.

Nothing here is real: the domains end in ``.invalid`` (RFC 2606) and the check letter of the UAI is
wrong on purpose.
"""

from __future__ import annotations

import csv
import io
import random
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence

from mel_desktop.demo.resources import demo_text
from mel_desktop.model.values import dataclass

SEED = 5400
DELEGATES = (3, 11)  # places in the list of each class


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address. ``role`` names the person in messages.toml, "" for most."""

    first: str
    last: str
    address: str
    role: str = ""
    title: str = ""
    function: str = ""
    subject: str = ""
    classes: tuple[str, ...] = ()
    head: str = ""  # the class of which this is the professeur principal

    @property
    def name(self) -> str:
        """First and last name, or the only name there is."""
        return f"{self.first} {self.last}".strip()

    @property
    def signature(self) -> str:
        """Two lines that end a letter."""
        about = ", ".join(part for part in (self.function, self.subject) if part)
        return f"{self.name}\n{about}" if about else self.name


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil has no address at school; ``parents`` do."""

    first: str
    last: str
    class_name: str
    parents: tuple[Person, ...]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class School:
    """Everybody."""

    name: str
    uai: str
    domain: str
    town: str
    classes: tuple[str, ...]
    me: Person
    staff: tuple[Person, ...]
    boxes: tuple[Person, ...]
    outside: tuple[Person, ...]
    pupils: tuple[Pupil, ...]

    @property
    def parents(self) -> tuple[Person, ...]:
        """Each parent once, in the order of the classes."""
        return tuple(dict.fromkeys(parent for pupil in self.pupils for parent in pupil.parents))

    def who(self, role: str) -> Person:
        """The member of staff, functional box or correspondent with this role."""
        for person in (*self.staff, *self.boxes, *self.outside):
            if person.role == role:
                return person
        raise KeyError(role)

    def team(self, class_name: str) -> tuple[Person, ...]:
        """The teachers of a class."""
        return tuple(person for person in self.staff if class_name in person.classes)

    def pupils_of(self, class_name: str) -> tuple[Pupil, ...]:
        """The pupils of a class in the order of the register."""
        return tuple(pupil for pupil in self.pupils if pupil.class_name == class_name)


def local_part(*names: str) -> str:
    """``Élodie``, ``Le Goff`` -> ``elodie.le-goff``, as académies build addresses."""
    return ".".join(_plain(name) for name in names if name)


def build_school(seed: int = SEED) -> School:
    """The collège with its 25 staff, 12 classes, 300 pupils and their parents."""
    data = tomllib.loads(demo_text("school.toml"))
    names = tomllib.loads(demo_text("names.toml"))
    domain = data["domain"]
    staff = tuple(
        Person(
            first=one["first"],
            last=one["last"],
            address=f"{local_part(one['first'], one['last'])}@{domain}",
            role=one["role"],
            title=one["title"],
            function=one["function"],
            subject=one.get("subject", ""),
            classes=tuple(one.get("classes", ())),
            head=one.get("head", ""),
        )
        for one in data["staff"]
    )
    boxes = tuple(
        Person("", one["name"], f"{one['local']}@{domain}", role=one["key"])
        for one in data["boxes"]
    )
    outside = tuple(
        Person("", one["name"], one["address"], role=one["role"]) for one in data["outside"]
    )
    rng = random.Random(seed)  # noqa: S311 repeatable data, nothing secret
    pupils = _pupils(rng, data, names)
    me = next(one for one in staff if one.address == f"{data['me']}@{domain}")
    return School(
        name=data["name"],
        uai=data["uai"],
        domain=domain,
        town=data["town"],
        classes=tuple(data["classes"]),
        me=me,
        staff=staff,
        boxes=boxes,
        outside=outside,
        pupils=pupils,
    )


def people_csv(school: School) -> str:
    """Staff, functional boxes and parents, as a school would export them (UTF-8, ``;``)."""
    rows = [
        (
            one.title,
            one.last,
            one.first,
            one.address,
            one.function,
            one.subject,
            ",".join(one.classes),
            "Personnel",
        )
        for one in school.staff
    ]
    rows += [("", one.last, "", one.address, "Boîte fonctionnelle", "", "", "Service")
             for one in school.boxes]  # fmt: skip
    children: dict[Person, list[Pupil]] = {}
    for pupil in school.pupils:
        for parent in pupil.parents:
            children.setdefault(parent, []).append(pupil)
    rows += [
        (
            parent.title,
            parent.last,
            parent.first,
            parent.address,
            "Responsable de " + ", ".join(pupil.name for pupil in of),
            "",
            ",".join(dict.fromkeys(pupil.class_name for pupil in of)),
            "Responsable",
        )
        for parent, of in children.items()
    ]
    head = ("Civilité", "Nom", "Prénom", "Courriel", "Fonction", "Matière", "Classes", "Profil")
    full = (*head, "Établissement", "UAI")
    return _csv(full, ((*row, school.name, school.uai) for row in rows))


def staff_csv(school: School) -> str:
    """Staff with the class of which each is professeur principal, and functional boxes."""
    head = ("Civilité", "Nom", "Prénom", "Courriel", "Fonction", "Matière", "Classes",
            "Professeur principal de", "Établissement", "UAI")  # fmt: skip
    rows = [
        (
            one.title, one.last, one.first, one.address, one.function, one.subject,
            ",".join(one.classes), one.head, school.name, school.uai,
        )
        for one in school.staff
    ]  # fmt: skip
    rows += [
        ("", one.last, "", one.address, "Boîte fonctionnelle", "", "", "", school.name, school.uai)
        for one in school.boxes
    ]
    return _csv(head, rows)


def families_csv(school: School) -> str:
    """Pupils, the delegates among them, each with up to two guardians in the same line."""
    head = ["Nom", "Prénom", "Classe", "Fonction", "Établissement", "UAI"]
    for number in (1, 2):
        head += [
            f"{name} responsable {number}"
            for name in ("Civilité", "Nom", "Prénom", "Courriel", "Lien de parenté")
        ]
    delegates = {
        pupil
        for label in school.classes
        for place, pupil in enumerate(school.pupils_of(label))
        if place in DELEGATES
    }
    rows = []
    for pupil in school.pupils:
        role = "Élève délégué" if pupil in delegates else "Élève"
        row = [pupil.last, pupil.first, pupil.class_name, role, school.name, school.uai]
        for parent in pupil.parents[:2]:
            tie = "Mère" if parent.title == "Mme" else "Père"
            row += [parent.title, parent.last, parent.first, parent.address, tie]
        rows.append(row + [""] * (len(head) - len(row)))
    return _csv(head, rows)


def pupils_csv(school: School) -> str:
    """The pupils, without address: they are found by class, never written to."""
    rows = (
        (pupil.last, pupil.first, pupil.class_name, "Élève", school.name, school.uai)
        for pupil in school.pupils
    )
    return _csv(("Nom", "Prénom", "Classe", "Profil", "Établissement", "UAI"), rows)


def annuaire_csv(school: School, schools: int = 40, seed: int = SEED) -> str:
    """A small annuaire of invented schools in the layout of the open data set (with BOM)."""
    rng = random.Random(seed + 1)  # noqa: S311 repeatable data, nothing secret
    rows = [_annuaire_row(school, school.uai, school.name, "Collège", school.town)]
    towns = ("Bois-l'Exemple", "Exempleville", "La Croix-d'Exemple", "Mont-Exemplin", "Valexemple")
    kinds = ("Ecole", "Ecole", "Ecole", "Collège", "Lycée", "Service Administratif")
    patrons = ("Irène-Joliot", "Rosa-Bonheur", "Jean-Exemple", "Les Tilleuls", "du Canal",
               "Sophie-Germain", "Les Marronniers", "Olympe-de-Gouges", "Paradis")  # fmt: skip
    for number in range(1, schools):
        kind = rng.choice(kinds)
        label = {
            "Ecole": "École élémentaire publique",
            "Collège": "Collège",
            "Lycée": "Lycée général et technologique",
            "Service Administratif": "Circonscription d'inspection du 1er degré",
        }[kind]
        name = f"{label} {rng.choice(patrons)}"
        rows.append(_annuaire_row(school, f"054{number:04d}Z", name, kind, rng.choice(towns)))
    return "\ufeff" + _csv(_ANNUAIRE, rows)


_ANNUAIRE = (
    "Identifiant_de_l_etablissement",
    "Nom_etablissement",
    "Type_etablissement",
    "Statut_public_prive",
    "Adresse_1",
    "Code_postal",
    "Code_commune",
    "Nom_commune",
    "Code_departement",
    "Telephone",
    "Web",
    "Mail",
    "Libelle_departement",
    "Libelle_academie",
    "date_ouverture",
    "date_maj_ligne",
    "etat",
    "ministere_tutelle",
    "libelle_nature",
)


def _annuaire_row(school: School, uai: str, name: str, kind: str, town: str) -> tuple[str, ...]:
    mail = f"{'ecole' if kind == 'Ecole' else 'ce'}.{uai}@{school.domain}"
    return (
        uai, name, kind, "Public", "Place de la Mairie", "54999", "54999", town, "054",
        "0300000000", "", mail, "Département d'Exemple", "Exemple", "1985-09-01", "2026-09-01",
        "OUVERT", "MINISTERE DE L'EDUCATION NATIONALE", kind.upper(),
    )  # fmt: skip


def _pupils(
    rng: random.Random, data: dict[str, Sequence[str]], names: dict[str, Sequence[str]]
) -> tuple[Pupil, ...]:
    taken: set[str] = set()
    families: list[tuple[str, tuple[Person, ...]]] = []
    pupils: list[Pupil] = []
    for class_name in data["classes"]:
        group: list[Pupil] = []
        for number in range(int(str(data["pupils_per_class"]))):
            if families and rng.random() < 0.12:  # a sister or brother
                last, parents = rng.choice(families)
            else:
                last = rng.choice(names["surnames"])
                parents = _parents(rng, names, last, str(data["family_domain"]), taken)
                families.append((last, parents))
            first = rng.choice(names["girls" if number % 2 else "boys"])
            group.append(Pupil(first, last, class_name, parents))
        group.sort(key=lambda pupil: (_plain(pupil.last), _plain(pupil.first)))
        pupils += group
    return tuple(pupils)


def _parents(
    rng: random.Random,
    names: dict[str, Sequence[str]],
    last: str,
    domain: str,
    taken: set[str],
) -> tuple[Person, ...]:
    made: list[Person] = []
    for title, key, share in (("Mme", "mothers", 0.9), ("M.", "fathers", 0.75)):
        if rng.random() < share or (title == "M." and not made):
            first = rng.choice(names[key])
            own = last if title == "M." or rng.random() < 0.7 else rng.choice(names["surnames"])
            local = local_part(first, own)
            while local in taken:
                local = f"{local_part(first, own)}{rng.randrange(2, 99)}"
            taken.add(local)
            made.append(Person(first, own, f"{local}@{domain}", title=title))
    return tuple(made)


def _plain(name: str) -> str:
    flat = unicodedata.normalize("NFD", name.lower())
    kept = "".join(char for char in flat if not unicodedata.combining(char))
    return kept.replace("'", "").replace(" ", "-")


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
