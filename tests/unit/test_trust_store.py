"""The shield on a real store: who is known, who is met, what a file holds, what the cli tells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.cli.mail_commands import message_json
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address, FolderId, MessageId, ReadMessage
from mel_desktop.model.policy import TrustPolicy
from mel_desktop.model.trust import Severity, TrustCode
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.trust import Trust
from mel_desktop.store import reading as rows
from mel_desktop.store import trust
from mel_desktop.store.database import Transaction
from tests.support.directory_world import World, teacher
from tests.support.store import plant_account, plant_folder, plant_message

C = TrustCode
HEAD = Address("Anne Morvan", "anne.morvan@ac-rennes.fr")


class Room:
    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.read(
            "annuaire",
            teacher("1", HEAD.name, HEAD.address, role="proviseure"),
            teacher("2", "Paul Durand", "paul.durand@ac-rennes.fr"),
        )
        self.database = self.world.database
        account = plant_account(self.database, "claire.martin@ac-rennes.fr")
        self.folder: FolderId = plant_folder(self.database, account)
        self.accounts = Accounts(self.database, self.world.clock)
        self.count = 0
        self.trust = self.with_policy(TrustPolicy())

    def with_policy(self, policy: TrustPolicy) -> Trust:
        return Trust(self.database, self.accounts, policy)

    def came(self, sender: Address, **fields: str) -> MessageId:
        self.count += 1

        def work(tx: Transaction) -> MessageId:
            return plant_message(tx, self.folder, self.count, sender=sender, **fields)  # type: ignore[arg-type]

        return self.database.write(work)

    def show(self, message: MessageId) -> ReadMessage:
        reading = ReadingService(self.database, None, self.world.clock, self.trust)  # type: ignore[arg-type]
        return reading.show(message)

    def grave(self, message: MessageId) -> dict[TrustCode, Severity]:
        shield = self.show(message).shield
        assert shield is not None
        return {one.code: one.severity for one in shield.findings if one.severity}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.world.close()


def test_a_senior_name_from_elsewhere(room: Room) -> None:
    trap = Address("MORVAN Anne", "anne.morvan.proviseure@evil.example")
    assert room.grave(room.came(trap)) == {C.KNOWN_NAME: Severity.DANGER}
    colleague = Address("Paul Durand", "paul@perso.example")
    assert room.grave(room.came(colleague)) == {C.KNOWN_NAME: Severity.LOOK}
    assert room.grave(room.came(colleague)) == {}  # met before
    assert room.grave(room.came(HEAD)) == {}


def test_what_lies_in_junk_is_no_acquaintance(room: Room) -> None:
    trap = Address("MORVAN Anne", "anne.morvan.proviseure@evil.example")
    account = room.accounts.all()[0].id
    inbox, room.folder = room.folder, plant_folder(room.database, account, "Junk", role="junk")
    room.came(trap)
    room.folder = inbox
    assert room.grave(room.came(trap)) == {C.KNOWN_NAME: Severity.DANGER}
    assert room.grave(room.came(trap)) == {C.KNOWN_NAME: Severity.LOOK}


def test_a_domain_like_that_of_the_directory(room: Room) -> None:
    room.world.read("parents", teacher("3", "Luc Petit", "luc.petit@lycee-exemplaire.example"))
    near = Address("Luc", "luc@lycee-exemplaires.example")
    assert room.grave(room.came(near)) == {C.LOOK_ALIKE: Severity.DANGER}


def test_the_first_time_is_told_once(room: Room) -> None:
    stranger = Address("", "parent@perso.example")
    first, second = room.came(stranger), room.came(stranger)
    assert C.FIRST_TIME in {one.code for one in room.show(first).shield.findings}  # type: ignore[union-attr]
    assert C.FIRST_TIME not in {one.code for one in room.show(second).shield.findings}  # type: ignore[union-attr]


def test_a_locked_archive_with_a_program(room: Room) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("facture.exe", b"MZ")
    message = room.came(Address("", HEAD.address))
    raw = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nx\r\n--b\r\n"
        b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=f.zip\r\n\r\nUEs=\r\n--b--\r\n"
    )

    def work(tx: Transaction) -> None:
        rows.put_structure(tx, message, read_whole(raw).parts)
        rows.put_part(tx, message, "2", packed.getvalue(), room.world.clock.now())

    room.database.write(work)
    assert room.grave(message) == {C.DANGEROUS_FILE: Severity.DANGER}


def test_what_the_command_line_tells(room: Room) -> None:
    found = room.show(room.came(Address("Rectorat", "rectorat35@gmail.com")))
    told = message_json(found)
    assert isinstance(told, dict)
    assert "claims-hierarchy" in {one["code"] for one in told["warnings"]}  # type: ignore[index, union-attr, call-overload]
    assert told["trust"]["severity"] == "danger"  # type: ignore[index, call-overload]


def test_questions_are_answered_by_an_index(room: Room) -> None:
    asked: list[str] = []
    with room.database.read() as reader:
        plain = reader.value

        class Spy:
            def value(self, sql: str, *values: object) -> object:
                asked.append(" ".join(
                    str(row[3]) for row in reader.all("EXPLAIN QUERY PLAN " + sql, *values)  # type: ignore[arg-type]
                ))  # fmt: skip
                return plain(sql, *values)  # type: ignore[arg-type]

        trust.is_met(Spy(), "a@b.example", 1 << 40)  # type: ignore[arg-type]
        trust.in_directory(Spy(), "a@b.example")  # type: ignore[arg-type]
    assert len(asked) == 3
    assert not any("SCAN" in plan for plan in asked), asked


def test_sites_and_the_help_desk_are_remembered(room: Room) -> None:
    look = room.trust.look_at_link("https://www.education.gouv.fr/a", None)
    assert (look.may_remember, look.is_remembered) == (True, False)
    room.trust.remember_site(look)
    assert room.trust.look_at_link("https://eduscol.education.gouv.fr/b", None).is_remembered
    trap = room.trust.look_at_link("https://ac-rennes.tk/a", None)
    with pytest.raises(LocalRefusal):
        room.trust.remember_site(trap)
    assert room.trust.report_address() == ("", False)
    decided = room.with_policy(TrustPolicy(report_to="dsi@ac-rennes.fr"))
    assert decided.report_address() == ("dsi@ac-rennes.fr", True)
