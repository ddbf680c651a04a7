"""LDAP directories over the network (ldap_ports.LdapServers): sign-in, reading, a short look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Final

from mel_desktop.formats import ldap_profiles, ldap_url, ldap_wire
from mel_desktop.formats.ldap_entry import read_entry
from mel_desktop.ldap_ports import State
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.ldap import LdapBatch, LdapLook
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    LdapSettings,
    Membership,
)
from mel_desktop.net.ldap_reading import EMPTY_REFERENCES, Reading, shown
from mel_desktop.net.ldap_session import LIMITS, Session
from mel_desktop.net.transport import Lines
from mel_desktop.ports import LdapPage

ANSWER_SECONDS: Final = 120.0  # for one page, however slowly it drips
ANSWER_BYTES: Final = 64 * 1024 * 1024
LOOK_COUNT: Final = 10_000
LOOK_PAGE: Final = 1_000
LOOK_NAMES: Final = 5


class LdapReader:
    """ports.DirectoryReader and ldap_ports.LdapServers."""

    def __init__(
        self,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        answer_bytes: int = ANSWER_BYTES,
        lines: Lines | None = None,
    ) -> None:
        self._lines = lines or Lines()
        self._answer_seconds = answer_seconds
        self._answer_bytes = answer_bytes

    def read(self, settings: LdapSettings, password: Secret | None, state: State) -> Reading:
        """Sign in and begin to read.

        SIGN_IN_REFUSED after one try; NO_PASSWORD for a DN without a password, which a server
        would take for an anonymous sign-in (RFC 4513 5.1.2).
        """
        with ExitStack() as stack:
            session, url_base = self._signed_in(stack, settings, password)
            base = settings.base or url_base or _bases(session)[0]
            reading = Reading(session, settings, base, state)
            reading.leaves(stack.pop_all())
            return reading
        raise AssertionError  # an ExitStack that swallows

    def look(self, settings: LdapSettings, password: Secret | None) -> LdapLook:
        """Sign in and see what is there, as ``read``."""
        with ExitStack() as stack:
            session, url_base = self._signed_in(stack, settings, password)
            root = session.naming()
            base = settings.base or url_base
            bases = tuple(_likely(root))
            base = base or _bases(session, bases)[0]
            controls = root.get("supportedcontrol", [])
            guess = ldap_profiles.guess(shown(session, base, root))
            plan = ldap_profiles.profile(settings.profile)
            filter_ = ldap_wire.any_of(
                *(ldap_wire.equal("objectClass", name) for name in plan.classes)
            )
            names = _some_names(session, base, filter_, plan.attributes)
            count, cuts = _count(session, base, filter_, ldap_wire.PAGED.decode() in controls)
            return LdapLook(
                bases=bases,
                base=base,
                profile=guess,
                count=count,
                counted_up_to=LOOK_COUNT,
                names=names,
                has_paging=ldap_wire.PAGED.decode() in controls,
                has_sync=ldap_wire.SYNC_REQUEST.decode() in controls,
                cuts=cuts,
            )

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        """All persons, groups and schools below the base, a batch at a time; see ``read``."""
        with closing(self.read(settings, password, {})) as reading:
            held: LdapBatch | None = None
            for batch in reading:
                if held is not None:
                    yield _page(held, complete=True)
                held = batch
            yield _page(held or LdapBatch(), complete=reading.complete)

    def _signed_in(
        self, stack: ExitStack, settings: LdapSettings, password: Secret | None
    ) -> tuple[Session, str]:
        endpoint, base = ldap_url.parse(settings.url)
        if settings.bind_dn and not (password and password.reveal()):
            raise ServerSaid(ErrorCode.NO_PASSWORD, host=endpoint.host)
        line = stack.enter_context(self._lines.line(explains=True))
        session = Session(endpoint, settings, self._answer_seconds, self._answer_bytes, line)
        stack.callback(session.close)
        session.sign_in(settings.bind_dn, password)
        return session, base


def _page(batch: LdapBatch, *, complete: bool) -> LdapPage:
    return LdapPage(
        tuple(one for one in batch.items if isinstance(one, DirectoryEntry)),
        batch.skipped,
        complete,
        tuple(one for one in batch.items if isinstance(one, Membership)),
    )


def _likely(root: dict[str, list[str]]) -> list[str]:
    """Bases that the root entry names (RFC 4512 5.1), the default first."""
    found = [*root.get("defaultnamingcontext", ()), *root.get("namingcontexts", ())]
    return [one for one in dict.fromkeys(found) if one and not EMPTY_REFERENCES.search(one)]


def _bases(session: Session, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """For a source without a base. SERVER_REFUSED when the root entry names none."""
    bases = known or tuple(_likely(session.naming()))
    if not bases:
        raise session.said(ErrorCode.SERVER_REFUSED, "no naming context")
    return bases


def _some_names(
    session: Session, base: str, filter_: bytes, attributes: tuple[str, ...]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for dn, values in session.entries(base, attributes, filter_=filter_, size_limit=40):
        raw = {name: [text.encode() for text in texts] for name, texts in values.items()}
        entry = read_entry(dn, raw).entry
        if entry is not None and entry.kind is EntryKind.PERSON:
            found[entry.name] = None
    return tuple(found)[:LOOK_NAMES]


def _count(
    session: Session, base: str, filter_: bytes, has_pages: bool
) -> tuple[int, tuple[str, ...]]:
    """How many entries would be read, up to LOOK_COUNT, and what cuts them off."""
    count, cookie = 0, b""
    cuts: dict[str, None] = {}
    while True:
        control = ldap_wire.paged(LOOK_PAGE, cookie) if has_pages else b""
        # "1.1": no attributes, RFC 4511 4.5.1.8
        number = session.ask(base, filter_, ("1.1",), control=control,
                             size_limit=0 if has_pages else LOOK_COUNT)  # fmt: skip
        cookie = b""
        for one in session.answers(number):
            if one.op == ldap_wire.ENTRY:
                count += 1
            elif one.op == ldap_wire.REFERENCE:
                cuts["referral"] = None
            elif one.op == ldap_wire.DONE:
                with session.errors():
                    result = ldap_wire.result(one)
                    value = ldap_wire.controls(one).get(ldap_wire.PAGED)
                    cookie = ldap_wire.page_cookie(value) if value else b""
        if result.code in LIMITS and count < LOOK_COUNT:
            cuts[LIMITS[result.code]] = None
        elif result.code and result.code not in LIMITS:
            raise session.refused(result)
        if not cookie or result.code or count >= LOOK_COUNT:
            return count, tuple(cuts)
