"""Backup to one file and back: whole, authenticated, never over a vault that is there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Endpoint, NewAccount, Secret, Security
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError, StoreTrouble
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind, Signature
from mel_desktop.model.mail import Address, FolderId
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.templates import Template
from mel_desktop.model.transfer import TransferProgress
from mel_desktop.services.importing import IMPORTED
from mel_desktop.store import keyslots, swapping
from tests.support.transfer_world import as_mbox, letter

PASSPHRASE = Secret("une phrase de passe assez longue")
LETTERS = [letter(n, attached=os.urandom(20_000)) for n in range(40)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slots of these tests may be quick to open."""
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    made = wiring.create_profile(
        tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False, offline=True
    )
    fill(made, tmp_path)
    yield made
    made.close()


def fill(facade: Facade, folder: Path) -> None:
    tls = Security.TLS
    account = facade.add_account(
        NewAccount(
            "claire@ac-exemple.invalid",
            "claire",
            Endpoint("127.0.0.1", 993, tls),
            Endpoint("127.0.0.1", 465, tls),
        ),
        Secret("mot de passe du compte"),
    )
    (folder / "a.mbox").write_bytes(as_mbox(LETTERS))
    facade.transfer.import_mail(folder / "a.mbox", account.id)


def restored(source: Path, profile: Path, **ways: object) -> Facade:
    given = ways or {"passphrase": PASSPHRASE}
    wiring.restore_profile(source, profile, use_keyring=False, **given)  # type: ignore[arg-type]
    return wiring.open_profile(profile, passphrase=PASSPHRASE, use_keyring=False, offline=True)


def letters(facade: Facade) -> list[bytes]:
    folder: FolderId = facade.find_folder(f"{IMPORTED}/a").id
    return [facade.raw(one) for one in facade.message_ids(folder)[::-1]]


def test_there_and_back(facade: Facade, tmp_path: Path) -> None:
    code = facade.vault.new_recovery_code()
    seen: list[TransferProgress] = []
    facts = facade.transfer.back_up(tmp_path / "s.mel", progress=seen.append)
    assert (facts.messages, facts.accounts) == (len(LETTERS), 1)
    assert facts.octets == (tmp_path / "s.mel").stat().st_size
    assert seen[-1].octets == seen[-1].expected
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.mbox", "profile", "s.mel"]
    assert not list((tmp_path / "profile").glob("*backup*"))
    for number, way in enumerate(({"passphrase": PASSPHRASE}, {"recovery": code})):
        back = restored(tmp_path / "s.mel", tmp_path / f"back{number}", **way)
        assert letters(back) == LETTERS
        assert back.accounts()[0].email == "claire@ac-exemple.invalid"
        assert back.soundness.check().sound
        back.close()
    assert oct((tmp_path / "back0").stat().st_mode & 0o777) == "0o700"


def test_nothing_of_it_can_be_read(facade: Facade, tmp_path: Path) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    data = (tmp_path / "s.mel").read_bytes()
    for word in (b"Sujet", b"claire", b"SQLite format", b"lundi"):
        assert word not in data


def test_it_opens_with_the_passphrase_of_that_day(facade: Facade, tmp_path: Path) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    facade.vault.change_passphrase(Secret("une autre phrase de passe"))
    with pytest.raises(StoreTrouble) as caught:
        wiring.restore_profile(
            tmp_path / "s.mel",
            tmp_path / "back",
            passphrase=Secret("une autre phrase de passe"),
            use_keyring=False,
        )
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / ".back.restoring").exists()
    restored(tmp_path / "s.mel", tmp_path / "back").close()


def test_a_vault_that_is_there_is_moved_aside_only_when_told(
    facade: Facade, tmp_path: Path
) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    profile = tmp_path / "profile"
    with pytest.raises(StoreTrouble) as caught:
        wiring.restore_profile(
            tmp_path / "s.mel", profile, passphrase=PASSPHRASE, use_keyring=False
        )
    assert caught.value.code is ErrorCode.VAULT_EXISTS
    facade.close()
    (profile / "vaults" / "autre").mkdir(parents=True)  # of a colleague, and stays where it is
    _, aside = wiring.restore_profile(
        tmp_path / "s.mel", profile, passphrase=PASSPHRASE, use_keyring=False, replace=True
    )
    assert aside is not None
    assert (profile / "vaults" / "autre").is_dir()
    for folder in (profile, aside):
        again = wiring.open_profile(folder, passphrase=PASSPHRASE, use_keyring=False, offline=True)
        assert letters(again) == LETTERS
        again.close()


