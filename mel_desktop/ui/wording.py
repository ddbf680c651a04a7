"""Errors, warnings, states and checks in the language of the window.

The sentences of error codes and of finer reasons are those of app.wording and app.reasons (one
table for window and command line); here are the words that only a window needs. A test walks
every code and every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from mel_desktop.app.trust_words import told
from mel_desktop.app.wording import action, reason, reason_action, sentence
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import HOLDING, ErrorCode, Fact, MelError
from mel_desktop.model.mail import (
    Folder,
    JournalRow,
    MessageWarning,
    Role,
    WantKind,
    WantState,
    WarningCode,
)
from mel_desktop.model.outgoing import OutboxRow, OutboxState
from mel_desktop.model.trust import Finding, Severity, TrustCode
from mel_desktop.model.values import dataclass
from mel_desktop.ui.language import current
from mel_desktop.ui.typography import spoken

translate = QCoreApplication.translate
C = ErrorCode
_WRAPPINGS: Final = frozenset({
    WarningCode.SIGNED_SMIME, WarningCode.ENCRYPTED_SMIME, WarningCode.SIGNED_PGP,
    WarningCode.ENCRYPTED_PGP,
})  # fmt: skip
# Said by strips of their own.
SHIELDED: Final = frozenset(
    one.value for one in (*TrustCode, WarningCode.LINK_MISMATCH, *_WRAPPINGS)
)
TOLD_HERE: Final = frozenset({
    WarningCode.NAME_LOOKS_LIKE_ADDRESS, WarningCode.REPLY_TO_DIFFERS, WarningCode.LINK_MISMATCH,
}) | _WRAPPINGS  # fmt: skip
NAMED: Final = ("issuer", "portal", "proxy")  # facts that sentences name


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and what to do about it ("" where nothing can or need be done)."""

    text: str
    action: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.action}".strip()


def of_code(code: ErrorCode, facts: Mapping[str, Fact] | None = None) -> Said:
    """The sentence of a code."""
    language = current()
    said, do = sentence(code, language, facts), action(code, language, facts)
    return Said(spoken(said, language), spoken(do, language))


def of_error(error: MelError) -> Said:
    """The sentence of an error; of a refusal that says why, the sentence of that."""
    return of_code(error.code, error.facts)


def of_reason(code: str) -> str:
    """The sentence of a finer reason (app.reasons); the bare code where it is not known."""
    return spoken(reason(code, current()), current())


def known_code(text: str) -> ErrorCode | None:
    """The code that a text form names, if it does."""
    return next((code for code in ErrorCode if code.text == text), None)


def of_text(code: str, host: str = "", facts: Mapping[str, Fact] | None = None) -> Said:
    """The sentence of a code in its text form (AccountStatus.trouble, OutboxRow.reason)."""
    known: dict[str, Fact] = {"host": host} if host else {}
    if facts and any(name in facts for name in NAMED):
        known |= {name: facts[name] for name in (*NAMED, "reply") if name in facts}
    return of_code(known_code(code) or C.BUG, known or None)


def check_title(check: Check) -> str:
    """What a check of the doctor looks at."""
    titles = {
        "imap-reach": translate("wording", "Receiving server reached in private"),
        "imap-sign-in": translate("wording", "Sign-in to the receiving server"),
        "imap-capabilities": translate("wording", "What the receiving server offers"),
        "smtp-reach": translate("wording", "Sending server reached in private"),
        "smtp-sign-in": translate("wording", "Sign-in to the sending server"),
        "network": translate("wording", "Network"),
        "proxy": translate("wording", "Way out of the network"),
    }
    return titles.get(check.id, check.title)


def check_trouble(check: Check) -> str:
    """What is wrong and what to do, for a check that failed or was left out; else ""."""
    if check.state is CheckState.OK:
        return ""
    code = known_code(check.detail.partition(" ")[0])
    if code is not None:
        return str(of_code(code))
    if check.state is CheckState.SKIPPED:
        return translate("wording", "Not tried.")
    return f"{check.detail} {check.action}".strip()


def is_sign_in(code: str) -> bool:
    """Whether a person must act before anything signs in again."""
    return code in {one.text for one in HOLDING | {C.SIGN_IN_ON_HOLD, C.NO_PASSWORD}}


def role_name(role: Role) -> str:
    """How a folder with a role is called."""
    return {
        Role.INBOX: translate("wording", "Inbox"),
        Role.SENT: translate("wording", "Sent"),
        Role.DRAFTS: translate("wording", "Drafts"),
        Role.TRASH: translate("wording", "Trash"),
        Role.JUNK: translate("wording", "Junk"),
        Role.ARCHIVE: translate("wording", "Archive"),
    }[role]


def folder_name(folder: Folder) -> str:
    """What a folder is called where its place is seen."""
    return role_name(folder.role) if folder.role else folder.name


def folder_path(folder: Folder) -> str:
    """What a folder is called where its place is not seen."""
    return role_name(folder.role) if folder.role else folder.path


def outbox_state(state: OutboxState) -> str:
    """Where an outgoing message stands."""
    return {
        OutboxState.QUEUED: translate("wording", "Waiting for the line"),
        OutboxState.HELD: translate("wording", "On hold"),
        OutboxState.SENDING: translate("wording", "Being sent"),
        OutboxState.ACCEPTED: translate("wording", "Sent, being filed"),
        OutboxState.FILED: translate("wording", "Sent and filed"),
        OutboxState.FAILED: translate("wording", "Not sent"),
        OutboxState.UNKNOWN: translate("wording", "To be checked"),
    }[state]


