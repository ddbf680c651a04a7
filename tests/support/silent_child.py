"""A process in a network of its own in which every packet is counted: what does showing mail send?

``python -m tests.support.silent_child PROFILE FOLDER [VECTORS]``, inside ``unshare --net --mount``.
VECTORS: a JSON list of documents in the place of ours. Every
address leads to the loopback, names are asked of 127.0.0.1, and a packet socket sees all of it.
Prints one line of JSON: packets of the control (a fetch that must be seen) and of each step.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, QTimer
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication

from mel_desktop.app.facade import Facade
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.mail import MessageId
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.reader import Reader
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from tests.support import planted_school
from tests.support.html_attacks import VECTORS
from tests.support.windows import shown_window

ALL_PROTOCOLS = 0x0003  # ETH_P_ALL
PARTS = 20  # of a message: as many are shown
IN_A_PART = 5
MARK = "<p>lisible</p>"


def prepare() -> socket.socket:
    """The loopback up, every road through it, names asked there; a socket that sees all packets."""
    for command in (
        ("ip", "link", "set", "lo", "up"),
        ("ip", "route", "add", "default", "dev", "lo"),
        ("ip", "-6", "route", "add", "default", "dev", "lo"),
    ):
        subprocess.run(command, check=command[1] != "-6", capture_output=True)
    resolver = Path(sys.argv[2]) / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    real = Path("/etc/resolv.conf").resolve()
    subprocess.run(("mount", "--bind", str(resolver), str(real)), check=True)
    catcher = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(ALL_PROTOCOLS))
    catcher.setblocking(False)
    return catcher


def seen(catcher: socket.socket) -> int:
    """Packets since the last look."""
    number = 0
    with suppress(BlockingIOError):
        while catcher.recv(65536):
            number += 1
    return number


def fetch_for_control() -> None:
    """What a raw reader would do: ask for the name, and contact an address."""
    with suppress(OSError):
        socket.getaddrinfo("tracker.invalid.", 80, socket.AF_INET)
    with socket.socket() as contact:
        contact.settimeout(0.3)
        with suppress(OSError):
            contact.connect(("192.0.2.1", 80))


def is_outside() -> bool:
    """Whether a file of vectors was given: of those nothing is known, each is a document."""
    return len(sys.argv) > 3


def shown_vectors() -> tuple[str, ...]:
    """Ours, or those of the file that was given."""
    own = json.loads(Path(sys.argv[3]).read_text("utf-8")) if is_outside() else VECTORS
    return tuple(dict.fromkeys(own))


def documents() -> Iterator[str]:
    """All vectors, some to a document: one that swallows what follows is its last."""
    held: list[str] = []
    for vector in shown_vectors():
        held.append(vector)
        swallows = not sanitize(vector + MARK).html.endswith(MARK)
        if swallows or is_outside() or len(held) == IN_A_PART:
            yield MARK.join(held)
            held = []
    if held:
        yield MARK.join(held)


def bundles() -> Iterator[bytes]:
    """They as messages: parts never share a document, so each is read for itself."""
    whole = list(documents())
    for start in range(0, len(whole), PARTS):
        parts = "".join(
            f'--b\nContent-Type: text/html; charset="utf-8"\n\n{MARK}{one}\n'
            for one in whole[start : start + PARTS]
        )
        yield (
            f"From: Eve <eve@exemple.invalid>\nTo: moi@ac-exemple.invalid\nSubject: V{start}\n"
            f"Message-ID: <v{start}@exemple.invalid>\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n"
            'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
            f"{parts}--b\nContent-Type: message/rfc822\n\nSubject: dedans\n"
            f"Content-Type: text/html\n\n{whole[start]}\n--b--\n"
        ).encode("utf-8", "replace")


def wait(condition: Callable[[], bool], seconds: int = 30) -> None:
    loop = QEventLoop()
    poll, limit = QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if condition() else None)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    poll.start(5)
    limit.start(seconds * 1000)
    if not condition():
        loop.exec()
    if not condition():
        raise TimeoutError(condition)


def is_shown(reader: Reader, wanted: MessageId) -> bool:
    shown = reader.message()
    return shown is not None and shown.id == wanted


def walk(window: MainWindow, facade: Facade, theme: Theme, folder: Path) -> Iterator[str]:
    """Every step on every vector; the name of each when it is done."""
    source = folder / "Vecteurs"
    source.mkdir()
    for number, octets in enumerate(bundles()):
        (source / f"{number:03}.eml").write_bytes(octets)
    done = facade.transfer.import_mail(source, facade.accounts()[0].id)
    assert done.imported == number + 1
    yield "imported"
    box = next(one for one in facade.folders() if one.local and one.total == done.imported)
    window._read_folders()
    window.mail.show_folder(box)
    wait(lambda: len(window.mail.model.ids) == done.imported)
    messages: tuple[MessageId, ...] = tuple(window.mail.model.ids)
    reader = window.mail.reader
    shown = [facade.show(message).html_safe.count("lisible") for message in messages]
    assert sum(shown) == len(shown_vectors()), shown  # before each vector stands one
    for tones in (LIGHT, DARK):
        theme.apply(tones)
        for message in messages:
            reader.open(message)
            wait(lambda: "lisible" in reader.browser.toPlainText())
            QCoreApplication.processEvents()
    yield "shown"
    for number, message in enumerate(messages):
        reader.open(message)
        writer = QPdfWriter(str(folder / f"{number}.pdf"))
        reader.browser.print_(writer)
        del writer
    yield "printed"
    for message in messages:
        window.mail.view.select(message)
        wait(lambda wanted=message: is_shown(reader, wanted))
        for action in (window.actions_.reply, window.actions_.forward):
            before = len(window.writing.composers())
            action.trigger()
            wait(lambda least=before: len(window.writing.composers()) > least)
            composer = window.writing.composers()[-1]
            composer.grab()
            window.writing.close_all()
            wait(lambda: not window.writing.composers())
    yield "answered and passed on"
    for words in ("lisible", "tracker", "alert"):
        facade.search(words)
    for message in messages:
        for part in facade.show(message).attachments:
            facade.show(message)
            window.mail.reader.attachments.show_parts(message, (part,))
            QCoreApplication.processEvents()
    yield "searched and listed"


def main() -> None:
    """Take all steps and say what was sent."""
    profile, folder = Path(sys.argv[1]), Path(sys.argv[2])
    catcher = prepare()
    fetch_for_control()
    found: dict[str, int] = {"control": seen(catcher)}
    application = QApplication([])
    facade = planted_school.open_profile(profile)
    theme = Theme(LIGHT)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    with shown_window(facade, theme, settings) as window:
        seen(catcher)
        for step in walk(window, facade, theme, folder):
            found[step] = seen(catcher)
    facade.close()
    fetch_for_control()
    found["control again"] = seen(catcher)
    print(json.dumps(found))
    del application


if __name__ == "__main__":
    main()
