"""One reading of an LDAP directory: all of it, or what changed since the last (ldap_ports).

All: in one stream by RFC 4533 (refreshOnly, no cookie) where the server offers that, else by pages
(RFC 2696), else in one answer. Changes: by RFC 4533 from the cookie that the server gave, else the
entries whose time of change is not older than the newest one seen, less what may have changed while
the copy was made.

Rule 1: referrals are never followed: they would send a password to a server nobody chose. They are
told by host. Aliases are not followed either.
Rule 2: filters are constants and the server's own times. No text from a person ever enters one.
Rule 3: a copy that the server cut short is never called complete, and leaves no state behind.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import re
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.formats import ldap_profiles, ldap_wire
from mel_desktop.formats.ldap_attributes import NO_STATE, Attributes, Raw, Taken
from mel_desktop.formats.ldap_entry import NAMES, Mapper
from mel_desktop.formats.ldap_values import key_of
from mel_desktop.formats.ldap_wire import Message
from mel_desktop.ldap_ports import State
from mel_desktop.model.ldap import LdapBatch
from mel_desktop.model.people import Item, LdapSettings
from mel_desktop.net.ldap_session import (
    LIMITS,
    NO_CONTROL,
    REFERRAL,
    REFRESH_REQUIRED,
    SUCCESS,
    Answer,
    Session,
)

log = logging.getLogger("mel.ldap")

MAX_ENTRIES: Final = 500_000
BATCH: Final = 500
CENSUS_PAGE: Final = 2_000
# Parts of Active Directory that hold no people: references to them cut nothing off.
EMPTY_REFERENCES: Final = re.compile(r"DomainDnsZones|ForestDnsZones|CN=Configuration", re.I)
OVERLAP_SECONDS: Final = 300  # changes that reached this replica late
STALE_DAYS: Final = 1  # a newest time so long ago is past, however wrong the clock here
IDENTITIES: Final = ("entryUUID", "nsUniqueId", "objectGUID")
# Attributes whose values many entries share
SHARED: Final = frozenset({
    "objectclass", "givenname", "sn", "title", "o", "ou", "l", "businesscategory", "employeetype",
    "edupersonprimaryaffiliation", "supannetablissement", "supanncivilite", "entpersonprofils",
    "entpersoncivilite", "personaltitle", "entpersonfonctions", "entpersonstructrattach",
    "entstructureuai", "enteleveclasses", "entauxensclasses", "entauxensclassesprincipal",
    "entpersonclasses", "entelevegroupes", "rne", "type", "entpersonprenom", "entpersonnom",
})  # fmt: skip
SYNC, CHANGED, ALL = "sync", "changed", "all"


class Reading:
    """ldap_ports.LdapReading."""

    def __init__(self, session: Session, settings: LdapSettings, base: str, state: State) -> None:
        self._session, self._settings, self._base = session, settings, base
        self._stack = ExitStack()
        self._page_size = max(10, min(settings.page_size, 5_000))
        self._parser = Attributes(SHARED, NAMES)
        self._read = 0
        self._newest = ""
        self._cuts: dict[str, None] = {}
        self._state: dict[str, str | int] = {}
        self._began = time.monotonic()
        self.names_the_rest = False
        root = session.naming()
        controls = {one.encode() for one in root.get("supportedcontrol", ())}
        # A root entry that is hidden says nothing; pages are tried then.
        self._has_pages = ldap_wire.PAGED in controls or not controls
        self._has_sync = ldap_wire.SYNC_REQUEST in controls
        is_ad = ldap_profiles.AD_OID in root.get("supportedcapabilities", ())
        self._time_name = "whenChanged" if is_ad else "modifyTimestamp"
        chosen = settings.profile or str(state.get("profile", ""))
        self._profile = chosen or ldap_profiles.guess(shown(session, base, root))
        # Asked for by the profile that a person chose; else by all of them: a guess loses nothing.
        plan = ldap_profiles.profile(settings.profile)
        self._filter = ldap_wire.any_of(
            *(ldap_wire.equal("objectClass", name) for name in plan.classes)
        )
        photo = (ldap_profiles.PHOTO,) if settings.photos else ()
        self._wanted = (*plan.attributes, *photo)
        self._attributes = (*self._wanted, *IDENTITIES, self._time_name)
        self._scope = hashlib.sha256(
            repr((base, self._filter, self._attributes)).encode()
        ).hexdigest()[:16]
        self._mapper = Mapper(self._profile, photos=settings.photos)
        self._way = ALL
        self._number = 0
        self._lag = 0
        self._first: Answer | None = None
        self._answers: Iterator[Answer] = iter(())
        self._begin(state if state.get("scope") == self._scope else {})

    # -- ldap_ports.LdapReading --------------------------------------------------------------------

    @property
    def is_delta(self) -> bool:
        """Whether only changes come."""
        return self._way != ALL

    @property
    def is_unchanged(self) -> bool:
        """The first answer to a cookie is the last, and names nothing that is gone."""
        one = self._first
        if self._way != SYNC or not isinstance(one, Message) or one.op != ldap_wire.DONE:
            return False
        with self._session.errors():
            value = ldap_wire.controls(one).get(ldap_wire.SYNC_DONE)
            if not value or ldap_wire.result(one).code != SUCCESS:
                return False
            return ldap_wire.sync_done(value)[1]

    @property
    def complete(self) -> bool:
        """Whether nothing was cut off."""
        return not self._cuts

    @property
    def cuts(self) -> tuple[str, ...]:
        """Why it is not complete."""
        return tuple(self._cuts)

    @property
    def state(self) -> State:
        """Where the next reading may go on."""
        return {} if self._cuts else self._state

    @property
    def octets(self) -> int:
        """On the wire, both ways."""
        return self._session.meter.received + self._session.meter.sent

    def leaves(self, stack: ExitStack) -> None:
        """What ``close`` has to close."""
        self._stack = stack

    def close(self) -> None:
        """Leave the server."""
        self._stack.close()

    def __iter__(self) -> Iterator[LdapBatch]:
        if self._way == CHANGED:
            yield from self._pages(self._since())
            self._keep_time()
            return
        if self._number:  # the answer to a sync request is on its way
            if (yield from self._synced()) or self._way == SYNC:
                return
            self._cuts.clear()  # cut short: pages may get further
            log.info("synchronisation stopped after %d entries; reading by pages", self._read)
        yield from self._pages(self._filter)
        self._keep_time()

    def census(self) -> Iterator[LdapBatch]:
        """All entries by UUID and key only."""
        for entries in self._paged(self._filter, IDENTITIES, CENSUS_PAGE):
            found = []
            for dn, raw, _, _ in entries:
                if identity := _identity(raw):
                    found.append((identity, key_of(dn)))
            yield LdapBatch(objects=tuple(found))

    # -- how to read -------------------------------------------------------------------------------

    def _begin(self, state: State) -> None:
        """Choose the way; a cookie that the server no longer knows means all."""
        kept = _octets(str(state.get("cookie", "")))
        if self._has_sync and (kept or state.get("way") != CHANGED):
            self._ask_sync(kept)
            if kept:
                self._way = SYNC
                if self._is_refused():
                    log.info("synchronisation begins anew")
                    self._way = ALL
                    self._ask_sync(b"")
            if self._way == ALL and self._is_refused():
                self._number, self._has_sync = 0, False
        if not self._number and state.get("way") == CHANGED and state.get("newest"):
            self._way = CHANGED
            self._newest = str(state["newest"])
            self._lag = int(state.get("lag", 0))

    def _ask_sync(self, cookie: bytes) -> None:
        self._number = self._session.ask(
            self._base, self._filter, self._wanted, control=ldap_wire.sync(cookie)
        )
        self._answers = self._session.taken(self._number, self._parser)
        self._first = next(self._answers)

    def _is_refused(self) -> bool:
        """Whether the first answer says that it cannot be done like this."""
        one = self._first
        if not isinstance(one, Message) or one.op != ldap_wire.DONE:
            return False
        with self._session.errors():
            code = ldap_wire.result(one).code
        return code == REFRESH_REQUIRED or code in NO_CONTROL

    def _synced(self) -> Generator[LdapBatch, None, bool]:
        """The answer to the sync request in batches. Returns whether it came to its end."""
        assert self._first is not None
        one: Answer = self._first
        entries: list[Taken] = []
        done: Message | None = None
        while done is None:
            batch = _Collected()
            while done is None and len(entries) < BATCH:
                if isinstance(one, list):
                    entries += one
                elif one.op == ldap_wire.REFERENCE:
                    self._note_references(one)
                elif one.op == ldap_wire.INTERMEDIATE:
                    self._take_info(one, batch)
                elif one.op == ldap_wire.DONE:
                    done = one
                    break
                one = next(self._answers)
            while entries:
                self._take_synced(entries[:BATCH], batch)
                del entries[:BATCH]
                yield batch.taken()
                batch = _Collected()
                if self._read > MAX_ENTRIES:
                    self._cuts["too-many"] = None
                    return True
            if batch.gone or batch.present:
                yield batch.taken()
        return self._end_of_sync(done)

    def _take_info(self, one: Message, batch: _Collected) -> None:
        with self._session.errors():
            told = ldap_wire.sync_info(one)
        if told is not None:
            (batch.gone if told.deletes else batch.present).extend(map(_uuid_text, told.uuids))

    def _end_of_sync(self, done: Message) -> bool:
        with self._session.errors():
            result = ldap_wire.result(done)
            value = ldap_wire.controls(done).get(ldap_wire.SYNC_DONE)
            cookie, deletes = ldap_wire.sync_done(value) if value else (b"", False)
        self._session.note("synchronisation", result.code, self._read)
        if not self._take_result(result, self._read):
            return False
        if self._way == SYNC:
            # RFC 4533 3.3.2: a refresh without refreshDeletes names all that is still there.
            self.names_the_rest = not deletes
        if cookie:
            self._state = self._kept(SYNC, cookie=base64.b64encode(cookie).decode())
        return True

    def _take_synced(self, entries: list[Taken], batch: _Collected) -> None:
        for dn, raw, state, octets in entries:
            if state == ldap_wire.DELETED:
                batch.gone.append(_uuid_text(octets))
            elif state == ldap_wire.PRESENT:
                batch.present.append(_uuid_text(octets))
            elif state == NO_STATE:
                raise self._session.broken()
            else:
                self._take(dn, raw, batch, _uuid_text(octets))

    def _take(self, dn: bytes, raw: Raw, batch: _Collected, identity: str) -> None:
        """Map one entry into the batch."""
        self._read += 1
        key = key_of(dn)
        found = self._mapper.items_of(key, raw, identity)
        if found:
            batch.items += found
        else:
            batch.skipped += 1
        if identity:
            batch.objects.append((identity, key))

    # -- pages -------------------------------------------------------------------------------------

    def _pages(self, filter_: bytes) -> Iterator[LdapBatch]:
        for entries in self._paged(filter_, self._attributes, self._page_size):
            batch = _Collected()
            for dn, raw, _, _ in entries:
                changed = raw.get(self._time_name.lower())
                if changed and (text := changed[0].decode("ascii", "replace")) > self._newest:
                    self._newest = text
                self._take(dn, raw, batch, _identity(raw))
            yield batch.taken()
            if self._read >= MAX_ENTRIES:
                self._cuts["too-many"] = None
                return

    def _paged(
        self, filter_: bytes, attributes: tuple[str, ...], size: int
    ) -> Iterator[list[Taken]]:
        """The entries of each page; the next one is asked for before a page is looked at."""
        cookie, number = b"", self._ask_page(filter_, attributes, size, b"")
        count = 0
        while True:
            entries: list[Taken] = []
            done: Message | None = None
            for one in self._session.taken(number, self._parser):
                if isinstance(one, list):
                    entries += one
                    while not self._has_pages and len(entries) >= BATCH:
                        count += BATCH
                        yield entries[:BATCH]
                        del entries[:BATCH]
                elif one.op == ldap_wire.REFERENCE:
                    self._note_references(one)
                elif one.op == ldap_wire.DONE:
                    done = one
            assert done is not None
            with self._session.errors():
                result = ldap_wire.result(done)
                value = ldap_wire.controls(done).get(ldap_wire.PAGED)
                cookie = ldap_wire.page_cookie(value) if value else b""
            count += len(entries)
            self._session.note(f"search, base ‹{len(self._base)}›, page of {size}",
                               result.code, len(entries))  # fmt: skip
            if self._has_pages and count == 0 and result.code in NO_CONTROL:
                log.info("the directory has no pages")
                self._has_pages = False
                number = self._ask_page(filter_, attributes, size, b"")
                continue
            goes_on = self._take_result(result, count) and bool(cookie)
            if goes_on and count < MAX_ENTRIES:
                number = self._ask_page(filter_, attributes, size, cookie)
            yield entries
            if not goes_on or count >= MAX_ENTRIES:
                return

    def _ask_page(
        self, filter_: bytes, attributes: tuple[str, ...], size: int, cookie: bytes
    ) -> int:
        control = ldap_wire.paged(size, cookie) if self._has_pages else b""
        return self._session.ask(self._base, filter_, attributes, control=control)

    def _take_result(self, result: ldap_wire.Result, count: int) -> bool:
        """Whether the search came to its end as it should. SERVER_REFUSED."""
        if result.code == SUCCESS:
            return True
        if result.code in LIMITS:
            log.info("directory cut by the server: result %d after %d", result.code, count)
            self._cuts[LIMITS[result.code]] = None
            return False
        if result.code == REFERRAL:
            self._note_hosts(result.referrals)
            return False
        raise self._session.refused(result)

    def _note_references(self, one: Message) -> None:
        with self._session.errors():
            self._note_hosts(ldap_wire.references(one))

    def _note_hosts(self, links: tuple[str, ...]) -> None:
        for link in links[:1]:  # the others lead to copies of the same
            if EMPTY_REFERENCES.search(link):
                continue
            try:
                host = urlsplit(link).hostname or "?"
            except ValueError:
                host = "?"
            if len(self._cuts) < 20:
                self._cuts[f"referral:{host[:100]}"] = None

    # -- times -------------------------------------------------------------------------------------

    def _since(self) -> bytes:
        """All that changed at or after the newest time seen, less the time of that copy.

        Only the server's times are compared. The clock here tells no more than that the newest one
        is long past: then nothing else can still come with the same second.
        """
        newest = _moment(self._newest)
        text = self._newest
        if newest is not None:
            if datetime.now(UTC) - newest > timedelta(days=STALE_DAYS):
                newest += timedelta(seconds=1)
            else:
                newest -= timedelta(seconds=self._lag + OVERLAP_SECONDS)
            text = newest.strftime("%Y%m%d%H%M%S") + (".0Z" if "." in text else "Z")
        return ldap_wire.all_of(self._filter, ldap_wire.at_least(self._time_name, text))

    def _keep_time(self) -> None:
        if self._newest:
            lag = int(time.monotonic() - self._began) + 1
            self._state = self._kept(CHANGED, newest=self._newest, lag=lag)

    def _kept(self, way: str, **more: str | int) -> dict[str, str | int]:
        return {"way": way, "scope": self._scope, "profile": self._profile, **more}


class _Collected:
    """A batch in the making."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.objects: list[tuple[str, str]] = []
        self.gone: list[str] = []
        self.present: list[str] = []
        self.skipped = 0

    def taken(self) -> LdapBatch:
        """As a value."""
        return LdapBatch(
            tuple(self.items), tuple(self.objects), tuple(self.gone), tuple(self.present),
            self.skipped,
        )  # fmt: skip


