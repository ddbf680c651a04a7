"""Classes, teams and parents of a class as recipients, and recipients that are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.demo.school import School, build_school, people_csv, pupils_csv
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.services import recipient_groups
from mel_desktop.services.directory import Directory
from mel_desktop.services.recipient_groups import RecipientGroups
from mel_desktop.store import correspondents
from tests.support.post_office import PostOffice, post_office

LISTS = """Nom;Prénom;Courriel;Fonction;Établissement;UAI;Groupes
Bernier;Julie;julie.bernier@ac-exemple.invalid;Professeure;Collège Autre;0540009Z;Éco-délégués
Bernier;Julie;julie.bernier@ac-exemple.invalid;Professeure;Collège Autre;0540009Z;Chorale
Klein;Max;;Professeur;Collège Autre;0540009Z;Chorale
"""


class Desk:
    """The directory of the embedded school, and a list of another one."""

    def __init__(self, office: PostOffice, folder: Path) -> None:
        self.office = office
        self.school: School = build_school()
        self.directory = Directory(office.database, None, office.clock, lambda: True)  # type: ignore[arg-type]
        files = {"gens": people_csv(self.school), "eleves": pupils_csv(self.school)}
        for name, text in (*files.items(), ("listes", LISTS)):
            path = folder / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            self.directory.import_files([path])
        self.groups = RecipientGroups(office.database, office.clock)

    def found(self, typed: str) -> dict[tuple[str, Audience], GroupHit]:
        return {(one.name, one.audience): one for one in self.groups.complete(typed)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with post_office(tmp_path) as office:
        yield Desk(office, tmp_path)


def test_a_class_offers_its_parents_its_team_and_everybody(desk: Desk) -> None:
    found = desk.found("4b")
    assert {audience for _, audience in found} == {Audience.ALL, Audience.PARENTS, Audience.TEAM}
    parents = {
        one.address for pupil in desk.school.pupils_of("4B") for one in pupil.parents if one.address
    }
    hit = found["4B", Audience.PARENTS]
    assert {one.address for one in hit.members} == parents
    assert len(hit.members) == len(parents)
    team = {one.address for one in desk.school.team("4B")}
    assert {one.address for one in found["4B", Audience.TEAM].members} == team
    everybody = found["4B", Audience.ALL]  # of both files: pupils have no address
    assert len(everybody.members) == len(parents | team)
    assert set(everybody.unreachable) == {
        f"{one.first} {one.last}" for one in desk.school.pupils_of("4B")
    }


@pytest.mark.parametrize(
    ("typed", "audience"),
    [("parents 4b", Audience.PARENTS), ("équipe 4B", Audience.TEAM), ("4b profess", Audience.TEAM)],
)
def test_who_of_it_is_said_by_a_word(desk: Desk, typed: str, audience: Audience) -> None:
    assert set(desk.found(typed)) == {("4B", audience)}


def test_a_list_is_one_choice_with_those_it_does_not_reach(desk: Desk) -> None:
    (hit,) = desk.groups.complete("choral")
    assert hit.audience is Audience.ALL
    assert hit.members == (Address("Julie Bernier", "julie.bernier@ac-exemple.invalid"),)
    assert hit.unreachable == ("Max Klein",)
    assert desk.groups.complete("chorale autre")[0].name == "Chorale"
    assert desk.groups.complete("autre") == ()  # the school alone is no group
    assert desk.groups.complete("") == ()
    assert desk.groups.complete("parents") == ()


def test_a_group_of_thousands_is_no_list_of_recipients(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipient_groups, "MOST_MEMBERS", 5)
    assert desk.groups.complete("4b") == ()


def test_a_recipient_is_forgotten(desk: Desk) -> None:
    who = Address("Nadia Ferrand", "nadia@exemple.invalid")
    now = desk.office.clock.now()
    desk.office.database.write(lambda tx: correspondents.note(tx, [who], now))
    (hit,) = desk.directory.complete("ferra").hits
    assert hit.learned
    assert not any(one.learned for one in desk.directory.complete("oberl").hits)
    assert desk.groups.forget("NADIA@exemple.invalid")
    assert all(hit.entry.name != who.name for hit in desk.directory.complete("ferra").hits)
    assert not desk.groups.forget(who.address)


def test_a_group_of_ones_own_is_kept_found_replaced_and_forgotten(desk: Desk) -> None:
    both = (Address("Ana", "ana@b.test"), Address("", "bob@b.test"))
    saved = desk.groups.save("  Conseil   d’école ", (*both, Address("x", "ANA@b.test")))
    assert (saved.name, len(saved.members)) == ("Conseil d’école", 2)
    (hit,) = desk.groups.complete("ecole conseil")
    assert hit.is_own
    assert {one.address.lower() for one in hit.members} == {"ana@b.test", "bob@b.test"}
    assert desk.groups.complete("conseil lyon") == ()
    desk.groups.save("conseil d’école", both[:1])
    (hit,) = desk.groups.complete("conseil")
    assert hit.members == both[:1]
    assert desk.groups.delete("Conseil d’école")
    assert not desk.groups.delete("Conseil d’école")
    assert desk.groups.complete("conseil") == ()


@pytest.mark.parametrize(
    ("name", "who", "code"),
    [
        (" ", ("a@b.test",), ErrorCode.USAGE),
        ("x\u0007", ("a@b.test",), ErrorCode.USAGE),
        ("Vide", (), ErrorCode.NO_RECIPIENT),
        ("Faux", ("pas une adresse",), ErrorCode.BAD_ADDRESS),
        ("Trop", tuple(f"a{one}@b.test" for one in range(501)), ErrorCode.TOO_LARGE),
    ],
)
def test_what_is_no_group_is_refused(
    desk: Desk, name: str, who: tuple[str, ...], code: ErrorCode
) -> None:
    with pytest.raises(LocalRefusal) as caught:
        desk.groups.save(name, [Address("", one) for one in who])
    assert caught.value.code is code
