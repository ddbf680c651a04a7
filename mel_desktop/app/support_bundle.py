"""The bundle for a help desk, redacted at the source: only values that are safe ever come in.

Hosts, ports, codes, counts, versions, results of checks, reasons by their codes, values of policies
that hold nobody's name, and the protocol trace, which was reduced before it was kept. No text that
a person, a correspondent or a server wrote is read to make it.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.app import doctor_words
from mel_desktop.app.reasons import REASONS
from mel_desktop.model.changes import Check
from mel_desktop.model.doctor import Bundle, BundlePart
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.net.protocol_trace import CAPABILITIES
from mel_desktop.services.checks_local import known_keys

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services

NO_SPACE: Final = 28  # errno.ENOSPC, the same on every system
SAFE_REASONS: Final = frozenset(REASONS) | {code.text for code in ErrorCode}


def bundle(services: Services, checks: tuple[Check, ...], language: str) -> Bundle:
    """Its parts, each a text that can be left out."""
    return Bundle(
        tuple(
            BundlePart(name, "\n".join(lines))
            for name, lines in (
                ("checks", tuple(_checks(checks, language))),
                ("accounts", tuple(_accounts(services))),
                ("work", tuple(_work(services))),
                ("policies", tuple(_policies(services))),
                ("trace", services.trace.lines()),
            )
        )
    )


def save(made: Bundle, target: Path, names: frozenset[str] | None) -> None:
    """One text, or a zip with a file for each part. DISK_FULL | NOT_WRITABLE."""
    try:
        if target.suffix.lower() == ".zip":
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
                for one in made.parts:
                    if names is None or one.name in names:
                        packed.writestr(f"{one.name}.txt", one.text + "\n")
        else:
            target.write_text(made.text(names), encoding="utf-8")
    except OSError as error:
        full = error.errno == NO_SPACE
        raise StoreTrouble(ErrorCode.DISK_FULL if full else ErrorCode.NOT_WRITABLE) from error


def _checks(checks: tuple[Check, ...], language: str) -> Iterator[str]:
    for one in checks:
        told = doctor_words.words(one, language)
        whose = f"#{one.account} " if one.account else ""
        yield f"[{one.state.value}] {whose}{one.id} ({one.seconds:.1f} s) {told.title}"
        for text in (told.detail, told.action):
            if text:
                yield f"    {text}"
        facts = ", ".join(f"{name}={value}" for name, value in one.facts if value != "")
        if facts:
            yield f"    {one.says}: {facts}"


def _accounts(services: Services) -> Iterator[str]:
    for one in services.accounts.all():
        yield (
            f"#{one.id} {one.auth.value}, {one.state.value},"
            f" own authority: {'yes' if one.ca_pem else 'no'},"
            f" proxy: {'yes' if one.proxy else 'no'}"
        )
        for name, at in (("imap", one.imap), ("smtp", one.smtp)):
            yield f"    {name} {at.host}:{at.port} {at.security.value}"
        if one.last_sync_at is not None:
            yield f"    last sync {one.last_sync_at:%Y-%m-%dT%H:%M:%SZ}"
        hints = services.accounts.hints(one.id)
        if hints is not None:
            known = sorted(hints.after & CAPABILITIES)
            yield f"    capabilities {' '.join(known)}"


def _work(services: Services) -> Iterator[str]:
    for title, rows in (("journal", services.journal.rows()), ("outbox", services.outbox.rows())):
        counted = Counter((one.state.value, _reason(one.reason)) for one in rows)
        yield f"{title}: {len(rows)}"
        for (state, reason), count in sorted(counted.items()):
            yield f"    {count} × {state} {reason}".rstrip()


def _reason(text: str) -> str:
    return text if not text or text in SAFE_REASONS else "other"


def _policies(services: Services) -> Iterator[str]:
    """Numbers, switches and levels as they are; of texts only that they are set."""
    policy = services.policy
    for section in fields(policy):
        value = getattr(policy, section.name)
        for one in fields(value) if is_dataclass(value) else ():
            found = getattr(value, one.name)
            if found in (None, "", b"", ()) or is_dataclass(found):
                continue
            if isinstance(found, Enum):
                shown = found.name.lower()
            elif isinstance(found, (bool, int, float)):
                shown = str(found)
            else:
                shown = "set"
            yield f"{section.name}.{one.name} = {shown}"
    known = known_keys(policy)
    for fact in policy.facts:
        if fact.key in known:
            how = "locked" if fact.locked else "default"
            yield f"given by {fact.origin.value}, {how}: {fact.key}"
    yield f"ignored: {len(policy.ignored)}"
