"""Remote pictures: no request before a consent, and after it exactly the allowed ones, telling
nothing. Real servers on loopback remember what was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSettings, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerBroken, ServerSaid
from mel_desktop.model.mail import MessageId
from mel_desktop.model.remote_images import Consent
from mel_desktop.net import remote_images as net
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Meter
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.remote_senders import RemoteSendersDialog
from tests.support.certificates import Certificates
from tests.support.picture_server import PictureServer, Shown, picture_server

IMAGE = QTextDocument.ResourceType.ImageResource.value
WAIT_MS = 20_000


def png(width: int = 40, height: int = 30) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with picture_server() as made:
        made.pages |= {"/logo.png": Shown(png()), "/photo.png": Shown(png(90, 60))}
        yield made


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch, server: PictureServer) -> None:
    """The one place where a test may be told from the world: which addresses are public."""
    monkeypatch.setattr(net, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(net, "PORTS", frozenset({server.port}))


@pytest.fixture
def mail(facade: Facade, window: MainWindow, server: PictureServer) -> MessageId:
    """A message of the inbox with two pictures, and three that only follow its reader."""
    message = window.mail.model.ids[0]
    html = (
        f'<p>Bonjour</p><img src="{server.url}/logo.png" width="40" height="30" alt="Logo">'
        f'<img src="{server.url}/photo.png"><img src="{server.url}/p.gif" width="1" height="1">'
        f'<div style="display:none"><img src="{server.url}/h.png"></div>'
        f'<img src="{server.url}/wf/open?upn=12"><p>Fin</p>'
    )
    write_html(facade, message, html)
    facade.set_offline(False)
    return message


def write_html(facade: Facade, message: MessageId, html: str) -> None:
    def work(tx: object) -> None:
        from mel_desktop.store import bodytext

        (packed,) = bodytext.pack(tx, [html.encode()])  # type: ignore[arg-type]
        tx.run(  # type: ignore[attr-defined]
            "UPDATE body SET html = ? WHERE message_id = ?", packed, message
        )

    facade._services.database.write(work)


def paths(server: PictureServer) -> list[str]:
    return sorted(one.path for one in server.asked)


def is_drawn(window: MainWindow, number: int) -> bool:
    browser = window.mail.reader.browser
    return not browser.loadResource(IMAGE, QUrl(f"cid:mel-remote-{number}")).isNull()


@pytest.mark.usefixtures("loopback")
def test_nothing_before_consent_and_the_allowed_after(
    window: MainWindow, mail: MessageId, server: PictureServer, qtbot: QtBot, facade: Facade
) -> None:
    window.mail.view.select(mail)
    reader = window.mail.reader
    assert "2 images distantes bloquées" in reader.remote.text
    assert "3 images de suivi" in reader.remote.text
    window.grab()
    assert not is_drawn(window, 0)
    assert server.asked == []

    window.actions_.images.trigger()
    qtbot.waitUntil(lambda: is_drawn(window, 0) and is_drawn(window, 1), timeout=WAIT_MS)
    assert paths(server) == ["/logo.png", "/photo.png"]
    for one in server.asked:
        assert one.fields == {
            "host": f"127.0.0.1:{server.port}", "user-agent": "Mozilla/5.0", "accept": "image/*",
            "accept-encoding": "identity", "connection": "close",
        }  # fmt: skip
    assert "images de suivi" in reader.remote.text
    assert reader.remote.once.isHidden()
    assert reader.browser.toPlainText().count("\ufffc") >= 2
    for number in (2, 3, 4):  # those that follow the reader
        assert facade.remote.picture(mail, number) is None

    window.mail.view.select(window.mail.model.ids[1])
    window.mail.view.select(mail)  # from the store
    assert is_drawn(window, 1)
    assert len(server.asked) == 2


@pytest.mark.usefixtures("loopback")
def test_always_for_a_sender_and_no_longer(
    window: MainWindow, mail: MessageId, server: PictureServer, qtbot: QtBot, facade: Facade
) -> None:
    window.mail.view.select(mail)
    reader = window.mail.reader
    found = reader.message()
    assert found is not None
    assert found.sender.address in reader.remote.always.text()
    reader.remote.always.click()
    qtbot.waitUntil(lambda: is_drawn(window, 1), timeout=WAIT_MS)
    assert facade.remote.senders() == (found.sender.address.lower(),)

    others = window.mail.model.ids[1:]
    same = next(
        (one for one in others if facade.show(one).sender.address == found.sender.address), None
    )
    if same is not None:  # a new message of the same sender shows its own by itself
        server.pages["/neu.png"] = Shown(png())
        write_html(facade, same, f'<img src="{server.url}/neu.png"><p>x</p>')
        window.mail.view.select(same)
        qtbot.waitUntil(lambda: "/neu.png" in paths(server), timeout=WAIT_MS)
        window.mail.view.select(mail)

    assert not reader.remote.no_more.isHidden()
    reader.remote.no_more.click()
    assert facade.remote.senders() == ()
    assert facade.remote.view(mail).consent is Consent.ASK
    assert "bloquées" in reader.remote.text
    assert not is_drawn(window, 0)


@pytest.mark.usefixtures("loopback")
def test_a_sender_that_is_not_sure_is_not_trusted(
    window: MainWindow, mail: MessageId, facade: Facade
) -> None:
    facade.remote.allow_sender(mail)
    facade._services.remote_images.is_sure = lambda _: False
    assert facade.remote.view(mail).consent is Consent.ASK
    with pytest.raises(LocalRefusal):
        facade.remote.allow_sender(mail)
    window.mail.view.select(mail)
    assert window.mail.reader.remote.always.isHidden()
    assert not window.mail.reader.remote.once.isHidden()


def test_never_by_policy(
    window: MainWindow, mail: MessageId, facade: Facade, server: PictureServer
) -> None:
    facade._services.remote_images._policy = "never"
    window.mail.view.select(mail)
    reader = window.mail.reader
    assert "établissement" in reader.remote.text
    assert reader.remote.once.isHidden()
    window.actions_.images.trigger()
    window.actions_.images_always.trigger()
    with pytest.raises(LocalRefusal) as refused:
        facade.remote.allow_once(mail)
    assert refused.value.code is ErrorCode.POLICY
    assert server.asked == []


@pytest.mark.usefixtures("loopback")
def test_offline_is_told(
    window: MainWindow, mail: MessageId, facade: Facade, server: PictureServer, qtbot: QtBot
) -> None:
    facade.set_offline(True)
    window.mail.view.select(mail)
    reader = window.mail.reader
    assert "hors ligne" in reader.remote.text
    window.actions_.images.trigger()
    qtbot.waitUntil(lambda: not reader.remote._running, timeout=WAIT_MS)
    assert server.asked == []
    assert facade.remote.view(mail).missing


@pytest.mark.usefixtures("loopback")
def test_what_cannot_be_had_is_told(
    window: MainWindow, mail: MessageId, server: PictureServer, qtbot: QtBot
) -> None:
    server.pages["/photo.png"] = Shown(b"<svg onload='x'/>", "image/svg+xml")
    window.mail.view.select(mail)
    window.actions_.images.trigger()
    reader = window.mail.reader
    qtbot.waitUntil(lambda: "1 image n" in reader.remote.text, timeout=WAIT_MS)
    assert is_drawn(window, 0)
    assert not is_drawn(window, 1)


def test_loopback_is_never_asked(
    window: MainWindow, mail: MessageId, server: PictureServer, qtbot: QtBot, facade: Facade
) -> None:
    """Without the fixture: the same message is no way into this computer or its network."""
    window.mail.view.select(mail)
    window.actions_.images.trigger()
    qtbot.waitUntil(lambda: len(facade.remote.view(mail).failed) == 2, timeout=WAIT_MS)
    assert server.asked == []


# -- the fetch itself ------------------------------------------------------------------------------


def fetch(url: str, most: int = 100_000) -> bytes:
    return net.RemotePictures(Lines())(url, most=most, meter=Meter(), account=0, proxy="")


@pytest.mark.usefixtures("loopback")
def test_redirects_are_looked_at(server: PictureServer) -> None:
    server.pages["/moved"] = Shown(status=302, location=f"{server.url}/logo.png")
    assert fetch(f"{server.url}/moved") == png()
    for location in (
        "http://10.0.0.1/a.png", "http://localhost/a.png", f"http://[::1]:{server.port}/a.png",
        "http://192.168.1.1/", "file:///etc/hostname", "http://169.254.169.254/latest",
        f"http://127.0.0.2:{server.port}/logo.png", "http://routeur/a.png", "//intranet.local/a",
        f"http://u:p@127.0.0.1:{server.port}/logo.png",
    ):  # fmt: skip
        server.pages["/away"] = Shown(status=302, location=location)
        before = len(server.asked)
        with pytest.raises(ServerBroken):
            fetch(f"{server.url}/away")
        assert len(server.asked) == before + 1
    server.pages["/round"] = Shown(status=302, location="/round")
    with pytest.raises(ServerBroken):
        fetch(f"{server.url}/round")


@pytest.mark.usefixtures("loopback")
def test_only_pictures_of_a_bearable_size(server: PictureServer) -> None:
    server.pages["/page"] = Shown(b"<html>", "text/html")
    server.pages["/lie"] = Shown(b"<html>", "image/png")
    server.pages["/large"] = Shown(b"\x89PNG\r\n\x1a\n" + bytes(200_000))
    for path in ("/page", "/lie", "/large"):
        with pytest.raises(ServerBroken):
            fetch(server.url + path)
    with pytest.raises(ServerSaid):
        fetch(f"{server.url}/nothing")


def test_https_is_verified_and_never_left(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, server: PictureServer
) -> None:
    from mel_desktop.net.transport import tls_context

    with picture_server(certificates) as private:
        monkeypatch.setattr(net, "is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr(net, "PORTS", frozenset({private.port, server.port}))
        private.pages["/a.png"] = Shown(png())
        private.pages["/down"] = Shown(status=302, location=f"{server.url}/logo.png")
        with pytest.raises(Exception, match="certificate"):
            fetch(f"{private.url}/a.png")
        monkeypatch.setattr(net, "tls_context", lambda _: tls_context(certificates.ca_pem))
        assert fetch(f"{private.url}/a.png") == png()
        with pytest.raises(ServerBroken):
            fetch(f"{private.url}/down")
    assert server.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("10.1.2.3", False),
        ("127.0.0.1", False), ("::1", False), ("::ffff:10.0.0.1", False), ("fe80::1%eth0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("0.0.0.0", False),
        ("fd00::1", False), ("255.255.255.255", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert net.is_public(address) is public


@pytest.mark.parametrize(
    ("host", "port", "fit"),
    [
        ("www.exemple.fr", 443, True), ("www.exemple.fr", 80, True),
        ("www.exemple.fr", 25, False), ("routeur", 80, False), ("pc.local", 80, False),
        ("localhost", 80, False), ("2130706433", 80, False), ("0x7f000001", 80, False),
        ("127.1", 80, False), ("::1", 443, False), ("nas.lan.", 443, False),
    ],
)  # fmt: skip
def test_hosts(host: str, port: int, fit: bool) -> None:
    assert net.is_fit(host, port) is fit


# -- the list --------------------------------------------------------------------------------------


def test_allowed_senders_are_listed_and_taken_off(
    window: MainWindow, mail: MessageId, facade: Facade, qtbot: QtBot
) -> None:
    facade.remote.allow_sender(mail)
    window.mail.view.select(mail)
    window.actions_.image_senders.trigger()
    (dialog,) = window.findChildren(RemoteSendersDialog)
    assert dialog.list.count() == 1
    assert not dialog.remove.isEnabled()
    dialog.list.selectAll()
    dialog.remove.click()
    assert facade.remote.senders() == ()
    assert dialog.list.count() == 0
    dialog.reject()
    qtbot.waitUntil(lambda: "bloquées" in window.mail.reader.remote.text, timeout=WAIT_MS)


# -- the store ----------------------------------------------------------------------------------


def test_pictures_are_bounded_and_go_with_their_message(
    facade: Facade, window: MainWindow, settings: QSettings, tmp_path: Path
) -> None:
    from datetime import UTC, datetime, timedelta

    from mel_desktop.store import remote_images as store

    database = facade._services.database
    first, second = window.mail.model.ids[:2]
    now = datetime.now(UTC)
    database.write(lambda tx: store.put(tx, first, b"a", b"x" * 600, now - timedelta(days=40)))
    database.write(lambda tx: store.put(tx, first, b"b", b"y" * 600, now))
    database.write(lambda tx: store.put(tx, second, b"c", b"z" * 600, now))
    database.write(lambda tx: store.take_over(tx, second, (b"a", b"b"), now))
    with database.read() as reader:  # what is too old is not taken over
        assert store.here(reader, second, (b"a", b"b", b"c")) == {b"b", b"c"}
    database.write(lambda tx: store.tidy(tx, now, most=1300))
    with database.read() as reader:
        assert store.here(reader, first, (b"a", b"b")) == frozenset()
        assert store.here(reader, second, (b"b", b"c")) == {b"b", b"c"}
    database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", second))
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM remote_image") == 0
