"""Templates: those of the vault, those of the school's folder (read only), those that ship.

A name of one's own hides the same name of the school, and that one the shipped one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import Final

from mel_desktop.logic import merging
from mel_desktop.logic import templates as rules
from mel_desktop.logic.html_text import visible
from mel_desktop.logic.recipients import same_key
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.templates import Template, TemplateOrigin, UnreadFile
from mel_desktop.ports import Clock
from mel_desktop.services.saving import write_file
from mel_desktop.store import accounts, identities, lettertemplates, people
from mel_desktop.store.database import Database, Transaction

log = logging.getLogger("mel.templates")

MOST_FILES: Final = 100  # of the school's folder
ENDINGS: Final = (".toml", ".eml")


class Templates:
    """Templates of one profile."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        shipped: Callable[[], Iterable[Template]],
        folder: Path | None,
        *,
        zone: tzinfo | None = None,
    ) -> None:
        """``folder``: the policy's; ``zone`` (None: that of the computer) is that of dates."""
        self._database = database
        self._clock = clock
        self._shipped = shipped
        self._folder = folder
        self._zone = zone

    def all(self) -> tuple[Template, ...]:
        """By title; each name once. May wait for the school's folder."""
        found: dict[str, Template] = {}
        for one in (*self.own(), *self.school()[0], *self._shipped()):
            found.setdefault(rules.key(one.name), one)
        return tuple(sorted(found.values(), key=lambda one: rules.key(one.title)))

    def own(self) -> tuple[Template, ...]:
        """Those of the vault."""
        with self._database.read() as reader:
            saved = lettertemplates.all_saved(reader)
        return tuple(replace(one, html=visible(sanitize(one.html).html)) for one in saved)

    def school(self) -> tuple[tuple[Template, ...], tuple[UnreadFile, ...]]:
        """Those of the policy's folder, and the files that hold none."""
        found: list[Template] = []
        unread: list[UnreadFile] = []
        for path in self._files(unread):
            try:
                found += read_file(path, TemplateOrigin.SCHOOL)
            except MelError as error:
                unread.append(UnreadFile(path.name, str(error.facts.get("why", error.code.text))))
        for one in unread:
            log.warning("a file of the templates folder is left out: %s", one.why)
        return tuple(found), tuple(unread)

    def find(self, name: str) -> Template:
        """By name or title; the only one that begins so. NOT_FOUND."""
        found = rules.find(name, self.all())
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="template")
        return found

    def save(self, template: Template) -> Template:
        """Keep one in the vault; one of the same name is replaced. BAD_FILE with ``why``."""
        checked = rules.checked(replace(template, origin=TemplateOrigin.OWN))
        now = self._clock.now()
        self._database.write(lambda tx: lettertemplates.save(tx, checked, now), durable=True)
        return checked

    def delete(self, name: str) -> None:
        """Forget one of the vault. NOT_FOUND | USAGE(template-read-only)."""
        found = self.find(name)
        if found.origin is not TemplateOrigin.OWN:
            raise LocalRefusal(ErrorCode.USAGE, why="template-read-only")
        self._database.write(lambda tx: lettertemplates.delete(tx, found.name), durable=True)

    def take_file(self, path: Path) -> tuple[Template, ...]:
        """Keep what a file holds (TOML, or a message). BAD_FILE | TOO_LARGE; all or nothing."""
        found = read_file(path, TemplateOrigin.OWN)
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            for one in found:
                lettertemplates.save(tx, one, now)

        self._database.write(work, durable=True)
        return found

    def write_file(self, names: Iterable[str], path: Path) -> int:
        """Templates into a TOML file; how many. NOT_FOUND | DISK_FULL | NOT_WRITABLE."""
        chosen = [self.find(name) for name in names]
        write_file(path, [rules.to_toml(chosen)])
        return len(chosen)

    def known_fields(
        self, account: AccountId, sender: Address | None, to: Iterable[Address], language: str
    ) -> dict[str, str]:
        """What is known without asking: the day, who writes, who a single recipient is."""
        today = self._clock.now().astimezone(self._zone).date()
        known = rules.of_today(today, language)
        recipients = tuple(to)
        with self._database.read() as reader:
            writer = accounts.account(reader, account)
            if writer is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="account")
            ours = identities.of_account(reader, writer)
            identity = next(
                (
                    one
                    for one in ours
                    if sender and same_key(one.address) == same_key(sender.address)
                ),
                ours[0],
            )
            own = people.with_address(reader, writer.email)
            theirs = None
            if len(recipients) == 1:
                theirs = people.with_address(reader, recipients[0].address)
        known["expéditeur"] = identity.name
        known["établissement"] = identity.organisation
        if own is not None:
            facts = merging.of_entry(own.entry)
            known["matière"] = facts["discipline"]
            known["établissement"] = identity.organisation or facts["établissement"]
        if theirs is not None:
            known.update(
                {name: value for name, value in merging.of_entry(theirs.entry).items() if value}
            )
        elif len(recipients) == 1 and recipients[0].name:
            parts = zip(
                ("civilité", "prénom", "nom"), merging.split_name(recipients[0].name), strict=True
            )
            known.update({name: value for name, value in parts if value})
        return known

    def _files(self, unread: list[UnreadFile]) -> list[Path]:
        if self._folder is None:
            return []
        try:
            listed = sorted(one for one in self._folder.iterdir() if one.suffix.lower() in ENDINGS)
        except OSError:
            unread.append(UnreadFile("", "folder-not-readable"))
            return []
        return listed[:MOST_FILES]


def read_file(path: Path, origin: TemplateOrigin) -> tuple[Template, ...]:
    """Templates of a file on the disk. BAD_FILE | TOO_LARGE."""
    try:
        if not path.is_file():  # a pipe would block
            raise LocalRefusal(ErrorCode.BAD_FILE, why="not-a-file")
        with path.open("rb") as stream:
            octets = stream.read(rules.MAX_FILE + 1)
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
    return rules.read_file(octets, path.name, origin)
