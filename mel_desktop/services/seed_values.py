"""Accounts, folders and messages as a seed holds them: JSON values, both ways.

What comes out of a seed is checked as it is read: KeyError, TypeError, ValueError or IndexError
where it is not what a seed holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic.mime import HeaderFields, Readable
from mel_desktop.logic.spelling import tidy_word
from mel_desktop.logic.templates import checked
from mel_desktop.model.accounts import Account, AuthKind, Endpoint, NewAccount, Security
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address, BodyState, MessageWarning, WarningCode
from mel_desktop.model.templates import Template
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import reading
from mel_desktop.store.reading import Body
from mel_desktop.store.times import from_text, to_text

if TYPE_CHECKING:
    from mel_desktop.store.seeds import SeedFolder, SeedMessage, SeedPlace

WORDS: Final = 5_000  # of one's own, in one frame


def account_value(account: Account) -> dict[str, object]:
    """An account, without its password."""

    def endpoint(one: Endpoint) -> list[object]:
        return [one.host, one.port, one.security.value]

    return {
        "email": account.email,
        "name": account.name,
        "login": account.login,
        "imap": endpoint(account.imap),
        "smtp": endpoint(account.smtp),
        "auth": account.auth.value,
        "provider": account.provider,
        "ca_pem": account.ca_pem,
    }


def folder_value(one: SeedFolder) -> list[object]:
    """A folder, in the order of ``folder_of``."""
    return [
        one.path, one.delimiter, one.role, one.selectable, one.subscribed, one.uidvalidity,
        one.uidnext, one.highestmodseq, one.complete, one.located,
    ]  # fmt: skip


def message_value(
    place: SeedPlace,
    stored: reading.StoredMessage,
    parts: Sequence[reading.StoredPart],
) -> dict[str, object]:
    """A message as far as it is here; octets of parts follow it."""
    from mel_desktop.store import seeds  # noqa: PLC0415 seldom

    def people(listed: Sequence[Address]) -> list[list[str]]:
        return [[one.name, one.address] for one in listed]

    value: dict[str, object] = {
        "uid": place.uid,
        "marks": place.flags.marks.value,
        "keywords": sorted(place.flags.keywords),
        "modseq": place.modseq,
        "email_id": place.email_id,
        "received": to_text(stored.received_at),
        "size": stored.size,
        "subject": stored.subject,
        "from": people([stored.sender])[0],
        "to": people(stored.to),
        "cc": people(stored.cc),
        "bcc": people(stored.bcc),
        "reply_to": people(stored.reply_to),
        "message_id": stored.message_id,
        "in_reply_to": stored.in_reply_to,
        "references": stored.references,
        "date": None if stored.sent_at is None else to_text(stored.sent_at),
        "preview": place.preview,
        "parts": [seeds.part_value(one.part) for one in parts if one.part.number],
    }
    if stored.body is not BodyState.ABSENT:
        value["body"] = {
            "complete": stored.body is BodyState.LOCAL,
            "text": stored.text,
            "html": stored.html,
            "header": stored.header.decode("latin-1"),
            "warnings": [[one.code.value, one.detail] for one in stored.warnings],
        }
    return value


def message_of(value: object) -> SeedMessage:
    """A message of a seed."""
    from mel_desktop.store import seeds  # noqa: PLC0415 seldom
    from mel_desktop.store.seeds import SeedMessage  # noqa: PLC0415 seldom

    told = cast("dict[str, object]", value)
    received = from_text(str(told["received"]))
    if received is None:
        raise ValueError("received")
    flags = seeds.flags_of(number(told["marks"]), cast("list[str]", told["keywords"]))
    remote = RemoteMessage(
        uid=number(told["uid"]),
        flags=flags,
        internal_date=received,
        size=number(told["size"]),
        header=b"",
        parts=tuple(seeds.part_of(one) for one in cast("list[list[str | int]]", told["parts"])),
        modseq=None if told["modseq"] is None else number(told["modseq"]),
        email_id=str(told["email_id"]),
        preview=str(told["preview"]),
    )
    body = None
    text = cast("dict[str, object] | None", told.get("body"))
    if text is not None:
        warnings = tuple(
            MessageWarning(WarningCode(code), str(detail))
            for code, detail in cast("list[list[str]]", text["warnings"])
        )
        body = Body(
            0,
            Readable(
                text=str(text["text"]),
                html=str(text["html"]),
                preview=remote.preview,
                search_text=str(text["text"]),
                warnings=warnings,
            ),
            str(text["header"]).encode("latin-1"),
            complete=bool(text["complete"]),
        )
    return SeedMessage(remote, fields_of(told), remote.preview, body)


def fields_of(told: dict[str, object]) -> HeaderFields:
    """What its header says."""

    def people(name: str) -> tuple[Address, ...]:
        listed = cast("list[list[str]]", told[name])
        return tuple(Address(str(who[0]), str(who[1])) for who in listed)

    sender = cast("list[str]", told["from"])
    return HeaderFields(
        subject=str(told["subject"]),
        sender=Address(str(sender[0]), str(sender[1])),
        to=people("to"),
        cc=people("cc"),
        bcc=people("bcc"),
        reply_to=people("reply_to"),
        message_id=str(told["message_id"]),
        in_reply_to=str(told["in_reply_to"]),
        references=tuple(str(one) for one in cast("list[str]", told["references"])),
        date=None if told["date"] is None else from_text(str(told["date"])),
    )


def endpoint_of(value: object) -> Endpoint:
    """A server."""
    host, port, security = cast("list[object]", value)
    return Endpoint(str(host), number(port), Security(security))


def own_values(templates: Sequence[Template], words: Sequence[str]) -> Iterator[dict[str, object]]:
    """Templates and words of one's own, in frames of a moderate size."""
    for one in templates:
        row = [one.name, one.title, one.language, one.subject, one.text, one.html]
        yield {"templates": [row]}
    for start in range(0, len(words), WORDS):
        yield {"words": list(words[start : start + WORDS])}


