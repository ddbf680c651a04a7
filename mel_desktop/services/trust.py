"""The shield of a message, from what is in the store; sites opened without a question; reports.

All local: no address, host or link is ever looked up outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import links
from mel_desktop.logic.lookalikes import PROVIDERS, same_name
from mel_desktop.logic.recipients import domain_of
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import MessageId, MessageWarning, ReadMessage, Role, WarningCode
from mel_desktop.model.people import EntryKind, Profile
from mel_desktop.model.policy import TrustPolicy
from mel_desktop.model.trust import (
    SILENT,
    Authentication,
    Finding,
    Hop,
    LinkLook,
    Severity,
    Shield,
)
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import reading as rows
from mel_desktop.store import settings, trust
from mel_desktop.store.blobwindow import BlobWindow
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.people_rows import Stored
from mel_desktop.store.safety import pupils_mark

if TYPE_CHECKING:
    from mel_desktop.logic import trust as judgement

SITES: Final = "trust.sites"
REPORT_TO: Final = "trust.report_to"
MOST_SITES: Final = 500
MOST_FILES: Final = 30
_LOCKABLE: Final = frozenset(
    one for row in ("zip pdf 7z rar docx xlsx pptx doc xls ppt odt ods odp",) for one in row.split()
)
_PACKED: Final = frozenset(["zip", "docx", "xlsx", "pptx"])
_CODES: Final = {one.value: one for one in WarningCode}
_OWN: Final = frozenset({Role.SENT, Role.DRAFTS})


class Trust:
    """Judges messages of one profile."""

    def __init__(self, database: Database, accounts: Accounts, policy: TrustPolicy) -> None:
        self._database = database
        self._accounts = accounts
        self._policy = policy
        self._domains: tuple[object, frozenset[str]] = (None, frozenset())

    def judge(
        self,
        found: ReadMessage,
        stored: rows.StoredMessage,
        parts: Iterable[rows.StoredPart],
    ) -> ReadMessage:
        """The message with its shield, and what deserves a look among its warnings."""
        from mel_desktop.logic import trust as judgement  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            if trust.role_of(reader, found.folder) in _OWN:
                return replace(found, shield=Shield(is_own=True))
            shield = judgement.shield(self._facts(reader, found, stored, parts))
        told = {one.code for one in found.warnings}
        more = [
            MessageWarning(code, _detail(one))
            for one in shield.findings
            if one.severity > Severity.CALM
            and (code := _CODES.get(one.code.value)) is not None
            and code not in told
        ]
        return replace(found, shield=shield, warnings=(*found.warnings, *more))

    def authentication(self, reader: Reader, message: MessageId) -> Authentication:
        """What the own provider says of a message's sender; silent where its header is not here."""
        stored = rows.message(reader, message)
        if stored is None or not stored.header.strip():
            return SILENT
        return self._said(stored, stored.sender.address)[0]

    def look_at_link(self, target: str, message: ReadMessage | None) -> LinkLook:
        """What a link of a message leads to, and what is odd about it."""
        from mel_desktop.logic import trust as judgement  # noqa: PLC0415 seldom

        shown = ""
        if message is not None:
            wanted = links.clean_target(target) or target
            shown = next(
                (text for text, one in judgement.anchors(message.html_safe)
                 if one in (target, wanted)), "",
            )  # fmt: skip
        with self._database.read() as reader:
            own = self._own_domains()
            link = links.judge(shown, target, own | self._directory_domains(reader))
            sites = _sites(reader)
        findings = (judgement.finding_of(link),) if link.why else ()
        may = not link.why and bool(link.host)
        return LinkLook(
            link.target, link.leads or link.target, link.host, link.domain, findings, may,
            may and (link.domain in sites or link.host in sites),
        )  # fmt: skip

    def remember_site(self, look: LinkLook) -> None:
        """Open links to this site without a question. USAGE for one that was warned of."""
        if not look.may_remember:
            raise LocalRefusal(ErrorCode.USAGE, option="site")
        with self._database.read() as reader:
            sites = [*_sites(reader), look.domain][-MOST_SITES:]
        self._keep(SITES, json.dumps(list(dict.fromkeys(sites))))

    def forget_sites(self) -> None:
        """Ask again for every site."""
        self._keep(SITES, "[]")

    def report_address(self) -> tuple[str, bool]:
        """Whom suspicious messages are reported to, "" for nobody yet; whether IT decided it."""
        if self._policy.report_to:
            return self._policy.report_to, True
        with self._database.read() as reader:
            return settings.load(reader, REPORT_TO) or "", False

    def set_report_address(self, address: str) -> None:
        """Remembered for the next report."""
        self._keep(REPORT_TO, address)

    # -- inside ------------------------------------------------------------------------------------

    def _keep(self, name: str, value: str) -> None:
        self._database.write(lambda tx: settings.save(tx, name, value))

    def _facts(
        self,
        reader: Reader,
        found: ReadMessage,
        stored: rows.StoredMessage,
        parts: Iterable[rows.StoredPart],
    ) -> judgement.TrustFacts:
        from mel_desktop.logic import trust as judgement  # noqa: PLC0415 seldom

        address, name = found.sender.address, found.sender.name
        own: frozenset[str] = self._own_domains()
        said, way = self._said(stored, address)
        return judgement.TrustFacts(
            sender=found.sender,
            reply_to=found.reply_to,
            authentication=said,
            way=way,
            html=found.html_safe,
            raw_html=stored.html,
            text=found.text,
            files=tuple(_files(reader, parts)),
            own_domains=own,
            met=bool(address) and trust.is_met(reader, address, found.id),
            in_directory=bool(address) and trust.in_directory(reader, address),
            namesakes=tuple(
                judgement.Namesake(one.entry.email, _is_senior(one))
                for one in trust.named(reader, name)
                if one.entry.email and _is_colleague(one) and same_name(one.entry.name, name)
            ),
            directory_domains=self._directory_domains(reader),
        )

    def _said(
        self, stored: rows.StoredMessage, address: str
    ) -> tuple[Authentication, tuple[Hop, ...]]:
        from mel_desktop.logic import auth_results  # noqa: PLC0415 seldom

        hosts: tuple[str, ...] = ()
        with suppress(MelError):
            account = self._accounts.get(stored.account)
            hosts = (account.imap.host, account.smtp.host, domain_of(account.email.lower()))
        return auth_results.read(stored.header, address, hosts, self._policy.authserv_ids)

    def _own_domains(self) -> frozenset[str]:
        own = {domain_of(one.email.lower()) for one in self._accounts.all()}
        return frozenset(own - PROVIDERS - {""})

    def _directory_domains(self, reader: Reader) -> frozenset[str]:
        mark = pupils_mark(reader)
        if self._domains[0] != mark:
            self._domains = mark, trust.directory_domains(reader) - PROVIDERS
        return self._domains[1]