def shown(session: Session, base: str, root: dict[str, list[str]]) -> ldap_profiles.Shown:
    """What the server shows of itself, for a guess of the profile: schema and a few entries."""
    people = ldap_wire.any_of(
        *(ldap_wire.equal("objectClass", name) for name in ldap_profiles.ANY.classes)
    )
    some = session.entries(base, ("objectClass", "ENTPersonProfils"), filter_=people,
                           size_limit=60)  # fmt: skip
    classes: frozenset[str] = frozenset()
    if not some:
        for where in root.get("subschemasubentry", [])[:1]:
            for _, values in session.entries(where, ("objectClasses",), scope=ldap_wire.BASE):
                classes = ldap_profiles.class_names(values.get("objectclasses", []))
    return ldap_profiles.Shown(
        capabilities=frozenset(root.get("supportedcapabilities", ())),
        classes=classes,
        seen=frozenset(
            name.lower() for _, values in some for name in values.get("objectclass", ())
        ),
        dns=tuple(dn.lower() for dn, _ in some),
        person_profiles=frozenset(
            text.lower() for _, values in some for text in values.get("entpersonprofils", ())
        ),
    )


def _identity(raw: Raw) -> str:
    """UUID of an entry as text, whatever the server calls it; "" where there is none."""
    if values := raw.get("entryuuid"):
        return values[0].decode("ascii", "replace").lower()[:100]
    if values := raw.get("nsuniqueid"):
        return values[0].decode("ascii", "replace").lower()[:100]
    if (values := raw.get("objectguid")) and len(values[0]) == 16:
        return str(uuid.UUID(bytes_le=values[0]))
    return ""


def _uuid_text(octets: bytes) -> str:
    """RFC 4122 3; uuid.UUID takes four times as long."""
    text = octets.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _moment(text: str) -> datetime | None:
    """A GeneralizedTime in UTC (RFC 4517 3.3.13) as servers write it; None for another form."""
    match = re.match(r"(\d{14})(?:[.,]\d+)?Z$", text)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