def test_a_folder_with_other_things_keeps_them(facade: Facade, tmp_path: Path) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "window.ini").write_text("[General]\n")
    restored(tmp_path / "s.mel", tmp_path / "back").close()
    assert (tmp_path / "back" / "window.ini").exists()


def test_what_waited_to_be_sent_is_not_sent_blindly(facade: Facade, tmp_path: Path) -> None:
    account = facade.accounts()[0].id
    to = (Address("", "paul@ac-exemple.invalid"),)
    draft = facade.new_draft(account, DraftContent(to=to, subject="x", text="y"))
    facade.send(draft.id)
    facade.transfer.back_up(tmp_path / "s.mel")
    back = restored(tmp_path / "s.mel", tmp_path / "back")
    (row,) = back.outbox()
    assert row.state is OutboxState.UNKNOWN
    with pytest.raises(MelError) as caught:
        back.retry_outbox(row.id)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    back.close()
    assert facade.outbox()[0].state is OutboxState.QUEUED


def test_an_older_backup_is_replaced_another_file_is_not(facade: Facade, tmp_path: Path) -> None:
    target = tmp_path / "s.mel"
    facade.transfer.back_up(target)
    first = target.read_bytes()
    facade.transfer.back_up(target)
    assert target.read_bytes() != first
    (tmp_path / "theses.odt").write_bytes(b"trois ans de travail")
    with pytest.raises(MelError) as caught:
        facade.transfer.back_up(tmp_path / "theses.odt")
    assert caught.value.facts["why"] == "file-exists"
    with pytest.raises(Cancelled):
        facade.transfer.back_up(target, cancelled=lambda: True)
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "a.mbox", "profile", "s.mel", "theses.odt",
    ]  # fmt: skip


def test_every_flipped_octet_is_noticed(facade: Facade, tmp_path: Path) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    whole = (tmp_path / "s.mel").read_bytes()
    bad = tmp_path / "bad.mel"
    dice = random.Random(4)
    header = int.from_bytes(whole[16:20], "big") + 20
    places = [*dice.sample(range(header), 8), *dice.sample(range(header, len(whole)), 6)]
    for place in (0, 19, len(whole) - 1, *places):  # all of them: the laws of formats.sealed
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        bad.write_bytes(flipped)
        with pytest.raises(MelError) as caught:
            wiring.restore_profile(bad, tmp_path / "back", passphrase=PASSPHRASE, use_keyring=False)
        assert caught.value.code in (
            ErrorCode.DAMAGED, ErrorCode.BAD_FILE, ErrorCode.STORE_TOO_NEW,
            ErrorCode.WRONG_PASSPHRASE,
        )  # fmt: skip
        assert not (tmp_path / "back").exists()
    for cut in (whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:header], b""):
        bad.write_bytes(cut)
        with pytest.raises(MelError):
            wiring.restore_profile(bad, tmp_path / "back", passphrase=PASSPHRASE, use_keyring=False)
    assert not (tmp_path / "back").exists()


CHILD = """
import sys
from pathlib import Path
from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.services import backups
backups.PIECE = 4096
def slow(now):
    sys.stdout.write(".")
    sys.stdout.flush()
wiring.restore_profile(Path(sys.argv[1]), Path(sys.argv[2]), passphrase=Secret(sys.argv[3]),
                       use_keyring=False, progress=slow)
"""


def test_killed_in_the_middle_it_is_there_whole_or_not_at_all(
    facade: Facade, tmp_path: Path
) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    for _ in range(2):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path / "s.mel"), str(tmp_path / "back"),
             PASSPHRASE.reveal()],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.read(1)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert not wiring.vault_status(tmp_path / "back").exists
    back = restored(tmp_path / "s.mel", tmp_path / "back")
    assert letters(back) == LETTERS
    back.close()
    assert not (tmp_path / ".back.restoring").exists()


# -- the moves of a restore ------------------------------------------------------------------------

