"""Words about room: what takes it, what may go, how long it stays, what the server says."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mel_desktop.model.storage import Going, KeptMessage, KeptState, QuotaState, Stuff
from mel_desktop.ui import figures, wording

translate = QCoreApplication.translate
GAP = "\N{NO-BREAK SPACE}"


def stuff(kind: Stuff) -> str:
    """What room is taken by."""
    return {
        Stuff.TEXTS: translate("storage", "Texts of messages"),
        Stuff.ATTACHMENTS: translate("storage", "Attachments"),
        Stuff.INDEX: translate("storage", "Index for search"),
        Stuff.DIRECTORY: translate("storage", "Directory"),
        Stuff.WRITING: translate("storage", "Drafts and outbox"),
        Stuff.ROWS: translate("storage", "Lists of messages and structure"),
        Stuff.FREE: translate("storage", "Free pages, to be given back"),
        Stuff.JOURNAL: translate("storage", "Journal of the database"),
        Stuff.RESERVE: translate("storage", "Reserve for a full disk"),
        Stuff.OUTSIDE: translate("storage", "Other files of the profile"),
    }[kind]


def going(what: Going) -> str:
    """What may go."""
    return {
        Going.OLD_FILES: translate("storage", "Attachments older than a year"),
        Going.JUNK: translate("storage", "Contents of the junk folder"),
        Going.TRASH: translate("storage", "Contents of the trash"),
    }[what]


def share(octets: int, total: int) -> str:
    """A share in per cent: '12 %', '< 1 %'."""
    if not octets or not total:
        return f"0{GAP}%"
    value = octets * 100 / total
    return f"<{GAP}1{GAP}%" if value < 1 else f"{round(value)}{GAP}%"


def quota(state: QuotaState, at: datetime) -> str:
    """What the server said, and how old that is."""
    if state.resource == "STORAGE":
        used, limit = figures.size(state.used), figures.size(state.limit)
    else:
        used = figures.count(state.used)
        limit = translate("storage", "{n} messages").format(n=figures.count(state.limit))
    age = "" if state.as_of is None else figures.age(state.as_of, at)
    return translate("storage", "{used} of {limit} used ({share}), {age}").format(
        used=used, limit=limit, share=share(state.used, state.limit), age=age
    )


def quota_short(email: str, state: QuotaState) -> str:
    """For the status line."""
    return translate("storage", "Mailbox {email} {share} full").format(
        email=email, share=share(state.used, state.limit)
    )


def quota_mark(state: QuotaState) -> str:
    """Beside the account, among the folders."""
    if state.resource == "STORAGE":
        used, limit = figures.size(state.used), figures.size(state.limit)
    else:
        used, limit = figures.count(state.used), figures.count(state.limit)
    return translate("storage", "mailbox {share} full on the server ({used} of {limit})").format(
        share=share(state.used, state.limit), used=used, limit=limit
    )


def quota_warning(email: str, state: QuotaState) -> str:
    """When a mark was passed."""
    if state.level >= 95:
        return translate(
            "storage",
            "The mailbox {email} is {share} full: the server will soon refuse new messages.",
        ).format(email=email, share=share(state.used, state.limit))
    return translate("storage", "The mailbox {email} is {share} full on the server.").format(
        email=email, share=share(state.used, state.limit)
    )


def kept(one: KeptMessage, at: datetime) -> str:
    """Where it stands with a message that is kept here only."""
    if one.refused:
        return str(wording.of_text(one.reason))
    if one.state is KeptState.KEPT:
        if one.until is None or one.until < at:
            return translate("storage", "On this PC only")
        return translate("storage", "On this PC only; may be put back until {date}").format(
            date=figures.plain_date(one.until)
        )
    return {
        KeptState.WANTED: translate("storage", "Waits to be fetched whole and verified"),
        KeptState.REMOVING: translate("storage", "Verified; waits to go from the server"),
        KeptState.RETURNING: translate("storage", "Waits to be put back on the server"),
    }[one.state]


def days(number: int) -> str:
    """How long contents stay."""
    if not number:
        return translate("storage", "for ever")
    return translate("storage", "{n} days").format(n=figures.count(number))
