"""Files of a draft: other names, others in their place, out of memory; pieces from within them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.services import draft_files as module
from mel_desktop.services.draft_files import DraftFiles
from mel_desktop.store import outgoing
from mel_desktop.store.blobwindow import BlobWindow
from tests.support.post_office import PostOffice, post_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def files(office: PostOffice) -> DraftFiles:
    return DraftFiles(office.database, office.clock)


@pytest.fixture
def draft(office: PostOffice) -> DraftId:
    content = DraftContent(to=(Address("", "paul@ac-exemple.test"),), subject="Photos")
    return office.drafting.create(office.add_account(), content).id


def names(office: PostOffice, draft: DraftId, revision: int | None = None) -> list[str]:
    return [one.filename for one in office.drafting.get(draft, revision).attachments]


def test_each_change_is_a_revision_and_the_old_ones_stay(
    office: PostOffice, files: DraftFiles, draft: DraftId
) -> None:
    first = files.add(draft, "a/b/photo.jpg", b"large" * 100)
    files.add(draft, "note.txt", b"note")
    small = files.replace(draft, first, "photo.jpg", b"small", media_type="image/jpeg")
    assert names(office, draft) == ["photo.jpg", "note.txt"]
    assert files.octets(draft, small) == b"small"
    renamed = files.rename(draft, small, "classe").attachments[0]
    assert (renamed.filename, renamed.media_type, renamed.size) == ("classe.jpg", "image/jpeg", 5)
    assert files.rename(draft, renamed.id, "classe.jpg").attachments[0].id == renamed.id
    assert files.originals(draft) == {renamed.id: first}, "also under another name"
    back = files.swap(draft, renamed.id, first)
    assert files.originals(draft) == {}
    assert files.octets(draft, back.attachments[0].id) == b"large" * 100
    history = [names(office, draft, one.revision) for one in office.drafting.history(draft)]
    assert history == [
        ["photo.jpg", "note.txt"], ["classe.jpg", "note.txt"], ["photo.jpg", "note.txt"],
        ["photo.jpg", "note.txt"], ["photo.jpg"], [],
    ]  # fmt: skip


def test_what_cannot_be(
    office: PostOffice, files: DraftFiles, draft: DraftId, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = files.add(draft, "a.txt", b"x" * 60)
    other = office.drafting.create(office.accounts.all()[0].id, DraftContent()).id
    foreign = files.add(other, "b.txt", b"y")
    monkeypatch.setattr(module, "MAX_FILES_BYTES", 100)
    for code, call in (
        (ErrorCode.USAGE, lambda: files.rename(draft, one, "  ")),
        (ErrorCode.NOT_FOUND, lambda: files.rename(draft, 99, "a")),
        (ErrorCode.NOT_FOUND, lambda: files.swap(draft, one, foreign)),
        (ErrorCode.NOT_FOUND, lambda: files.replace(draft, foreign, "a", b"")),
        (ErrorCode.TOO_LARGE, lambda: files.add(draft, "b", b"z" * 60)),
    ):
        with pytest.raises(LocalRefusal) as caught:
            call()
        assert caught.value.code is code
    files.replace(draft, one, "b", b"z" * 90)  # the room of the other is free
    office.drafting.send(draft)
    with pytest.raises(LocalRefusal):
        files.add(draft, "late", b"")


def test_saved_outside(files: DraftFiles, draft: DraftId, tmp_path: Path) -> None:
    octets = os.urandom(700_000)
    one = files.add(draft, "film.mp4", octets)
    assert files.write(draft, one, tmp_path / "film.mp4") == len(octets)
    assert (tmp_path / "film.mp4").read_bytes() == octets


@pytest.mark.parametrize("size", [0, 1, 1000, 256 * 1024, 900_001])
def test_pieces_from_within(office: PostOffice, draft: DraftId, tmp_path: Path, size: int) -> None:
    octets = os.urandom(size)
    (tmp_path / "f").write_bytes(octets)
    one = office.drafting.attach(draft, tmp_path / "f")
    dice = random.Random(size)
    with office.database.read() as reader:
        window = BlobWindow(reader, outgoing.attachment_blob(reader, draft, one.id))
        assert window.size == size
        for _ in range(60):
            offset, length = dice.randrange(size + 10), dice.randrange(400_000)
            assert window.read(offset, length) == octets[offset : offset + length]
        assert window.read(0, size + 1) == octets
        assert window.read(-1, 5) == b""


def test_an_original_is_offered_as_long_as_it_is_kept(
    office: PostOffice, files: DraftFiles, draft: DraftId
) -> None:
    first = files.add(draft, "photo.jpg", b"large" * 100)
    small = files.replace(draft, first, "photo.jpg", b"small")
    tiny = files.replace(draft, small, "photo.jpg", b"s")
    assert files.originals(draft) == {tiny: first}, "the first one, not the one before"
    assert DraftFiles(office.database, office.clock).originals(draft) == {tiny: first}
    office.database.write(lambda tx: outgoing.remove_attachment(tx, first))
    assert files.originals(draft) == {tiny: small}
    office.database.write(lambda tx: outgoing.remove_attachment(tx, small))
    assert files.originals(draft) == {}
