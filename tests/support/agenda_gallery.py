"""Pictures of invitations, receipts and the agenda, to be looked at by people.

``python -m tests.support.agenda_gallery FOLDER [SCENE...]``, in the looks of ``writing_gallery``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mel_desktop.model.agenda import Answer
from mel_desktop.model.mail import Address, MessageId, Role
from mel_desktop.store import receipts
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.invitation_strip import InvitationStrip
from tests.support import writing_gallery
from tests.support.calendar_letters import PAUL, deliver, ics
from tests.support.writing_gallery import press, until

HEADER = "From: Paul Durand <paul.durand@ac-exemple.fr>\r\n\r\n"
FORGED = (
    "Received: from mx.ac-exemple.fr (mx.ac-exemple.fr [10.1.1.1]) by s.ac-exemple.fr; x\r\n"
    "Authentication-Results: mx.ac-exemple.fr; dmarc=fail header.from=ac-exemple.fr\r\n"
    "Received: from evil.test (evil.test [192.0.2.9]) by mx.ac-exemple.fr; x\r\n"
)
GUESTS = (
    "ATTENDEE;CN=Léa Dupont;PARTSTAT=ACCEPTED:mailto:lea.dupont@ac-exemple.invalid",
    "ATTENDEE;CN=Marc Oberlin;PARTSTAT=DECLINED:mailto:marc.oberlin@ac-exemple.invalid",
    "ATTENDEE;CN=Vie scolaire;PARTSTAT=TENTATIVE:mailto:vs@ac-exemple.invalid",
    "ATTENDEE;CN=Salle 12;CUTYPE=ROOM:mailto:salle12@ac-exemple.invalid",
)


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def see_invitation(self) -> QWidget:
        self.accept("Conseil de classe 6e A", uid="a", hour=16)
        return self.read(self.comes("LOCATION:Salle 12", *GUESTS))

    def see_invitation_names(self) -> QWidget:
        self.see_invitation()
        self.card().everyone.setChecked(True)
        return self.window

    def see_invitation_series(self) -> QWidget:
        return self.read(
            self.comes(
                "RRULE:FREQ=WEEKLY;BYDAY=TU",
                "LOCATION:https://visio-agents.education.fr/meeting/123456",
            )
        )

    def see_invitation_moved(self) -> QWidget:
        self.accept("Conseil de classe 6e B")
        return self.read(self.comes("LOCATION:Salle 14", sequence=1, day=3))

    def see_invitation_accepted(self) -> QWidget:
        message = self.accept("Conseil de classe 6e B")
        return self.read(message)

    def see_invitation_cancelled(self) -> QWidget:
        self.accept("Conseil de classe 6e B")
        return self.read(self.comes("STATUS:CANCELLED", method="CANCEL", sequence=1))

    def see_invitation_stranger(self) -> QWidget:
        self.accept("Conseil de classe 6e B")
        stranger = Address("Paul Durand", "paul.durand@academie-exemple.tk")
        return self.read(self.comes(sequence=3, day=4, sender=stranger))

    def see_invitation_forged(self) -> QWidget:
        """A move which the own server does not believe."""
        self.accept("Conseil de classe 6e B")
        return self.read(self.comes(sequence=3, day=4, header=FORGED))

    def see_invitation_added(self) -> QWidget:
        """One more time of a series, by its organiser."""
        self.series()
        return self.read(self.comes(method="ADD", sequence=1, day=10, hour=9))

    def see_invitation_added_stranger(self) -> QWidget:
        """One more time of a series, by somebody else."""
        self.series()
        stranger = Address("Paul Durand", "paul.durand@academie-exemple.tk")
        return self.read(self.comes(method="ADD", sequence=1, day=10, hour=9, sender=stranger))

    def series(self) -> None:
        message = self.comes("RRULE:FREQ=WEEKLY;COUNT=3")
        self.facade.agenda.answer(message, Answer.ACCEPTED)

    def see_invitation_broken(self) -> QWidget:
        return self.read(self.put(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Perdu\r\n"))

    def see_invitation_published(self) -> QWidget:
        return self.read(self.comes("LOCATION:Gymnase", method="PUBLISH"))

    def see_invitation_narrow(self) -> QWidget:
        self.see_invitation()
        self.window.resize(683, 384)
        QTest.qWait(200)
        self.window.mail._on_opened()
        QTest.qWait(200)
        return self.window

    def see_receipt(self) -> QWidget:
        return self.read(self.asks("paul.durand@ac-exemple.fr"))

    def see_receipt_elsewhere(self) -> QWidget:
        return self.read(self.asks("statistiques@publicite.example"))

    def see_receipt_came(self) -> QWidget:
        folder = next(one for one in self.facade.folders() if one.role is Role.SENT)
        (message, *_) = self.facade.message_ids(folder.id)
        found = self.facade.show(message)
        self.facade._services.database.write(
            lambda tx: receipts.record(
                tx, self.account, found.message_id, "lea.dupont@ac-exemple.invalid",
                displayed=True, at=datetime(2026, 11, 27, 9, 12, tzinfo=UTC), report=message,
            )
        )  # fmt: skip
        return self.read(message)

    def see_receipt_composer(self) -> QWidget:
        composer = self.compose()
        press(composer, "Shift+F8")
        return composer

    def see_agenda(self) -> QWidget:
        self.fill()
        self.window.go(Place.AGENDA)
        QTest.qWait(300)
        return self.window

    def see_agenda_week(self) -> QWidget:
        self.see_agenda()
        self.window.extras.agenda.pane.as_week.setChecked(True)
        QTest.qWait(300)
        return self.window

    def see_agenda_week_narrow(self) -> QWidget:
        self.see_agenda_week()
        self.window.resize(683, 384)
        QTest.qWait(200)
        return self.window

    def see_agenda_answers(self) -> QWidget:
        self.see_agenda()
        pane = self.window.extras.agenda.pane
        row = next(n for n, one in enumerate(pane.model.values()) if one.event is not None)
        pane.table.selectRow(row)
        pane._show_answers()
        return pane.answers

    def see_agenda_empty(self) -> QWidget:
        self.window.go(Place.AGENDA)
        QTest.qWait(300)
        return self.window

    def number(self) -> int:
        self._number = getattr(self, "_number", 900_000) + 1
        return self._number

    # -- what stands there -------------------------------------------------------------------------

    def day(self, after: int) -> str:
        monday = datetime.now(UTC) - timedelta(days=datetime.now(UTC).weekday())
        return (monday + timedelta(days=after)).strftime("%Y%m%d")

    def comes(
        self,
        *lines: str,
        title: str = "Conseil de classe 6e B",
        uid: str = "b",
        day: int = 8,
        hour: int = 17,
        sender: Address = PAUL,
        method: str = "REQUEST",
        sequence: int = 0,
        header: str = HEADER,
    ) -> MessageId:
        me = self.facade.accounts()[0]
        octets = ics(
            *lines, uid=uid, title=title, method=method, sequence=sequence,
            start=f"DTSTART;TZID=Europe/Paris:{self.day(day)}T{hour:02d}0000",
            end=f"DTEND;TZID=Europe/Paris:{self.day(day)}T{hour + 1:02d}3000",
            guest=f"ATTENDEE;CN={me.name}:mailto:{me.email}",
        )  # fmt: skip
        return self.put(octets, sender=sender, header=header)

    def put(self, octets: bytes, sender: Address = PAUL, header: str = HEADER) -> MessageId:
        inbox = next(one for one in self.facade.folders() if one.role is Role.INBOX)
        return deliver(
            self.facade._services.database, self.account, inbox.id, octets,
            number=self.number(), sender=sender, header=header,
            received_at=datetime.now(UTC) + timedelta(minutes=20),
        )  # fmt: skip

    def asks(self, address: str) -> MessageId:
        inbox = next(one for one in self.facade.folders() if one.role is Role.INBOX)
        return deliver(
            self.facade._services.database, self.account, inbox.id, b"x",
            media_type="text/x-nothing", number=self.number(),
            subject="Convocation au conseil d’administration",
            header=f"Disposition-Notification-To: <{address}>\r\n{HEADER}",
            received_at=datetime.now(UTC) + timedelta(minutes=20),
        )  # fmt: skip

    def accept(self, title: str, *, uid: str = "b", day: int = 8, hour: int = 17) -> MessageId:
        message = self.comes(title=title, uid=uid, day=day, hour=hour)
        self.facade.agenda.answer(message, Answer.ACCEPTED)
        return message

    def fill(self) -> None:
        for number, (title, day, hour) in enumerate((
            ("Conseil de classe 6e B", 4, 17), ("Réunion parents-professeurs 5e", 5, 17),
            ("Formation Pix", 6, 9), ("Oral blanc", 3, 14), ("Commission éducative", 11, 12),
        )):  # fmt: skip
            self.accept(title, uid=f"f{number}", day=day, hour=hour)
        tentative = self.comes(title="Sortie au musée (à confirmer)", uid="t", day=5, hour=13)
        self.facade.agenda.answer(tentative, Answer.TENTATIVE, tell=False)
        first, last = self.day(2), self.day(3)
        octets = ics(
            method="", uid="s", title="Stage de 3e", organiser="", guest="",
            start=f"DTSTART;VALUE=DATE:{first}", end=f"DTEND;VALUE=DATE:{last}",
        )  # fmt: skip
        file = self.folder / "stage.ics"
        file.write_bytes(octets)
        self.facade.agenda.import_file(self.account, file)

    def read(self, message: MessageId) -> QWidget:
        folder = self.facade.show(message).folder
        self.window.go(folder)
        until(lambda: message in self.window.mail.model.ids)
        self.window.mail.choose(message)
        QTest.qWait(400)
        return self.window

    def card(self) -> InvitationStrip:
        return next(
            one for one in self.window.mail.reader.strips if isinstance(one, InvitationStrip)
        )


SCENES = tuple(
    one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_")
)  # of this class alone

if __name__ == "__main__":
    writing_gallery.run("tests.support.agenda_gallery", Scenes, SCENES)