SWAP = """
import json, os, signal, sys
from pathlib import Path
from mel_desktop.store import swapping
def deadly(name):
    real = getattr(os, name)
    def call(*given, **more):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return real(*given, **more)
    setattr(os, name, call)
deeds = json.load(sys.stdin)
for name in ("replace", "rename", "unlink", "fsync", "rmdir", "mkdir"):
    deadly(name)
ended = []
for path, left, what in deeds:
    child = os.fork()
    if child == 0:
        profile = Path(path)
        if what == "swap":
            swapping.swap(profile, profile.with_name(".p.restoring"),
                          profile.with_name("p.before-restore-1"))
        else:
            swapping.settle(profile)
        os._exit(0)
    ended.append(os.waitpid(child, 0)[1])
print(json.dumps(ended))
"""
OLD = {name: f"old {name}" for name in
       ("store.db", "store.db-wal", "store.keys", "store.keys.copy", "store.tries")}  # fmt: skip
NEW = {name: f"new {name}" for name in ("store.db", "store.keys", "store.keys.copy")}


def planted(parent: Path, old: dict[str, str]) -> Path:
    """A profile with an old vault and other things, and a proved new one beside it."""
    parent.mkdir()
    for folder, held in (("p", old | {"window.ini": "x"}), (".p.restoring", NEW),
                         ("p.before-restore-1", {})):  # fmt: skip
        (parent / folder).mkdir()
        for name, text in held.items():
            (parent / folder / name).write_text(text)
    return parent / "p"


def held(folder: Path) -> dict[str, str]:
    found = {one.name: one.read_text() for one in folder.glob("store.*")} if folder.exists() else {}
    return {name: text for name, text in found.items() if not name.startswith(swapping.INTENT)}


def killed(deeds: list[tuple[Path, int, str]]) -> list[bool]:
    """Whether each was killed before its end."""
    done = subprocess.run(
        [sys.executable, "-c", SWAP], check=True, capture_output=True, text=True,
        input=json.dumps([(str(path), after, what) for path, after, what in deeds]),
    )  # fmt: skip
    ended = json.loads(done.stdout)
    assert set(ended) <= {0, signal.SIGKILL}
    return [bool(one) for one in ended]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("old", [OLD, {}], ids=["over a vault", "into a folder"])
def test_killed_at_every_step_of_the_moves_it_settles_itself(
    tmp_path: Path, old: dict[str, str]
) -> None:
    profiles = [planted(tmp_path / f"{after}", old) for after in range(30)]
    again = [(one, after % 7, "settle") for after, one in enumerate(profiles)]
    deeds = [(one, after, "swap") for after, one in enumerate(profiles)]
    ended = killed([*deeds, *again])[: len(deeds)]
    assert ended == sorted(ended, reverse=True)
    assert 8 + len(old) <= ended.count(True) < len(ended)
    for profile, was_killed in zip(profiles, ended, strict=True):
        swapping.settle(profile)  # some were killed a second time, as they settled
        assert not swapping.is_unsettled(profile)
        aside = profile.with_name("p.before-restore-1")
        if held(profile) == NEW:
            assert held(aside) == old
            assert aside.exists() == bool(old)
        else:  # killed before it was written down what is to be done
            assert was_killed
            assert held(profile) == old
            assert held(profile.with_name(".p.restoring")) == NEW
        assert (profile / "window.ini").read_text() == "x"
    assert sum(held(one) == NEW for one in profiles) > 20


def test_a_move_that_fails_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.replace
    for last in range(1, 10):
        profile = planted(tmp_path / f"{last}", OLD)
        moved: list[str] = []

        def refuse(self: Path, target: Path, last: int = last, moved: list[str] = moved) -> Path:
            moved.append(self.name)
            if len(moved) == last:  # an antivirus holds it, for once
                raise PermissionError(13, "no")
            return real(self, target)

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(StoreTrouble):
            swapping.swap(
                profile, profile.with_name(".p.restoring"), profile.with_name("p.before-restore-1")
            )
        monkeypatch.setattr(Path, "replace", real)
        assert held(profile) == OLD
        assert held(profile.with_name(".p.restoring")) == NEW
        assert not swapping.is_unsettled(profile)
        assert not profile.with_name("p.before-restore-1").exists()


def test_a_restore_whose_new_vault_vanished_is_taken_back(tmp_path: Path) -> None:
    profile = planted(tmp_path / "x", OLD)
    assert killed([(profile, 7, "swap")]) == [True]
    assert 0 < len(held(profile.with_name("p.before-restore-1"))) < len(OLD)
    shutil.rmtree(profile.with_name(".p.restoring"))
    swapping.settle(profile)
    assert held(profile) == OLD


