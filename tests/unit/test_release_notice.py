"""The notice of a later version: only where a policy wants it, signed, never back, never stale."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import server_data
from mel_desktop.cli import main
from mel_desktop.formats.release_notice import MOST_BYTES, read_notice, read_version
from mel_desktop.model.changes import CheckState
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
)
from mel_desktop.model.policy import Policy
from mel_desktop.model.release_notice import NoticeFacts, NoticeState
from mel_desktop.services.checks_local import LocalChecks
from mel_desktop.services.release_notice import ReleaseNotices
from mel_desktop.store import keyslots, settings
from mel_desktop.store.database import Database, Transaction
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.imap_base import packaging_module
from tests.support.names import HttpsServer
from tests.support.signing import TestKey
from tests.support.store import store

KEY = TestKey()
URL = "https://intranet.ac-exemple.invalid/mel.melnotice"
SERIAL = 2026_11_30_01


def content(**changes: Any) -> bytes:
    told = {
        "spec": 1, "version": "0.2.0", "url": "https://intranet.ac-exemple.invalid/mel.msi",
        "sha256": "0a" * 32, "size": 36_000_000, "serial": SERIAL, "expires": "2027-01-31",
    }  # fmt: skip
    return json.dumps({**told, **changes}).encode()


def signed(key: TestKey = KEY, kind: str = "release", **changes: Any) -> bytes:
    serial = changes.get("serial", SERIAL)
    return key.sign(kind, serial, content(**changes))


@dataclass
class Server:
    """What the address answers, and how often it was asked."""

    answer: bytes | MelError = b""
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.answer, MelError):
            raise self.answer
        return self.answer


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(datetime(2026, 12, 1, 8, tzinfo=UTC))


@pytest.fixture
def server() -> Server:
    return Server(signed())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as made:
        yield made


def notices(
    database: Database, clock: JumpingClock, server: Server, url: str = URL, program: str = "0.1.0"
) -> ReleaseNotices:
    return ReleaseNotices(
        database, clock, url=url, program=program, keys=[KEY.public], fetch=server
    )


def go(release: ReleaseNotices) -> None:
    release.chore(lambda: False)


def test_without_a_policy_nobody_is_asked(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    release = notices(database, clock, server, url="")
    go(release)
    assert release.look() == release.facts() == NoticeFacts(NoticeState.OFF)
    assert server.asked == []
    assert Policy().updates.update_notice == ""


def test_a_later_version_is_told_and_kept(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    release = notices(database, clock, server)
    assert release.facts().state is NoticeState.UNREAD
    go(release)
    assert server.asked == [URL]
    told = release.facts()
    assert told.state is NoticeState.NEWER
    assert told.notice is not None
    assert (told.notice.name, told.notice.size) == ("0.2", 36_000_000)
    assert told.looked_at == clock.now()
    assert notices(database, clock, server).facts() == told  # at the next start, asking nobody
    assert notices(database, clock, server, program="0.2.0").facts().state is NoticeState.CURRENT
    assert notices(database, clock, server, program="0.10.0").facts().state is NoticeState.CURRENT
    assert server.asked == [URL]


def test_once_a_day_and_sooner_after_trouble(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    release = notices(database, clock, server)
    for hours, times in ((0, 1), (23, 1), (2, 2)):
        clock.jump(hours=hours)
        go(release)
        assert len(server.asked) == times
    server.answer = ConnectionTrouble(ErrorCode.TIMED_OUT)
    clock.jump(hours=25)
    go(release)
    told = release.facts()
    assert (told.state, told.trouble) == (NoticeState.NEWER, "timed-out")
    clock.jump(hours=3)
    go(release)
    assert len(server.asked) == 3
    clock.jump(hours=2)
    server.answer = signed()
    go(release)
    assert (len(server.asked), release.facts().trouble) == (4, "")


def test_offline_is_no_trouble_and_stopping_asks_nobody(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    server.answer = ConnectionTrouble(ErrorCode.OFFLINE)
    release = notices(database, clock, server)
    release.chore(lambda: True)
    assert server.asked == []
    go(release)
    assert release.facts() == NoticeFacts(NoticeState.UNREAD)
    with pytest.raises(ConnectionTrouble):
        release.look()
    server.answer = Cancelled()
    with pytest.raises(Cancelled):
        go(release)
    assert release.facts().looked_at is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (signed(TestKey()), "bad-signature"),
        (signed(kind="providers"), "unknown-data"),
        (signed(expires="2026-11-30"), "expired-notice"),
        (KEY.sign("release", SERIAL + 1, content()), "bad-release-notice"),
        (KEY.sign("release", SERIAL, b"{}"), "bad-release-notice"),
        (content(), "no-signed-data"),
        (b"<html>portal</html>", "no-signed-data"),
        (b"", "no-signed-data"),
    ],
)
def test_what_is_not_of_the_authors_is_refused(
    database: Database, clock: JumpingClock, server: Server, answer: bytes, why: str
) -> None:
    server.answer = answer
    release = notices(database, clock, server)
    told = release.look()
    assert (told.state, told.notice, told.trouble) == (NoticeState.REFUSED, None, why)
    server.answer = signed()
    release.look()
    server.answer = answer
    told = release.look()  # what was believed stays, and the trouble is told
    assert (told.state, told.trouble) == (NoticeState.NEWER, why)


def test_every_octet_is_signed(database: Database, clock: JumpingClock, server: Server) -> None:
    good = signed()
    release = notices(database, clock, server)
    for at in range(26, len(good)):
        server.answer = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert release.look().state is NoticeState.REFUSED, at


def test_never_back(database: Database, clock: JumpingClock, server: Server) -> None:
    release = notices(database, clock, server)
    server.answer = signed(serial=SERIAL + 5, version="0.3.0")
    release.look()
    for older in (
        signed(serial=SERIAL + 4, version="0.9.0"),
        signed(serial=SERIAL + 5, version="0.1.0"),  # another one under the same number
    ):
        server.answer = older
        told = release.look()
        assert told.trouble == "older-data"
        assert told.notice is not None
        assert told.notice.name == "0.3"
    database.write(lambda tx: settings.save(tx, "release-notice", ""))
    server.answer = signed(serial=SERIAL + 4)
    assert release.look().state is NoticeState.REFUSED  # the number outlives the notice
    server.answer = signed(serial=SERIAL + 6, version="0.3.1")
    assert release.look().state is NoticeState.NEWER


def test_a_notice_that_is_kept_from_us_expires(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    release = notices(database, clock, server, program="0.2.0")
    assert release.look().state is NoticeState.CURRENT
    left = datetime(2027, 1, 31, 23, 59, tzinfo=UTC) - clock.now()
    clock.jump(seconds=left.total_seconds())
    assert release.facts().state is NoticeState.CURRENT
    clock.jump(minutes=1)
    assert release.facts().state is NoticeState.EXPIRED
    told = release.look()  # the same one, again and again
    assert (told.state, told.trouble) == (NoticeState.EXPIRED, "expired-notice")


def test_a_kept_notice_is_verified_each_time(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    release = notices(database, clock, server)
    release.look()
    for spoilt in ("???", base64.b64encode(signed(TestKey())).decode()):

        def spoil(tx: Transaction, text: str = spoilt) -> None:
            settings.save(tx, "release-notice", text)

        database.write(spoil)
        assert release.facts().state is NoticeState.UNREAD


@pytest.mark.parametrize(
    "changes",
    [
        {"spec": 2}, {"version": "0.2.x"}, {"version": 2}, {"version": "1"}, {"serial": 0},
        {"version": "1.2.3.4.5"}, {"url": "http://h/x"}, {"url": "https://u:p@h/x"},
        {"url": "https:///x"}, {"url": "https://["}, {"url": "https://h/é"}, {"sha256": "0A" * 32},
        {"sha256": "00"}, {"size": 0}, {"size": True}, {"size": "1"}, {"serial": 10**10},
        {"expires": "2027"}, {"expires": None}, {"url": "https://h/" + "x" * 1000},
    ],
)  # fmt: skip
def test_a_form_that_is_not_understood(changes: dict[str, Any]) -> None:
    with pytest.raises(LocalRefusal) as caught:
        read_notice(content(**changes))
    assert caught.value.facts["why"] == "bad-release-notice"


def test_other_forms_that_are_none() -> None:
    for octets in (b"[]", b"\xff", b"[" * 100_000, b" " * (MOST_BYTES + 1), b"null"):
        with pytest.raises(LocalRefusal):
            read_notice(octets)
    assert read_notice(content(colour="blue")).version == (0, 2)  # of a later program
    assert read_version("1.10") > read_version("1.9.9")
    assert read_version("1.0.0") == read_version("1.0")


def test_the_doctor_tells(database: Database, clock: JumpingClock, server: Server) -> None:
    release = notices(database, clock, server)

    def said() -> tuple[CheckState, str] | None:
        checks = LocalChecks(database, None, None, clock, Policy(), release.facts)  # type: ignore[arg-type]
        found = list(checks._notice("0.1.0"))
        return (found[0].state, found[0].says) if found else None

    assert said() == (CheckState.SKIPPED, "release-unread")
    release.look()
    assert said() == (CheckState.WARN, "release-newer")
    release = notices(database, clock, server, program="0.2.0")
    assert said() == (CheckState.OK, "release-current")
    server.answer = signed(TestKey())
    release.look()
    assert said() == (CheckState.WARN, "release-current-trouble")
    clock.jump(days=90)
    assert said() == (CheckState.WARN, "release-expired")
    database.write(lambda tx: settings.save(tx, "release-notice", ""))
    assert said() == (CheckState.WARN, "release-refused")
    release = notices(database, clock, server, url="")
    assert said() is None


# -- the command line, over HTTPS ------------------------------------------------------------------


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, Any]]:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    monkeypatch.setattr(server_data, "PUBLIC_KEYS", (KEY.public,))
    secret = tmp_path / "phrase"
    secret.write_text("une phrase de passe assez longue\n")

    def run(*words: str, policy: str = "", offline: bool = False) -> tuple[int, Any]:
        file = tmp_path / "policy.toml"
        file.write_text(policy, encoding="utf-8")
        code = main.run(
            ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(secret),
             "--policy", str(file), *(["--offline"] if offline else []), "--json", *words]
        )  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    assert run("vault", "create", offline=True)[0] == 0
    return run


def test_on_the_command_line(
    program: Callable[..., tuple[int, Any]], https: HttpsServer, certificates: Certificates
) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    https.publish("localhost", "/mel.melnotice", signed(expires=until))
    policy = (
        f'[updates]\nupdate_notice = "https://localhost:{https.port}/mel.melnotice"\n'
        f'[network]\nca_file = "{certificates.ca.as_posix()}"\nproxy = "none"\n'
    )
    assert program("release") == (0, {"state": "off", "trouble": None, "looked_at": None,
                                      "notice": None})  # fmt: skip
    assert program("release", "--look")[0] == 9
    assert program("release", policy=policy)[1]["state"] == "unread"
    code, refused = program("release", "--look", policy=policy, offline=True)
    assert (code, refused["error"]["code"]) == (4, "offline")
    assert https.asked == []
    code, told = program("release", "--look", policy=policy)
    assert (code, told["state"], told["notice"]["version"]) == (0, "newer", "0.2"), told
    assert told["notice"]["sha256"] == "0a" * 32
    assert https.asked == ["localhost/mel.melnotice"]
    said = " ".join(f"{name}: {value}" for name, value in https.headers[0].items())
    assert "0.1" not in said.replace("HTTP/1.1", "").replace("127.0.0.1", "")  # no version
    checks = program("doctor", policy=policy, offline=True)[1]["checks"]
    release = next(one for one in checks if one["id"] == "release")
    assert (release["state"], "0.2 is out" in release["detail"]) == ("warn", True)
    https.publish("localhost", "/mel.melnotice", signed(TestKey(), expires=until))
    code, told = program("release", "--look", policy=policy)
    assert (code, told["state"], told["trouble"]) == (0, "newer", "bad-signature")
    https.publish("localhost", "/mel.melnotice", b"x" * (MOST_BYTES + 1))
    assert program("release", "--look", policy=policy)[1]["trouble"] == "too-large"


def test_a_notice_made_by_the_tool_for_signing(
    database: Database, clock: JumpingClock, tmp_path: Path
) -> None:
    tool = packaging_module("sign_data")
    public = bytes.fromhex(tool.new_key(tmp_path / "key.pem"))
    source, target = tmp_path / "notice.json", tmp_path / "mel.melnotice"
    source.write_bytes(content())
    words = ["sign", str(tmp_path / "key.pem"), "release", str(source), str(target)]
    assert tool.main(words) == 0
    release = ReleaseNotices(
        database, clock, url=URL, program="0.1.0", keys=[public],
        fetch=lambda _url: target.read_bytes(),
    )  # fmt: skip
    assert release.look().state is NoticeState.NEWER
    source.write_bytes(content(size=-1))
    with pytest.raises(LocalRefusal):
        tool.main(words)


def test_the_program_s_keys_sign_notices_too() -> None:
    assert server_data.PUBLIC_KEYS
    assert KEY.public not in server_data.PUBLIC_KEYS


def test_a_program_with_another_form_of_version_starts_and_compares(
    database: Database, clock: JumpingClock, server: Server
) -> None:
    """A candidate for a release: it is not kept from opening the vault, policy or none."""
    assert notices(database, clock, server, url="", program="0.2.0rc1").facts().notice is None
    release = notices(database, clock, server, program="0.1.0rc1")
    go(release)
    assert release.facts().state is NoticeState.NEWER
    assert notices(database, clock, server, program="0.2.0rc1").facts().state is NoticeState.CURRENT


def test_two_looks_at_once_do_not_go_back(
    database: Database, clock: JumpingClock, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's and one on the command line: the newer notice is kept between the old one's
    check and its keeping.
    """
    newer = notices(database, clock, Server(signed(serial=SERIAL + 1, version="0.3.0")))
    write = Database.write

    def late(self: Database, work: Callable[[Transaction], object], **options: Any) -> object:
        monkeypatch.setattr(Database, "write", write)
        newer.look()
        return write(self, work, **options)

    monkeypatch.setattr(Database, "write", late)
    told = notices(database, clock, server).look()
    assert told.notice is not None
    assert (told.notice.name, told.trouble) == ("0.3", "older-data")
