"""``facade.trust``: links looked at before they are opened, and reports to the help desk. Local."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mel_desktop.app import trust_words
from mel_desktop.logic.attached_message import without_bcc
from mel_desktop.logic.recipients import envelope, parse
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import MessageId, ReadMessage
from mel_desktop.model.outgoing import DraftContent, OutboxRow
from mel_desktop.model.safety import WarningCode
from mel_desktop.model.trust import LinkLook

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class TrustDoor:
    """Trust of messages; their shield is ``ReadMessage.shield``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def link(self, target: str, message: ReadMessage | None = None) -> LinkLook:
        """Where a link leads, and what is odd about it."""
        return self._services.trust.look_at_link(target, message)

    def remember_site(self, look: LinkLook) -> None:
        """No question for this site any more. USAGE where something was odd."""
        self._services.trust.remember_site(look)

    def forget_sites(self) -> None:
        """Every site is asked about again."""
        self._services.trust.forget_sites()

    def report_address(self) -> tuple[str, bool]:
        """Whom suspicious messages go to, "" for nobody yet; True where IT decided."""
        return self._services.trust.report_address()

    def report(self, message: MessageId, to: str, language: str = "fr") -> OutboxRow:
        """Queue the message for the help desk, as an attachment; what is here of it, where the rest
        is on the server. It leaves with the next sending. BAD_ADDRESS | NO_RECIPIENT | POLICY.
        """
        services = self._services
        people = parse(to)
        found = services.reading.show(message)
        account = next(one.account for one in services.mailbox.folders() if one.id == found.folder)
        subject, text = trust_words.report(found, language)
        content = DraftContent(to=people, subject=subject, text=text)
        envelope(content)
        octets, name = self._octets(message, found), "message.eml"
        draft = services.drafting.create(services.accounts.get(AccountId(account)).id, content)
        services.draft_files.add(draft.id, name, octets, media_type="message/rfc822")
        accepted = frozenset(one.value for one in WarningCode)
        revision = services.safety.require(draft.id, accepted)
        row = services.drafting.send(draft.id, not_before=None, revision=revision)
        if not services.trust.report_address()[1]:
            services.trust.set_report_address(to.strip())
        return row

    def _octets(self, message: MessageId, found: ReadMessage) -> bytes:
        with suppress(LocalRefusal):
            return without_bcc(self._services.reading.raw(message))
        lines = [
            f"{name}: {' '.join(value.split())}"
            for name, values in found.headers.items()
            if not name.startswith("content-") and name not in ("bcc", "mime-version")
            for value in values
        ] or [f"From: {found.sender.name} <{found.sender.address}>", f"Subject: {found.subject}"]
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                  "Content-Transfer-Encoding: 8bit", "", found.text]  # fmt: skip
        return "\r\n".join("\r\n".join(lines).splitlines()).encode("utf-8", "replace")