def test_a_plan_that_leads_elsewhere_moves_nothing(tmp_path: Path) -> None:
    profile = planted(tmp_path / "x", OLD)
    for told in ('{"staging": "../y", "aside": "p", "old": [], "new": []}', "{", "[]",
                 '{"staging": ".p", "aside": "p", "old": ["../../a"], "new": []}'):  # fmt: skip
        (profile / swapping.INTENT).write_text(told)
        with pytest.raises(StoreTrouble) as caught:
            swapping.settle(profile)
        assert caught.value.code is ErrorCode.DAMAGED
        assert held(profile) == OLD


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_the_program_settles_a_restore_that_was_killed_between_its_moves(
    facade: Facade, tmp_path: Path
) -> None:
    facade.transfer.back_up(tmp_path / "s.mel")
    for _ in range(3):  # what comes back is older, and wanted
        assert facade.soundness.try_writing()
    facade.close()
    profile = tmp_path / "profile"
    old = {one.name: one.read_bytes() for one in profile.glob("store.*")}
    child = CHILD.replace(
        "wiring.restore_profile(",
        "import os, signal\nfrom pathlib import Path as P\nreal, moved = P.replace, []\n"
        "def deadly(self, target):\n"
        "    moved.extend([1] if 'before-restore' in str(target) else [])\n"
        "    if len(moved) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, target)\n"
        "P.replace = deadly\nwiring.restore_profile(",
    ).replace("use_keyring=False", "use_keyring=False, replace=True")
    done = subprocess.run(
        [sys.executable, "-c", child, str(tmp_path / "s.mel"), str(profile), PASSPHRASE.reveal()],
        check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (aside,) = tmp_path.glob("profile.before-restore-*")
    assert len(list(aside.iterdir())) == 1  # in two folders
    assert wiring.vault_status(profile).has_passphrase_slot
    again = wiring.open_profile(profile, passphrase=PASSPHRASE, use_keyring=False, offline=True)
    assert letters(again) == LETTERS
    assert again.soundness.alarms() == ()
    again.close()
    assert {one.name: one.read_bytes() for one in aside.iterdir()} == old
    assert not (tmp_path / ".profile.restoring").exists()


def test_folders_of_other_users_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bool:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "exists", refuse)
    assert not swapping.is_unsettled(tmp_path)


def test_what_a_killed_restore_left_beside_goes_at_the_next_opening(
    facade: Facade, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    facade.close()
    left = tmp_path / ".profile.restoring"
    left.mkdir()
    (left / "store.keys").write_bytes((profile / "store.keys").read_bytes())
    wiring.open_profile(profile, passphrase=PASSPHRASE, use_keyring=False, offline=True).close()
    assert not left.exists()


def test_a_backup_that_does_not_read_back_leaves_the_older_one(
    facade: Facade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "s.mel"
    facade.transfer.back_up(target)
    first = target.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda file: os.pwrite(file, b"?", 5_000))  # a stick that lies
    with pytest.raises(StoreTrouble) as caught:
        facade.transfer.back_up(target)
    assert caught.value.code is ErrorCode.DAMAGED
    assert target.read_bytes() == first
    assert not list(tmp_path.glob(".mel-*"))


def test_templates_words_and_identities_of_ones_own_come_back(
    facade: Facade, tmp_path: Path
) -> None:
    (account, (me,)) = facade.letters.everyone()[0]
    facade.letters.save_template(Template("Mon mot", "Mon mot", "Objet", "Bonjour {nom}"))
    facade.spelling.add_word("collégienne")
    facade.letters.save_identity(replace(me, signature=Signature("Claire")))
    facade.letters.save_identity(
        Identity(
            UNSTORED, account.id, IdentityKind.BOX, "Vie scolaire", "vs@ac-exemple.invalid",
            sent_folder="shared/vie-scolaire/Sent",
        )
    )  # fmt: skip
    words, identities = facade.spelling.words(), facade.letters.everyone()[0][1]
    assert words
    facade.transfer.back_up(tmp_path / "s.mel")
    facade.letters.delete_template("Mon mot")
    facade.spelling.remove_word(words[0])
    again = restored(tmp_path / "s.mel", tmp_path / "again")
    try:
        assert again.letters.template("mon mot").text == "Bonjour {nom}"
        assert again.spelling.words() == words
        assert again.letters.everyone()[0][1] == identities
    finally:
        again.close()