def own_of(value: object) -> tuple[tuple[Template, ...], tuple[str, ...]]:
    """The same back; what could not be kept here is left out."""
    told = cast("dict[str, list[object]]", value)
    found = []
    for row in told.get("templates", []):
        name, title, language, subject, text, html = (str(one) for one in cast("list[object]", row))
        with suppress(LocalRefusal):
            found.append(checked(Template(name, title, subject, text, html, language)))
    words = (tidy_word(str(one)) for one in told.get("words", []))
    return tuple(found), tuple(dict.fromkeys(word for word in words if word))


def number(value: object) -> int:
    """A number that a store can hold."""
    if not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise ValueError("number")
    return value


def folder_of(value: object) -> SeedFolder:
    """A folder of a seed."""
    from mel_desktop.store.seeds import SeedFolder  # noqa: PLC0415 seldom

    (path, delimiter, role, selectable, subscribed, uidvalidity, uidnext, modseq, complete,
     located) = cast("list[object]", value)  # fmt: skip
    return SeedFolder(
        path=str(path),
        delimiter=str(delimiter),
        role=None if role is None else str(role),
        selectable=bool(selectable),
        subscribed=bool(subscribed),
        uidvalidity=number(uidvalidity),
        uidnext=None if uidnext is None else number(uidnext),
        highestmodseq=None if modseq is None else number(modseq),
        complete=bool(complete),
        located=number(located),
    )


def account_of(value: object) -> NewAccount:
    """An account of a seed, without a password."""
    told = cast("dict[str, object]", value)
    return NewAccount(
        email=str(told["email"]),
        login=str(told["login"]),
        imap=endpoint_of(told["imap"]),
        smtp=endpoint_of(told["smtp"]),
        name=str(told["name"]),
        auth=AuthKind(told["auth"]),
        provider=str(told["provider"]),
        ca_pem=str(told["ca_pem"]),
    )
