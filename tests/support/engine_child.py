"""The whole engine with a busy person at it, to be killed at any instant and begun again.

``python -m tests.support.engine_child PROFILE`` unlocks the profile once and then forks for each
line ``SEED`` on stdin: the fork opens the store, starts the engine and works like a person in a
hurry until it is killed. Stdout: ``pid N``, then what a call had promised when it returned:
``draft ID VERSION`` and ``sent MESSAGE-ID``.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks, MessageId
from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.model.policy import Policy
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.quick import unlock_quickly

PASSPHRASE = Secret("une phrase de passe")
RECIPIENT = "paul@ac-exemple.test"
FOLDERS = ("INBOX", "Archives", "Classe")


class Person:
    """Does one thing after the other through the facade."""

    def __init__(self, facade: Facade, seed: int) -> None:
        self._facade = facade
        self._dice = random.Random(seed)
        self._account = facade.accounts()[0].id
        self._version = 0

    def work(self) -> None:
        """Until killed."""
        deeds = (self.flag, self.flag, self.move, self.delete, self.write, self.send, self.read)
        while True:
            try:
                self._dice.choice(deeds)()
            except LocalRefusal:  # it moved or went meanwhile
                continue
            threading.Event().wait(self._dice.uniform(0.0, 0.03))

    def flag(self) -> None:
        mark = Flags(self._dice.choice((Marks.SEEN, Marks.FLAGGED)))
        on = self._dice.random() < 0.6
        some = self._some(self._dice.randint(1, 6))
        self._facade.flag(some, mark if on else Flags(), Flags() if on else mark)

    def move(self) -> None:
        target = self._facade.find_folder(self._dice.choice(FOLDERS))
        self._facade.move(self._some(self._dice.randint(1, 3)), target.id)

    def delete(self) -> None:
        self._facade.delete(self._some(1))

    def read(self) -> None:
        (message,) = self._some(1)
        self._facade.in_background(lambda: self._facade.load_body(message))
        self._facade.set_offline(self._dice.random() < 0.2)

    def write(self) -> Draft:
        drafts = self._facade.drafts()
        if drafts and self._dice.random() < 0.7:
            draft = self._dice.choice(drafts)
        else:
            draft = self._facade.new_draft(self._account, DraftContent(subject="x"))
        version = int(draft.content.text or 0) + 1
        to = self._facade.parse_recipients(RECIPIENT)
        content = DraftContent(to=to, subject=f"Brouillon {draft.id}", text=str(version))
        draft = self._facade.save_draft(draft.id, content)
        say(f"draft {draft.id} {version}")
        return draft

    def send(self) -> None:
        if self._dice.random() < 0.5:
            say(f"sent {self._facade.send(self.write().id).message_id}")

    def _some(self, number: int) -> list[MessageId]:
        """Messages of a folder that is not the trash."""
        folder = self._facade.find_folder(self._dice.choice(FOLDERS))
        ids = self._facade.message_ids(folder.id)
        if not ids:
            raise LocalRefusal(ErrorCode.NOT_FOUND)
        return self._dice.sample(ids, min(number, len(ids)))


def say(word: str) -> None:
    """One write: a kill leaves whole lines."""
    os.write(1, f"{word}\n".encode())


def main(profile: Path) -> None:
    """Unlock once, fork for each seed."""
    unlock_quickly()
    vault = Vault.open(
        profile,
        passphrase=PASSPHRASE,
        recovery=None,
        secrets=None,
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    for line in sys.stdin:
        child = os.fork()  # no thread has been started yet
        if not child:
            facade = wiring._open(vault, profile, offline=False, policy=Policy())
            facade.start_engine()
            Person(facade, int(line)).work()
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
