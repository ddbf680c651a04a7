"""What Mel Desktop's store holds after a sync, compared with the manifest of the mailbox.

``python -m tests.benchmarks.sync.checks PROFILE PASSPHRASE-FILE MAILBOX-CACHE-FOLDER`` prints one
JSON document. It is a process of its own, so that what it reads does not count as ours.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import random
import re
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import BodyState, MessageId
from tests.benchmarks.sync.mailbox import Kept, KeptFolder, Mailbox, directory, load

SAMPLE: Final = 300
_LOCATIONS: Final = """
    SELECT f.path, l.uidvalidity, l.uid, m.id, m.body
      FROM location AS l JOIN message AS m ON m.id = l.message_id
                         JOIN folder AS f ON f.id = l.folder_id"""
_ATTACHMENTS: Final = """
    SELECT count(*), coalesce(sum(p.fetched), 0) FROM part AS p
     WHERE p.number <> '' AND p.fetched > 0 AND p.media_type NOT LIKE 'text/%'"""
Where = tuple[str, int, int]  # path, UIDVALIDITY, UID


def look(facade: Facade, mailbox: Mailbox, *, mirror: bool) -> dict[str, Any]:
    """Counts of what is right, and some of what is not."""
    with facade._services.database.read() as reader:
        rows = reader.all(_LOCATIONS)
        attachments = reader.one(_ATTACHMENTS)
    stored: dict[Where, tuple[MessageId, BodyState]] = {
        (str(path), int(validity or 0), int(uid or 0)): (
            MessageId(int(message or 0)),
            BodyState(int(body or 0)),
        )
        for path, validity, uid, message, body in rows
    }
    expected = {
        (folder.path, folder.uidvalidity, one.uid): one
        for folder in mailbox.folders
        for one in folder.messages
    }
    found: dict[str, Any] = {
        "expected": len(expected),
        "stored": len(stored),
        "missing": len(expected.keys() - stored.keys()),
        "unknown": len(stored.keys() - expected.keys()),
        "texts": sum(body is BodyState.LOCAL for _, body in stored.values()),
        "texts_of_sound": sum(
            stored[where][1] is BodyState.LOCAL
            for where, one in expected.items()
            if not one.broken and where in stored
        ),
        "sound": sum(not one.broken for one in expected.values()),
        "attachments_here": int(attachments[0] or 0) if attachments else 0,
        "attachment_octets_here": int(attachments[1] or 0) if attachments else 0,
    }
    found.update(_texts(facade, mailbox, stored))
    if mirror:
        found.update(_wholes(facade, expected, stored))
    return found


def _wholes(
    facade: Facade,
    expected: dict[Where, Kept],
    stored: dict[Where, tuple[MessageId, BodyState]],
) -> dict[str, Any]:
    identical = broken_identical = 0
    wrong: list[str] = []
    for where, one in expected.items():
        if where not in stored:
            continue
        try:
            octets = facade.raw(stored[where][0])
        except MelError as error:
            wrong.append(f"{where[0]} {where[2]} {one.broken}: {error.code.text}")
            continue
        if hashlib.sha256(octets).hexdigest() == one.sha256:
            identical += 1
            broken_identical += bool(one.broken)
        else:
            wrong.append(f"{where[0]} {where[2]} {one.broken}: {len(octets)} for {one.size}")
    return {
        "identical": identical,
        "broken_identical": broken_identical,
        "not_identical": len(wrong),
        "examples": wrong[:10],
    }


def _texts(
    facade: Facade, mailbox: Mailbox, stored: dict[Where, tuple[MessageId, BodyState]]
) -> dict[str, Any]:
    """A sample of sound messages: is what is shown what another parser reads in the file?"""
    candidates = [
        (folder, one) for folder in mailbox.folders for one in folder.messages if not one.broken
    ]
    sample = random.Random(7).sample(candidates, min(SAMPLE, len(candidates)))
    right = 0
    wrong: list[str] = []
    for folder, one in sample:
        known = stored.get((folder.path, folder.uidvalidity, one.uid))
        if known is None:
            continue
        shown = _squeezed(facade.show(known[0]).text)
        wanted = _squeezed(_text_of(mailbox, folder, one))[:4000]
        if wanted and shown.startswith(wanted[: max(20, len(wanted) - 60)]):
            right += 1
        else:
            wrong.append(f"{folder.path} {one.uid}")
    return {"sampled": len(sample), "sample_right": right, "sample_wrong": wrong[:5]}


def _text_of(mailbox: Mailbox, folder: KeptFolder, one: Kept) -> str:
    home = mailbox.maildir / directory(folder.path) / "cur"
    if not (names := _NAMES.get(str(home))):
        names = _NAMES[str(home)] = {
            int(found[1]): path
            for path in home.iterdir()
            if (found := re.search(r"\.M(\d+)P", path.name))
        }
    path = names[min(names) + one.uid - 1]
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    if part is not None:
        return str(part.get_content())
    part = message.get_body(("html",))
    markup = str(part.get_content()) if part is not None else ""
    return re.sub(r"<[^>]*>", " ", markup.partition("<body>")[2]).replace("&amp;", "&")


_NAMES: dict[str, dict[int, Path]] = {}


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\xa0\u202f]+", "", text)


def main() -> None:
    """One look."""
    profile, passphrase, home = map(Path, sys.argv[1:4])
    secret = Secret(passphrase.read_text().splitlines()[0])
    facade = wiring.open_profile(profile, passphrase=secret, use_keyring=False, offline=True)
    try:
        found = look(facade, load(home), mirror="mirror" in sys.argv[4:])
    finally:
        facade.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