def _detail(one: Finding) -> str:
    parts = (one.reason, one.who, one.known)
    return " ".join(part for part in parts if part)


def _is_colleague(one: Stored) -> bool:
    return one.entry.profile not in (Profile.PUPIL, Profile.GUARDIAN)


def _is_senior(one: Stored) -> bool:
    from mel_desktop.logic import trust as judgement  # noqa: PLC0415 seldom

    return (
        one.entry.profile is Profile.HEAD
        or one.entry.kind is not EntryKind.PERSON
        or judgement.claims_office(one.entry.role)
    )


def _sites(reader: Reader) -> tuple[str, ...]:
    try:
        return tuple(map(str, json.loads(settings.load(reader, SITES) or "[]")))
    except ValueError:
        return ()


def _files(reader: Reader, parts: Iterable[rows.StoredPart]) -> Iterable[Finding]:
    from mel_desktop.formats import locked_files  # noqa: PLC0415 seldom
    from mel_desktop.logic import risky_files  # noqa: PLC0415 seldom

    count = 0
    for one in parts:
        part = one.part
        if part.number == rows.WHOLE or not part.is_attachment:
            continue
        count += 1
        if count > MOST_FILES:
            return
        head, lock, members = b"", "", tuple[str, ...]()
        if one.complete and one.blob is not None:
            window = BlobWindow(reader, one.blob)
            head = window.read(0, risky_files.HEAD)
            last = part.filename.rpartition(".")[2].lower()
            if last in _LOCKABLE or head[:2] == b"PK":
                lock = locked_files.lock(window.read, window.size)
            if last in _PACKED or head[:2] == b"PK":
                listed = partial(locked_files.members, window.read, window.size)
                members = tuple(name for name, _ in zip(listed(), range(500), strict=False))
        yield from risky_files.judge(
            part.filename, part.media_type, head, lock=lock, members=members
        )
