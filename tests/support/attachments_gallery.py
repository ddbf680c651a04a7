"""Pictures of attachments and their previews, to be looked at by people: see writing_gallery.

``python -m tests.support.attachments_gallery FOLDER [SCENE...]``
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from mel_desktop.model.mail import MessageId, Part
from mel_desktop.store import blobs, parts
from mel_desktop.store.database import Transaction
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.preview_window import PreviewWindow
from tests.support import documents, writing_gallery
from tests.support.store import START
from tests.support.writing_gallery import until

CARD = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anne Petit\r\nTITLE:Professeure documentaliste\r\n"
    b"EMAIL:anne.petit@ac-exemple.fr\r\nTEL:02 99 00 00 00\r\nEND:VCARD\r\n"
)
EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Conseil de classe de 6e B\r\n"
    b"DTSTART:20251103T170000Z\r\nDTEND:20251103T183000Z\r\nLOCATION:Salle 12\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n"
)
MAIL = (
    b"From: Anne Petit <anne.petit@ac-exemple.fr>\r\nTo: claire.martin@ac-exemple.fr\r\n"
    b"Subject: Ordre du jour du conseil\r\nDate: Mon, 3 Nov 2025 10:00:00 +0100\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: text/plain\r\n\r\nBonjour,\r\n\r\nVoici l'ordre du jour de jeudi.\r\n\r\n"
    b"Cordialement,\r\nAnne Petit\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="ordre.pdf"\r\n\r\nabc\r\n--b--\r\n'
)
CSV = "Élève;Note;Appréciation\r\n" + "".join(
    f"{who};{note},5;{word}\r\n"
    for who, note, word in (
        ("MARTIN Léa", 14, "Bon travail, continuez ainsi"),
        ("PETIT Tom", 11, "Des efforts"),
        ("ROUX Zoé", 17, "Excellent trimestre"),
    )
)


def photo() -> bytes:
    """A landscape of few lines."""
    image = QImage(1600, 1000, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(0, 0, 0, 1000)
    sky.setColorAt(0, QColor("#5b8fd0"))
    sky.setColorAt(1, QColor("#f4d9b0"))
    painter.fillRect(image.rect(), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, top in (("#5f7a6b", 480), ("#3d5a4b", 640)):
        painter.setBrush(QColor(colour))
        hills = [(0, 1000), (0, top + 120), (420, top), (900, top + 150), (1600, top + 40)]
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in (*hills, (1600, 1000))]))
    painter.end()
    octets = QByteArray()
    buffer = QBuffer(octets)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(octets.data())


FILES: dict[str, tuple[str, bytes | None]] = {
    "Sortie au musée.png": ("image/png", b""),
    "Ordre du jour.pdf": (
        "application/pdf",
        documents.pdf("Conseil de classe du 3 novembre", "Fin"),
    ),
    "Notes du trimestre.csv": ("text/csv", CSV.encode("cp1252")),
    "Anne Petit.vcf": ("text/vcard", CARD),
    "Message transmis.eml": ("message/rfc822", MAIL),
    "Copies de 6e B.zip": (
        "application/zip",
        documents.archive({f"6e B/copie {n}.odt": "x" * 900 * n for n in range(1, 9)}),
    ),
    "Invitation.ics": ("text/calendar", EVENT),
    "Séquence sur le conte.docx": (
        "application/octet-stream",
        documents.docx("Séquence 3 : le conte merveilleux", "Objectifs de la séquence", "Séances"),
    ),
    "reponse.py": ("text/x-python", b"def notes(eleves):\n    return sorted(eleves)\n"),
    "programme.exe": ("application/octet-stream", b"MZ"),
    "Vidéo du spectacle.mp4": ("video/mp4", None),
}


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def see_bar(self) -> QWidget:
        self.planted()
        QTest.qWait(500)
        return self.window

    def see_bar_menu(self) -> QWidget:
        self.planted()
        bar = self.window.mail.reader.attachments
        menu: QMenu = bar.menu_of(bar.cards()[1].part)
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        return menu

    def see_picture(self) -> QWidget:
        return self.preview(0)

    def see_pdf(self) -> QWidget:
        shown = self.preview(1)
        shown.pdf.query.setText("conseil")
        shown.pdf.find_next()
        until(lambda: shown.pdf.page is not None and bool(shown.pdf.page.marks))
        QTest.qWait(200)
        return shown

    def see_table(self) -> QWidget:
        return self.preview(2)

    def see_card(self) -> QWidget:
        return self.preview(3)

    def see_mail_in_mail(self) -> QWidget:
        return self.preview(4)

    def see_archive(self) -> QWidget:
        return self.preview(5)

    def see_event(self) -> QWidget:
        return self.preview(6)

    def see_words(self) -> QWidget:
        return self.preview(7)

    def see_code(self) -> QWidget:
        return self.preview(8)

    def see_no_preview(self) -> QWidget:
        return self.preview(9, ready=False)

    def see_on_server(self) -> QWidget:
        return self.preview(10, ready=False)

    def see_all(self) -> QWidget:
        self.planted()
        self.window.go(Place.ATTACHMENTS)
        pane = self.window.attachments
        until(lambda: pane.model.rowCount() > 0)
        pane.table.selectRow(1)
        QTest.qWait(400)
        return self.window

    def see_all_thumbnails(self) -> QWidget:
        self.see_all()
        self.window.attachments.large.setChecked(True)
        QTest.qWait(300)
        return self.window

    def see_all_several(self) -> QWidget:
        self.see_all()
        self.window.attachments.table.selectAll()
        QTest.qWait(300)
        return self.window

    def see_all_narrow(self) -> QWidget:
        self.see_all()
        self.window.resize(683, 384)
        QTest.qWait(200)
        return self.window

    def preview(self, place: int, *, ready: bool = True) -> PreviewWindow:
        self.planted()
        bar = self.window.mail.reader.attachments
        shown = bar.look(bar.cards()[place].part)
        assert shown is not None
        if ready:
            until(lambda: shown.ready)
        QTest.qWait(300)
        return shown

    def planted(self) -> MessageId:
        mail = self.window.mail
        message: MessageId = mail.model.ids[0]

        def work(tx: Transaction) -> None:
            tx.run("DELETE FROM part WHERE message_id = ? AND disposition = 'attachment'", message)
            parts.insert(tx, message, [
                Part(f"9.{place}", kind, "", "base64", "attachment", name, "", 48_000_000)
                for place, (name, (kind, _)) in enumerate(FILES.items())
            ])  # fmt: skip
            for place, (_, data) in enumerate(FILES.values()):
                if data is not None:
                    blob = blobs.store_bytes(tx, data or photo(), START)
                    tx.run(
                        "UPDATE part SET blob_id = ? WHERE message_id = ? AND number = ?",
                        *(blob, message, f"9.{place}"),
                    )
            tx.run("UPDATE message SET has_attachments = 1 WHERE id = ?", message)

        self.facade._services.database.write(work)
        mail.view.select(mail.model.ids[1])
        mail.view.select(message)
        return message


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.attachments_gallery", Scenes, SCENES)