def outbox_reason(row: OutboxRow) -> str:
    """Why an outgoing message stands where it stands; "" when all is well."""
    if not row.reason:
        return ""
    if known_code(row.reason) is None and of_reason(row.reason) != row.reason:
        return str(
            Said(of_reason(row.reason), spoken(reason_action(row.reason, current()), current()))
        )
    said = of_text(row.reason)
    if row.reason_detail:
        told = translate("wording", "The server said: “{words}”").format(words=row.reason_detail)
        return f"{said.text} {told} {said.action}".strip()
    return str(said)


def want(row: JournalRow) -> str:
    """What a piece of offline work does."""
    flagged = _flag_want(row) if row.kind in {WantKind.FLAG, WantKind.UNFLAG} else ""
    if flagged:
        return flagged
    pattern = {
        WantKind.MOVE: translate("wording", "Move to {name}"),
        WantKind.COPY: translate("wording", "Copy to {name}"),
        WantKind.DELETE: translate("wording", "Delete"),
        WantKind.APPEND: translate("wording", "File a copy"),
        WantKind.FLAG: translate("wording", "Add the mark {name}"),
        WantKind.UNFLAG: translate("wording", "Remove the mark {name}"),
        WantKind.CREATE_FOLDER: translate("wording", "New folder"),
        WantKind.RENAME_FOLDER: translate("wording", "Rename the folder to {name}"),
        WantKind.DELETE_FOLDER: translate("wording", "Delete the folder"),
        WantKind.SUBSCRIBE: translate("wording", "Subscribe to the folder"),
        WantKind.UNSUBSCRIBE: translate("wording", "End the subscription"),
        WantKind.DRAFT: translate("wording", "Copy of a draft on the server"),
        WantKind.KEEP: translate("wording", "Keep here, remove from the server"),
    }[row.kind]
    return pattern.format(name=row.detail or "…")


def _flag_want(row: JournalRow) -> str:
    known = {
        ("seen", True): translate("wording", "Mark as read"),
        ("seen", False): translate("wording", "Mark as unread"),
        ("flagged", True): translate("wording", "Flag"),
        ("flagged", False): translate("wording", "Remove the flag"),
        ("answered", True): translate("wording", "Mark as answered"),
        ("forwarded", True): translate("wording", "Mark as forwarded"),
    }
    return known.get((row.detail, row.kind is WantKind.FLAG), "")


OF_FOLDERS: Final = frozenset(
    {
        WantKind.CREATE_FOLDER,
        WantKind.RENAME_FOLDER,
        WantKind.DELETE_FOLDER,
        WantKind.SUBSCRIBE,
        WantKind.UNSUBSCRIBE,
    }
)


def want_of(row: JournalRow) -> str:
    """The message that it is about; of a wish about a folder there is none."""
    if row.kind in OF_FOLDERS:
        return "–"
    return row.subject or translate("wording", "(no subject)")


def want_standing(row: JournalRow) -> str:
    """Where a piece of offline work stands; a conflict asks for a person."""
    return translate("wording", "To be decided") if row.choices else want_state(row.state)


def want_state(state: WantState) -> str:
    """Where a piece of offline work stands."""
    return {
        WantState.WAITING: translate("wording", "Waiting for the line"),
        WantState.REFUSED: translate("wording", "Refused"),
        WantState.UNKNOWN: translate("wording", "Being checked"),
    }[state]


def want_reason(row: JournalRow) -> str:
    """Why it waits, was refused or needs a decision; "" when all is well."""
    if not row.reason:
        return ""
    language = current()
    said = spoken(reason(row.reason, language), language)
    if said == row.reason:  # of a store that a newer version has written to
        return str(of_code(C.SERVER_REFUSED))
    return str(Said(said, spoken(reason_action(row.reason, language), language)))


def warning(found: MessageWarning) -> str:
    """A warning of the reader as a sentence; those of the shield have theirs in app.trust_words."""
    if found.code.value in SHIELDED and found.code not in TOLD_HERE:
        reason_, _, who = found.detail.partition(" ")
        code, severity = TrustCode(found.code.value), Severity.LOOK
        return told(Finding(code, severity, reason_, who or reason_), current())
    if found.code is WarningCode.UNDELIVERED:
        who, _, why = found.detail.partition(" ")
        return translate("wording", "Not delivered to {who}: {why}").format(
            who=who, why=of_reason(why or "not-delivered")
        )
    pattern = {
        WarningCode.REMOTE_BLOCKED: translate(
            "wording",
            "Remote images are blocked, so that the sender does not learn of your reading.",
        ),
        WarningCode.NAME_LOOKS_LIKE_ADDRESS: translate(
            "wording",
            "The displayed name looks like an address, but the message comes from {detail}.",
        ),
        WarningCode.REPLY_TO_DIFFERS: translate(
            "wording", "An answer would go to another address: {detail}."
        ),
        WarningCode.MALFORMED: translate(
            "wording", "This message is not built correctly; a part of it may be missing here."
        ),
        WarningCode.TRUNCATED: translate(
            "wording", "This message is very long: only its beginning is shown."
        ),
        WarningCode.SIGNED_SMIME: translate(
            "wording", "This message is signed (S/MIME); the signature was not checked."
        ),
        WarningCode.ENCRYPTED_SMIME: translate(
            "wording", "This message is encrypted (S/MIME): its text cannot be shown here."
        ),
        WarningCode.SIGNED_PGP: translate(
            "wording", "This message is signed (OpenPGP); the signature was not checked."
        ),
        WarningCode.ENCRYPTED_PGP: translate(
            "wording", "This message is encrypted (OpenPGP): its text cannot be shown here."
        ),
        WarningCode.LINK_MISMATCH: translate(
            "wording", "A link shows one address and leads to another: {detail}."
        ),
    }[found.code]
    return pattern.format(detail=found.detail or translate("wording", "another address"))
