"""The main job by the command line on real servers: sync, read, draft offline, send once."""

from __future__ import annotations

import email
import email.message
import email.policy
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journey.program import ROOT, Canaries, Program, new_files
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

MANY = 2_000
SUBJECT = "CanariObjetZ7Q"
BODY = "CanariTexteZ7Q"
SENDER = "canariadressez7q"
ATTACHED = "CanariPieceZ7Q"
EMAIL = f"alice@{DOMAIN}"
PASSWORD = USERS[EMAIL]
PASSPHRASE = "CanariPhraseZ7Q ouvre-toi"
DRAFTED = "CanariBrouillonZ7Q"


def _message(number: int) -> bytes:
    message = email.message.EmailMessage()
    message["From"] = f"Jeanne Canari <{SENDER}{number % 7}@ac-exemple.invalid>"
    message["To"] = "paul.durand@ac-demo.invalid"
    message["Subject"] = f"Réunion {number} {SUBJECT}"
    message["Message-ID"] = f"<journey-{number}@ac-exemple.invalid>"
    message["Date"] = datetime(2026, 11, 20, 8, 0, tzinfo=UTC) - timedelta(minutes=20 * number)
    message.set_content(f"Bonjour,\n\nmessage {number} {BODY}, l’élève est reçu.\n")
    if number % 100 == 0:
        message.add_attachment(
            (ATTACHED * 400).encode(), "application", "octet-stream", filename=f"{ATTACHED}.bin"
        )
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


