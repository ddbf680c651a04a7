"""Seeds and imports on a real server: nothing is fetched again, nothing goes up twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.changes import SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import BodyState, WantKind
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.model.transfer import ExportKind
from mel_desktop.net.imap_changes import Changing
from mel_desktop.store import keyslots
from tests.support.imap_servers import Cyrus, Dovecot, ImapServer, MailUser
from tests.support.transfer_world import as_mbox, letter

pytestmark = pytest.mark.servers

DATE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALL = SyncOptions(bodies=Bodies.ALL, link=LinkProfile.FULL)
PASSPHRASE = Secret("une phrase de passe assez longue")


def profile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Facade:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    return wiring.create_profile(folder, passphrase=PASSPHRASE, use_keyring=False)


class Pc:
    """A profile with an account on the server."""

    def __init__(self, facade: Facade, server: ImapServer, user: MailUser) -> None:
        self.facade = facade
        self.account = facade.add_account(server.new_account(user), user.secret).id

    def sync(self, options: SyncOptions = ALL) -> SyncReport:
        return self.facade.sync(self.account, options)

    def inbox(self) -> list[tuple[str, BodyState]]:
        rows = self.facade.messages(self.facade.find_folder("inbox").id, limit=1000)
        return sorted((one.subject, one.body) for one in rows)


@pytest.fixture
def pcs(
    dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Pc, Pc, MailUser]]:
    user = dovecot.new_user()
    deliver(dovecot, user, range(60))
    made = [Pc(profile(tmp_path / name, monkeypatch), dovecot, user) for name in ("a", "b")]
    yield made[0], made[1], user
    for one in made:
        one.facade.close()


def deliver(server: ImapServer, user: MailUser, numbers: range) -> None:
    server.deliver_all(
        user,
        "INBOX",
        [
            (letter(one, attached=os.urandom(20_000)), (), DATE + timedelta(minutes=one))
            for one in numbers
        ],
    )


def test_after_a_seed_the_sync_fetches_only_the_rest(
    pcs: tuple[Pc, Pc, MailUser], dovecot: Dovecot, tmp_path: Path
) -> None:
    giver, taker, user = pcs
    first = giver.sync()
    assert first.complete
    giver.facade.transfer.create_seed(tmp_path / "s", taker.facade.transfer.seed_code())
    opened = taker.facade.transfer.open_seed(tmp_path / "s")
    assert (opened.messages, opened.bodies) == (60, 60)
    deliver(dovecot, user, range(60, 63))
    with dovecot.observer(user) as box:
        box.flag(box.uids()[:2], "\\Flagged", True)
    second = taker.sync()
    assert second.complete
    assert (second.new, second.changed) == (3, 2)
    assert second.bodies <= 6  # a text that is read first, then the whole message
    assert second.bytes_received < first.bytes_received / 5
    assert taker.inbox() == [(f"Sujet {n}", BodyState.LOCAL) for n in sorted(range(63), key=str)]
    target = tmp_path / "out"
    done = taker.facade.transfer.export_mail(ExportKind.EML, target)
    assert (done.messages, done.incomplete, done.rebuilt) == (63, (), 0)
    third = taker.sync()
    assert (third.new, third.bodies, third.changed, third.vanished) == (0, 0, 0, 0)
    print(
        f"first sync {first.bytes_received} octets; after the seed (3 new of 63) "
        f"{second.bytes_received}; then {third.bytes_received}"
    )


def test_a_seed_of_texts_is_completed_from_the_server(
    pcs: tuple[Pc, Pc, MailUser], tmp_path: Path
) -> None:
    giver, taker, _ = pcs
    giver.sync(SyncOptions(bodies=Bodies.ALL, link=LinkProfile.THRIFTY))
    giver.facade.transfer.create_seed(tmp_path / "s", taker.facade.transfer.seed_code())
    taker.facade.transfer.open_seed(tmp_path / "s")
    report = taker.sync(SyncOptions(bodies=Bodies.ALL, link=LinkProfile.THRIFTY))
    assert (report.new, report.bodies) == (0, 0)
    done = taker.facade.transfer.export_mail(ExportKind.MBOX, tmp_path / "x")
    assert (done.messages, len(done.incomplete)) == (60, 60)
    fetched = taker.facade.transfer.export_mail(ExportKind.MBOX, tmp_path / "y", fetch=True)
    assert (fetched.messages, fetched.rebuilt, fetched.incomplete) == (60, 0, ())


@pytest.fixture(params=["dovecot", "cyrus"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dovecot | Cyrus)
    return found


def test_an_import_goes_up_once(
    server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = server.new_user()
    facade = profile(tmp_path / "a", monkeypatch)
    pc = Pc(facade, server, user)
    pc.sync()
    (tmp_path / "Anciens").mkdir()
    (tmp_path / "Anciens" / "3eB.mbox").write_bytes(
        as_mbox([letter(n) for n in range(5)], head=b"Status: RO\n")
    )
    inbox = facade.find_folder("inbox").id
    done = facade.transfer.import_mail(tmp_path / "Anciens", pc.account, inbox)
    assert (done.imported, done.waits_for_server) == (5, True)
    place = next(one.path for one in facade.folders() if one.name == "3eB" and not one.local)
    assert {one.kind for one in facade.journal()} == {WantKind.APPEND, WantKind.CREATE_FOLDER}
    real, left = Changing.append, [3]  # the line is lost after the third APPEND

    def cut(self: Changing, *args: object) -> object:
        answer = real(self, *args)  # type: ignore[arg-type]
        left[0] -= 1
        if left[0] == 0:
            self.abort()
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)
        return answer

    monkeypatch.setattr(Changing, "append", cut)
    with suppress(ConnectionTrouble):
        pc.sync()
    report = pc.sync()
    assert report.complete, report
    assert facade.journal() == ()
    with server.observer(user, place) as box:
        found = list(box.fetch(mark_seen=False))
    assert sorted(one.subject for one in found) == [f"Sujet {n}" for n in range(5)]
    assert all("\\Seen" in one.flags for one in found)
    again = pc.sync()
    assert (again.new, again.vanished) == (0, 0)
    assert len(facade.messages(facade.find_folder(place).id)) == 5
    assert facade.transfer.import_mail(tmp_path / "Anciens", pc.account, inbox).duplicates == 5
    facade.close()