@pytest.fixture(scope="module")
def user(dovecot: Dovecot, postfix: SubmissionServer) -> MailUser:
    made = dovecot.new_user(login=EMAIL, password=PASSWORD)
    newest = datetime.now(UTC)
    dovecot.deliver_all(
        made,
        "INBOX",
        [
            (_message(one), (), newest - timedelta(minutes=20 * one))
            for one in reversed(range(MANY))
        ],
    )
    return made


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory,
    user: MailUser,
    dovecot: Dovecot,
    postfix: SubmissionServer,
) -> Program:
    mel = Program(tmp_path_factory.mktemp("journey"), PASSPHRASE)
    secret = mel.secret("password", user.password)
    mel(
        "account", "add", "--email", EMAIL, "--login", user.login, "--name", "Paul Durand",
        "--imap", f"{dovecot.host}:{dovecot.imap_port}",
        "--smtp", f"127.0.0.1:{postfix.tls_port}",
        "--password-file", str(secret), "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    return mel


@pytest.fixture(scope="module")
def first_sync(program: Program) -> dict[str, object]:
    report: dict[str, object] = program("sync", "--bodies", "all")
    return report


def _look(program: Program, started: float) -> list[tuple[str, str]]:
    """Everything below the program's folders, and what is new in the shared temporary folders."""
    canaries = Canaries((SUBJECT, BODY, SENDER, ATTACHED, PASSWORD, PASSPHRASE, DRAFTED))
    hits = canaries.found([program.home, program.profile, program.temp])
    for path in new_files((Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")), started):
        hits += canaries.found_in(path)
    return hits


def test_first_sync_brings_everything(program: Program, first_sync: dict[str, object]) -> None:
    assert first_sync["new"] == MANY
    assert first_sync["complete"] is True
    assert first_sync["failures"] == []
    assert first_sync["bodies"] == MANY
    milestones = first_sync["milestones"]
    assert isinstance(milestones, dict)
    assert None not in milestones.values()
    inbox = next(one for one in program("folders") if one["role"] == "inbox")
    assert (inbox["total"], inbox["unread"], inbox["local_bodies"]) == (MANY, MANY, MANY)


def test_a_second_sync_transfers_no_message_again(
    program: Program, first_sync: dict[str, int]
) -> None:
    again = program("sync", "--bodies", "all")
    assert (again["new"], again["changed"], again["bodies"], again["vanished"]) == (0, 0, 0, 0)
    assert again["bytes_received"] < 60_000 < first_sync["bytes_received"]


@pytest.mark.usefixtures("first_sync")
def test_everything_is_here_without_network(program: Program, tmp_path: Path) -> None:
    rows = program("messages", "inbox", "--limit", "30", offline=True)
    assert len(rows) == 30
    assert rows == sorted(rows, key=lambda row: row["received"], reverse=True)
    assert f"Réunion 0 {SUBJECT}" == rows[0]["subject"]
    shown = program("show", rows[0]["id"], offline=True)
    assert BODY in shown["text"]
    assert shown["from"] == {
        "name": "Jeanne Canari",
        "address": f"{SENDER}0@ac-exemple.invalid",
    }
    found = program("search", f'eleve "message 1234" {BODY}', offline=True)
    assert [hit["subject"] for hit in found["hits"]] == [f"Réunion 1234 {SUBJECT}"]
    assert (found["searched"], found["not_local"]) == (MANY, 0)
    piece = shown["attachments"][0]
    assert piece["local"] is False
    target = tmp_path / "piece.bin"
    words = ("attachment", rows[0]["id"], piece["part"], "--out", str(target))
    assert program(*words, offline=True, expect=4)["error"]["code"] == "not-local"
    program(*words)
    assert target.read_bytes() == (ATTACHED * 400).encode()
    target.unlink()
    program(*words, offline=True)
    assert target.read_bytes() == (ATTACHED * 400).encode()


@pytest.mark.usefixtures("first_sync")
def test_offline_changes_reach_the_server(
    program: Program, dovecot: Dovecot, user: MailUser
) -> None:
    rows = program("messages", "inbox", "--limit", "4", "--offset", "40", offline=True)
    read, starred, moved, deleted = (row["id"] for row in rows)
    program("flag", read, "--add", "seen", offline=True)
    program("flag", starred, "--add", "flagged", "--add", "$travail", offline=True)
    program("move", moved, "trash", offline=True)
    program("delete", deleted, offline=True)
    assert len(program("journal", "list", offline=True)) == 5
    before = len(dovecot.uids(user, "INBOX"))
    report = program("sync")
    assert report["failures"] == []
    assert program("journal", "list", offline=True) == []
    assert len(dovecot.uids(user, "INBOX")) == before - 2
    with dovecot.observer(user, "INBOX") as box:
        flags = {
            message.headers["message-id"][0]: set(message.flags)
            for message in box.fetch(headers_only=True, mark_seen=False, bulk=True)
        }
    assert "\\Seen" in flags[f"<{rows[0]['message_id']}>"]
    assert {"\\Flagged", "$travail"} <= flags[f"<{rows[1]['message_id']}>"]
    with dovecot.observer(user, "Trash") as box:
        trashed = {one.headers["message-id"][0] for one in box.fetch(headers_only=True)}
    assert trashed == {f"<{rows[2]['message_id']}>", f"<{rows[3]['message_id']}>"}


@pytest.mark.usefixtures("first_sync")
def test_a_draft_made_offline_is_sent_once_and_filed_once(
    program: Program, dovecot: Dovecot, user: MailUser, postfix: SubmissionServer
) -> None:
    text = program.file("texte.txt", f"Chère collègue,\n\n{DRAFTED}\n".encode())
    piece = program.file("piece jointe é.bin", ATTACHED.encode() * 50)
    draft = program(
        "draft", "new", "--to", "Lucie Roux <lucie.roux@ac-demo.invalid>",
        "--bcc", "cachee@ac-demo.invalid", "--subject", f"Sortie {DRAFTED}",
        "--text-file", str(text), "--attach", str(piece), offline=True,
    )  # fmt: skip
    row = program("draft", "send", draft["id"], offline=True)
    assert row["state"] == "queued"
    assert program("draft", "list", offline=True) == []
    message_id = row["message_id"]
    program("sync")
    program("sync")
    states = {one["message_id"]: one["state"] for one in program("outbox", "list")}
    assert states[message_id] == "filed"
    delivered = postfix.wait_for(message_id, copies=2)
    assert sorted(one.recipient for one in delivered) == [
        "cachee@ac-demo.invalid",
        "lucie.roux@ac-demo.invalid",
    ]
    for one in delivered:
        assert b"cachee@" not in one.data
        message = email.message_from_bytes(one.data, policy=email.policy.default)
        assert message["Bcc"] is None
        assert message["Subject"] == f"Sortie {DRAFTED}"
    with dovecot.observer(user, "Sent") as box:
        filed = [one for one in box.fetch() if one.headers["message-id"][0] == f"<{message_id}>"]
    assert len(filed) == 1
    assert filed[0].attachments[0].filename == "piece jointe é.bin"
    assert filed[0].attachments[0].payload == ATTACHED.encode() * 50
    found = program("search", DRAFTED, offline=True)
    assert [hit["subject"] for hit in found["hits"]] == [f"Sortie {DRAFTED}"]


@pytest.mark.usefixtures("first_sync")
def test_a_kill_during_sync_loses_nothing_and_leaves_nothing_in_clear(
    program: Program, dovecot: Dovecot, user: MailUser
) -> None:
    started = time.time() - 2
    newest = datetime.now(UTC)
    dovecot.deliver_all(
        user, "Archive", [(_message(5_000 + one), (), newest) for one in range(400)]
    )
    draft = program("draft", "new", "--subject", f"avant la coupure {DRAFTED}", offline=True)
    for _ in range(4):
        running = program.start("sync", "--bodies", "all")
        deadline = time.monotonic() + 1.2
        while running.poll() is None and time.monotonic() < deadline:
            assert _look(program, started) == []
        running.send_signal(signal.SIGKILL)
        _out, err = running.communicate()
        program.stderr += err.decode()
        assert _look(program, started) == []
    report = program("sync", "--bodies", "all")
    assert report["failures"] == []
    archive = next(one for one in program("folders") if one["path"] == "Archive")
    assert (archive["total"], archive["local_bodies"]) == (400, 400)
    assert program("draft", "show", draft["id"])["subject"] == f"avant la coupure {DRAFTED}"
    check = program("vault", "check")
    assert (check["sound"], check["damaged"], check["noticed"]) == (True, [], [])


@pytest.mark.usefixtures("first_sync")
def test_nothing_in_clear_in_profile_home_temp_or_logs(program: Program) -> None:
    assert _look(program, time.time()) == []
    for word in (SUBJECT, BODY, SENDER, ATTACHED, PASSWORD, PASSPHRASE, DRAFTED):
        assert word not in program.stderr
        assert word.lower() not in program.stderr.lower()


@pytest.mark.usefixtures("first_sync")
def test_a_message_passed_on_keeps_its_text_and_brings_its_files(program: Program) -> None:
    found = program("search", '"message 300"', offline=True)["hits"][0]["id"]
    text = program.file("mot.txt", "Pour information, élève.\n".encode())
    words = ("draft", "new", "--forward", found, "--to", "a@b.fr", "--text-file", str(text))
    draft = program(*words, offline=True)
    assert draft["attachments"] == [], "offline: named in the text instead"
    assert f"{ATTACHED}.bin" in draft["text"]
    draft = program(*words)
    assert draft["text"].startswith("Pour information, élève.\n")
    assert f"message 300 {BODY}" in draft["text"]
    assert [one["filename"] for one in draft["attachments"]] == [f"{ATTACHED}.bin"]
    assert draft["attachments"][0]["size"] == len(ATTACHED) * 400


def test_a_refused_password_is_tried_once_and_then_never_by_itself(
    tmp_path: Path, dovecot: Dovecot, postfix: SubmissionServer
) -> None:
    user = dovecot.new_user()
    mel = Program(tmp_path / "refused", "phrase")
    wrong = mel.secret("wrong", "pas le bon")
    words = (
        "account", "add", "--email", user.email, "--login", user.login,
        "--imap", f"{dovecot.host}:{dovecot.imap_port}",
        "--smtp", f"127.0.0.1:{postfix.tls_port}",
        "--password-file", str(wrong), "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    assert mel(*words, expect=3)["error"]["code"] == "sign-in-refused"
    assert dovecot.refused_sign_ins(user.login) == 1
    assert mel("account", "list") == []
    mel(*words, "--no-probe")
    assert mel("sync", expect=3)["error"]["code"] == "sign-in-refused"
    assert mel("sync", expect=3)["error"]["code"] == "sign-in-on-hold"
    assert mel("account", "list")[0]["state"] == "on-hold"
    assert dovecot.refused_sign_ins(user.login) == 2
    right = mel.secret("right", user.password)
    assert mel("account", "password", "1", "--password-file", str(right))["state"] == "ready"
    assert mel("sync")["failures"] == []


def test_certificates_are_believed_only_when_sound(tmp_path: Path, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    mel = Program(tmp_path / "certificates", "phrase")
    mel(
        "account", "add", "--email", user.email, "--login", user.login, "--no-probe",
        "--imap", f"{dovecot.host}:{dovecot.imap_port}", "--smtp", "127.0.0.1:9",
        "--password-file", str(mel.secret("password", user.password)),
    )  # fmt: skip
    assert mel("sync", expect=4)["error"]["code"] == "certificate"
    checks = mel("doctor", expect=4)
    assert checks["ok"] is False


def test_doctor_is_green_when_all_is_well(program: Program) -> None:
    answer = program("doctor")
    assert answer["ok"] is True
    states = {check["id"]: check["state"] for check in answer["checks"]}
    assert {"disk", "vault", "clock"} <= set(states)
    assert sum(name.endswith("sign-in") for name in states) == 2
    for check in answer["checks"]:
        assert {"id", "title", "state", "detail", "action"} <= set(check)
        assert check["title"], check
        assert check["detail"], check
        assert check["state"] in {"ok", "warn", "fail", "skipped"}


def test_doctor_saves_and_shows_what_a_help_desk_may_read(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "rapport.txt"
    answer = program("doctor", "--bundle", str(target), offline=True)
    assert answer["bundle"]["file"] == str(target)
    parts = {one["name"]: one["text"] for one in answer["bundle"]["parts"]}
    assert list(parts) == ["checks", "accounts", "work", "policies", "trace"]
    saved = target.read_text(encoding="utf-8")
    assert all(f"== {name} ==\n{text}\n" in saved for name, text in parts.items())
    assert "@" not in saved
    nowhere = tmp_path / "nulle part" / "rapport.txt"
    refused = program("doctor", "--bundle", str(nowhere), offline=True, expect=8)
    assert refused["error"]["code"] == "not-writable"


def test_the_directory_by_the_command_line(program: Program) -> None:
    data = ROOT / "tests" / "data" / "annuaire"
    annuaire = next(data.glob("*.csv"))
    report = program("directory", "import", str(annuaire), offline=True)
    assert report["format"] == "annuaire"
    assert report["schools"] > 40
    people = program.file(
        "élèves et parents.csv",
        "Nom;Prénom;Courriel;Classe;Fonction\r\n"
        "Lévêque;Zoé;zoe.leveque@ac-demo.invalid;6A;élève\r\n"
        "Œillet;Noël;noel.oeillet@ac-demo.invalid;6A;élève\r\n".encode("latin-1", "replace"),
    )
    report = program("directory", "import", str(people), offline=True)
    assert (report["persons"], report["groups"]) == (2, 1)
    assert set(report) >= {"source", "format", "persons", "groups", "schools", "services",
                           "skipped", "removed"}  # fmt: skip
    for query in ("leveque", "zoé 6a", "LEV"):
        (hit,) = program("directory", "search", query, "--kind", "person", offline=True)["hits"]
        assert (hit["email"], hit["classes"]) == ("zoe.leveque@ac-demo.invalid", ["6A"])
    (group,) = program("directory", "groups", "6a", offline=True)
    assert group["members"] == 2 == len(group["people"])
    school = program("directory", "search", "rennes", "--kind", "school", offline=True)
    assert school["total"] > 0
    assert school["hits"][0]["kind"] == "school"
    sources = program("directory", "sources", offline=True)
    assert any("Annuaire de l'éducation" in one["attribution"] for one in sources)
    lacking = program.file("sans colonnes.csv", b"a;b\r\n1;2\r\n")
    answer = program("directory", "import", str(lacking), offline=True, expect=2)
    assert answer["error"]["code"] == "bad-file"
