"""What is looked at before a message leaves, and what the teacher or the school wants of it.

Facts come from the store by indexed questions; the checks themselves are logic.sendchecks. ``look``
takes some milliseconds; ``require`` is what nobody gets around: the outbox takes no message whose
warnings were not accepted.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from mel_desktop.logic.recipients import domain_of, same_key
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import Draft, DraftAttachment, DraftId
from mel_desktop.model.people import EntryKind
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.model.safety import (
    CheckLevel,
    CheckSetting,
    FileNature,
    Known,
    SendingSettings,
    SendWarning,
    WarningCode,
)
from mel_desktop.model.sending import Allowance, Portion
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import identities, outgoing, people, people_search, settings, submission
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.people_rows import Stored

if TYPE_CHECKING:
    from mel_desktop.logic.pupil_data import Sign
    from mel_desktop.logic.sendchecks import Answered, FileFacts, Person, SendFacts
    from mel_desktop.services.pupil_files import PupilFiles
    from mel_desktop.store.blobwindow import BlobWindow

NAME: Final = "sending.checks"
MOST_OUTSIDE: Final = 5
MOST_LIST: Final = 20
UNDO_S: Final = 10
MOST_UNDO_S: Final = 60
HELD_LONGER: Final = timedelta(seconds=3)  # than the undo is shown
MOST_UNKNOWN: Final = 60  # addresses that are looked at more closely
MOST_RECENT: Final = 3_000
MOST_FILES_KEPT: Final = 500
HEAD: Final = 64 * 1024
SLOW: Final = timedelta(minutes=10)  # a message that is served sooner is not worth a word
FEW: Final = 20
# Habits of whoever sits before the screen: the window asks, a command is an act of its own. Once a
# person or the school has set them, they hold everywhere.
OF_THE_WINDOW: Final = frozenset({WarningCode.QUIET_HOURS})
DEFAULTS: Final = {WarningCode.FIRST_MAIL: CheckLevel.HINT}
# Sending limits of messages by domain of the account, where the académie states them
# (education-nationale.md section 1); used until the server itself has said a number.
STATED_SIZES: Final = {"ac-nancy-metz.fr": 20 * 1024 * 1024}
# What is looked at in a letter to many, once: each of its messages has but its own recipients.
OF_A_LETTER: Final = frozenset({
    WarningCode.NO_ATTACHMENT, WarningCode.NO_SUBJECT, WarningCode.TOO_LARGE,
    WarningCode.ENCRYPTED_FILE, WarningCode.DANGEROUS_FILE, WarningCode.QUIET_HOURS,
    WarningCode.PUPIL_DATA,
})  # fmt: skip
TABLES: Final = frozenset({"csv", "tsv", "txt"})
PHOTOS: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff"})
LARGE_PHOTO: Final = 200_000  # octets; a smaller one is hardly worth the trouble


class Limits(Protocol):
    """What services.pacing knows."""

    def allowance(self, account: AccountId, now: datetime) -> Allowance:
        """How many recipients may be written to now."""
        ...

    def forecast(
        self, account: AccountId, recipients: int, at: datetime | None = None
    ) -> tuple[Portion, ...]:
        """How a message to so many would leave."""
        ...


class Hours(Protocol):
    """What services.sending_hours knows."""

    def proposal(self, account: AccountId, at: datetime | None = None) -> datetime | None:
        """When a message had better leave."""
        ...


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look into a file told; it never changes."""

    nature: FileNature
    sign: Sign | None = None


class Safety:
    """Checks of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        *,
        limits: Limits,
        hours: Hours,
        policy: SendingPolicy | None = None,
        proposed: SendingPolicy | None = None,
        pupil_files: PupilFiles | None = None,
    ) -> None:
        """``proposed``: by the school, until the teacher chooses. ``pupil_files`` None: only tables
        are looked into.
        """
        self._database = database
        self._pupil_files = pupil_files
        self._accounts = accounts
        self._clock = clock
        self._limits = limits
        self._hours = hours
        self._policy = policy or SendingPolicy()
        self._proposed = proposed or SendingPolicy()
        self._guard = threading.Lock()
        self._looked: dict[tuple[int, object], _Looked] = {}
        self._pupils: tuple[object, tuple[tuple[str, ...], ...]] = (None, ())
        self._recent: tuple[object, list[tuple[str, str]]] = (None, [])

    # -- looking -----------------------------------------------------------------------------------

    def look(self, draft: DraftId, at: datetime | None = None) -> tuple[SendWarning, ...]:
        """What a person should see before the newest revision leaves (``at``, or now)."""
        return self._found(draft, at)[1]

    def look_at_letter(self, draft: DraftId, to: Iterable[Address] = ()) -> tuple[SendWarning, ...]:
        """The same of a letter to many, once for all whom it goes ``to``."""
        _, found = self._found(draft, None, tuple(to))
        return tuple(one for one in found if one.code in OF_A_LETTER)

    def read_files(self, draft: DraftId) -> None:
        """Look into the documents of a draft that goes outside: seconds, on a thread of its own;
        ``look`` then knows them. Cancelled.
        """
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        if self._pupil_files is None:
            return
        with self._database.read() as reader:
            current = outgoing.draft(reader, draft)
            names, mark = self._names_of_pupils(reader), safety.pupils_mark(reader)
        self._pupil_files.read(current, names, mark, self._clock.now().year)

    def require_letter(
        self, draft: DraftId, accepted: Iterable[str], to: Iterable[Address] = ()
    ) -> None:
        """As ``require``, for a letter to many."""
        agreed = {code_named(one) for one in accepted}
        _refuse_open(self.look_at_letter(draft, to), agreed | self._habits(self._chosen()))

    def require(self, draft: DraftId, accepted: Iterable[str], at: datetime | None = None) -> int:
        """The revision that may leave. NEEDS_DECISION with ``warnings`` that nobody accepted;
        POLICY where the school forbids: that cannot be accepted. USAGE: no such warning.
        """
        agreed = {code_named(one) for one in accepted}
        current, found = self._found(draft, at)
        _refuse_open(found, agreed | self._habits(self._chosen()))
        return current.revision

    def files(self, draft: DraftId) -> dict[int, FileNature]:
        """What is known of each file, by the id of the attachment."""
        with self._database.read() as reader:
            current = outgoing.draft(reader, draft)
            return {
                one.id: self._nature(reader, current, one).nature for one in current.attachments
            }

    def size_limit(self, account: AccountId) -> int:
        """Octets of a message that may leave; 0: nobody has said."""
        stated = STATED_SIZES.get(domain_of(self._accounts.get(account).email.lower()), 0)
        with self._database.read() as reader:
            return submission.facts(reader, account).size_limit or stated

    # -- settings ----------------------------------------------------------------------------------

    def settings(self) -> SendingSettings:
        """What is in force, and what the school has fixed."""
        chosen = self._chosen()
        undo = self._policy.undo_s
        return SendingSettings(
            checks=tuple(
                CheckSetting(code, self._level(code, chosen), self._fixed(code) is not None)
                for code in WarningCode
            ),
            most_outside=_first(
                self._policy.most_outside, chosen.get("most_outside"), MOST_OUTSIDE
            ),
            most_list=_first(self._policy.most_list, chosen.get("most_list"), MOST_LIST),
            undo_s=_first(undo, chosen.get("undo_s"), _first(self._proposed.undo_s, None, UNDO_S)),
            undo_is_fixed=undo is not None,
        )

    def chosen(self) -> dict[str, int | CheckLevel]:
        """What the teacher chose, by the names of the policy."""
        codes = {_key(code) for code in WarningCode}
        return {
            name: CheckLevel(value) if name in codes else value
            for name, value in self._chosen().items()
            if name not in codes or value in tuple(CheckLevel)
        }

    def set_check(self, code: WarningCode, level: CheckLevel) -> None:
        """POLICY: the school has fixed it. USAGE: forbidding is the school's."""
        if self._fixed(code) is not None:
            raise LocalRefusal(ErrorCode.POLICY, key=f"sending.{_key(code)}")
        if level is CheckLevel.FORBID:
            raise LocalRefusal(ErrorCode.USAGE, why="forbid")
        self._keep(_key(code), int(level))

    def set_undo(self, seconds: int) -> None:
        """0: no undo. POLICY | USAGE."""
        if self._policy.undo_s is not None:
            raise LocalRefusal(ErrorCode.POLICY, key="sending.undo_s")
        if not 0 <= seconds <= MOST_UNDO_S:
            raise LocalRefusal(ErrorCode.USAGE, why="undo-seconds")
        self._keep("undo_s", seconds)

    def held_until(self, chosen: datetime | None) -> datetime | None:
        """Before when a message that the window queues now must not leave."""
        seconds = self.settings().undo_s
        if not seconds:
            return chosen
        end = self._clock.now() + timedelta(seconds=seconds) + HELD_LONGER
        return end if chosen is None else max(chosen, end)

    # -- inside: levels ----------------------------------------------------------------------------

    def _chosen(self) -> Mapping[str, int]:
        with self._database.read() as reader:
            text = settings.load(reader, NAME)
        found = json.loads(text) if text else {}
        return {name: value for name, value in found.items() if isinstance(value, int)}

    def _keep(self, name: str, value: int) -> None:
        text = json.dumps({**self._chosen(), name: value})
        self._database.write(lambda tx: settings.save(tx, NAME, text), durable=True)

    def _fixed(self, code: WarningCode) -> CheckLevel | None:
        found = getattr(self._policy, _key(code))
        return found if isinstance(found, CheckLevel) else None

    def _level(self, code: WarningCode, chosen: Mapping[str, int]) -> CheckLevel:
        fixed = self._fixed(code)
        if fixed is not None:
            return fixed
        wanted = chosen.get(_key(code))
        if wanted in (CheckLevel.OFF, CheckLevel.HINT, CheckLevel.WARN):
            return CheckLevel(wanted)
        proposed = getattr(self._proposed, _key(code))
        if isinstance(proposed, CheckLevel):
            return proposed
        return DEFAULTS.get(code, CheckLevel.WARN)

    def _habits(self, chosen: Mapping[str, int]) -> set[WarningCode]:
        return {code for code in OF_THE_WINDOW if not self._is_set(code, chosen)}

    def _is_set(self, code: WarningCode, chosen: Mapping[str, int]) -> bool:
        school = (self._fixed(code), getattr(self._proposed, _key(code)))
        return any(one is not None for one in school) or _key(code) in chosen

    # -- inside: facts -----------------------------------------------------------------------------

    def _found(
        self, draft: DraftId, at: datetime | None, many: tuple[Address, ...] = ()
    ) -> tuple[Draft, tuple[SendWarning, ...]]:
        """``many``: those of a letter to many, who do not see each other."""
        from mel_desktop.logic import sendchecks  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            current = outgoing.draft(reader, draft)
            if many:
                alone = replace(current.content, to=(), cc=(), bcc=many)
                current = replace(current, content=alone)
            facts = self._facts(reader, current)
        facts = self._with_hours(facts, current.account, at)
        force, chosen = self.settings(), self._chosen()
        found = sendchecks.look(facts, most_outside=force.most_outside, most_list=force.most_list)
        levelled = (replace(one, level=self._level(one.code, chosen)) for one in found)
        return current, tuple(one for one in levelled if one.level is not CheckLevel.OFF)

    def _facts(self, reader: Reader, current: Draft) -> SendFacts:
        from mel_desktop.logic import sendchecks  # noqa: PLC0415 first needed here
        from mel_desktop.logic.sendchecks import SendFacts  # noqa: PLC0415 first needed here
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        content = current.content
        own = set(identities.own_addresses(reader))
        if content.sender is not None:
            own.add(same_key(content.sender.address))
        keys = {same_key(one.address): one for one in sendchecks.everybody(content)}
        known = {key: self._person(reader, key) for key in keys if key not in own}
        found = {key: one for key, one in known.items() if one is not None}
        strangers = [key for key in keys if key not in own][:MOST_UNKNOWN]
        written = frozenset(key for key in strangers if safety.written_to(reader, key))
        met = frozenset(key for key in strangers if key in written or safety.is_met(reader, key))
        unknown = [key for key in strangers if key not in found and key not in written]
        facts = SendFacts(
            content=content,
            own=frozenset(own),
            year=self._clock.now().year,
            answered=self._answered(reader, current),
            is_forward=current.forward is not None,
            people=found,
            met=met | frozenset([*keys][MOST_UNKNOWN:]),
            written=written,
            near={key: self._near(reader, key) for key in unknown},
            namesakes={
                key: self._namesakes(reader, key, keys[key], found.get(key))
                for key in strangers
                if key not in met
            },
            domains=frozenset(
                domain
                for domain in {domain_of(key) for key in unknown}
                if safety.has_domain(reader, domain)
            ),
            size_limit=self.size_limit(current.account),
        )
        if any(sendchecks.is_outside(facts, key) for key in keys):
            facts = replace(facts, pupils=self._names_of_pupils(reader))
        return replace(
            facts, files=tuple(self._file(reader, current, one) for one in current.attachments)
        )

    def _with_hours(self, facts: SendFacts, account: AccountId, at: datetime | None) -> SendFacts:
        from mel_desktop.logic import sendchecks  # noqa: PLC0415 first needed here

        better = self._hours.proposal(account, at)
        count = len({same_key(one.address) for one in sendchecks.everybody(facts.content)})
        if count <= FEW:
            return replace(facts, better_at=better)
        when = at or self._clock.now()
        portions = self._limits.forecast(account, count, at)
        last = portions[-1].at if portions else when
        if last - when <= SLOW:
            return replace(facts, better_at=better)
        return replace(
            facts, better_at=better, limited_until=last, limit_count=portions[0].recipients
        )

    def _person(self, reader: Reader, key: str) -> Person | None:
        from mel_desktop.logic import sendchecks  # noqa: PLC0415 first needed here
        from mel_desktop.logic.sendchecks import Person  # noqa: PLC0415 first needed here

        stored = people.with_address(reader, key)
        if stored is None:
            return None
        is_person = stored.entry.kind is EntryKind.PERSON
        is_parent = is_person and sendchecks.is_parent_role(stored.entry.role)
        return Person(_known(stored), is_person, is_parent)

    def _answered(self, reader: Reader, current: Draft) -> Answered | None:
        from mel_desktop.logic.sendchecks import Answered  # noqa: PLC0415 first needed here

        if current.reply_to is None:
            return None
        original = outgoing.original(reader, current.reply_to)
        author = original.reply_to or (original.sender,)
        return Answered(tuple(one.address for one in (original.sender, *author)))

    def _near(self, reader: Reader, key: str) -> tuple[Known, ...]:
        """People of the directory, and those written to, whose address is nearly this one."""
        from mel_desktop.logic import lookalikes  # noqa: PLC0415 first needed here
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        found = {
            same_key(one.entry.email): _known(one)
            for one in safety.near(reader, key)
            if lookalikes.is_near(key, same_key(one.entry.email))
        }
        half = max(3, len(key) // 2)
        first, last = key[: half - 1], key[-half:]
        for address, name in self._recently(reader):
            if (address.startswith(first) or address.endswith(last)) and lookalikes.is_near(
                key, address
            ):
                found.setdefault(address, Known(name or address, address))
        return tuple(found.values())

    def _recently(self, reader: Reader) -> list[tuple[str, str]]:
        mark = people_search.correspondents_mark(reader)
        with self._guard:
            if self._recent[0] != mark:
                self._recent = (mark, people_search.correspondents(reader, MOST_RECENT))
            return self._recent[1]

    def _namesakes(
        self, reader: Reader, key: str, typed: Address, person: Person | None
    ) -> tuple[Known, ...]:
        from mel_desktop.logic import lookalikes  # noqa: PLC0415 first needed here
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        name = typed.name if person is None else person.known.name
        if not name or (person is not None and not person.is_person):
            return ()
        return tuple(
            _known(one)
            for one in safety.named(reader, name)
            if lookalikes.same_name(one.entry.name, name) and same_key(one.entry.email) != key
        )

    def _names_of_pupils(self, reader: Reader) -> tuple[tuple[str, ...], ...]:
        from mel_desktop.logic import pupil_data, sendchecks  # noqa: PLC0415 first needed here
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        mark = safety.pupils_mark(reader)
        with self._guard:
            if self._pupils[0] != mark:
                names = (
                    pupil_data.name_words(one.entry.name)
                    for one in safety.pupils(reader)
                    if sendchecks.is_pupil_role(one.entry.role)
                )
                self._pupils = (mark, tuple(name for name in names if name))
            return self._pupils[1]

    def _file(self, reader: Reader, current: Draft, one: DraftAttachment) -> FileFacts:
        from mel_desktop.logic import pupil_data  # noqa: PLC0415 first needed here
        from mel_desktop.logic.sendchecks import FileFacts  # noqa: PLC0415 first needed here
        from mel_desktop.model.risky import is_refused  # noqa: PLC0415 first needed here
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here

        looked = self._nature(reader, current, one)
        sign, is_unread = None, False
        if self._pupil_files is not None:
            mark = safety.pupils_mark(reader)
            sign, is_unread = self._pupil_files.sign(reader, current, one, mark)
        return FileFacts(
            one.id,
            one.filename,
            one.size,
            looked.nature.lock,
            looked.nature.inside,
            is_refused(one.filename),
            looked.sign or sign or pupil_data.in_name(one.filename),
            is_unread=is_unread,
            is_photo=one.media_type in PHOTOS
            and one.size >= LARGE_PHOTO
            and one.id not in outgoing.originals(reader, current.id),
            is_in_text=bool(one.content_id),
        )

    def _nature(self, reader: Reader, current: Draft, one: DraftAttachment) -> _Looked:
        from mel_desktop.store import safety  # noqa: PLC0415 first needed here
        from mel_desktop.store.blobwindow import BlobWindow  # noqa: PLC0415 first needed here

        key = (one.id, safety.pupils_mark(reader))
        with self._guard:
            found = self._looked.get(key)
        if found is None:
            window = BlobWindow(reader, outgoing.attachment_blob(reader, current.id, one.id))
            found = self._looked_into(reader, window, one.filename)
            with self._guard:
                while len(self._looked) >= MOST_FILES_KEPT:
                    del self._looked[next(iter(self._looked))]
                self._looked[key] = found
        return found

    def _looked_into(self, reader: Reader, window: BlobWindow, filename: str) -> _Looked:
        from mel_desktop.formats import locked_files  # noqa: PLC0415 seldom
        from mel_desktop.logic import pupil_data  # noqa: PLC0415 first needed here
        from mel_desktop.model.risky import is_refused  # noqa: PLC0415 first needed here

        lock = locked_files.lock(window.read, window.size)
        names = locked_files.members(window.read, window.size)
        inside = next((name for name in names if is_refused(name)), "")
        sign = None
        if filename.lower().rpartition(".")[2] in TABLES:
            head = _text(window.read(0, HEAD))
            sign = pupil_data.in_table(head, self._names_of_pupils(reader), self._clock.now().year)
        return _Looked(FileNature(lock, inside.rpartition("/")[2]), sign)


def code_named(name: str) -> WarningCode:
    """What a person means by ``NO_SUBJECT``, ``no-subject``. LocalRefusal(USAGE)."""
    try:
        return WarningCode(name.strip().lower().replace("_", "-"))
    except ValueError as error:
        raise LocalRefusal(ErrorCode.USAGE, option="--accept") from error


def _text(octets: bytes) -> str:
    for charset in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(charset)
        except UnicodeDecodeError as error:
            if charset == "utf-8-sig" and error.start >= len(octets) - 3:  # cut within a letter
                return octets[: error.start].decode(charset)
    return octets.decode("latin-1")


def _known(stored: Stored) -> Known:
    one = stored.entry
    return Known(one.name, one.email, one.role, one.school, one.classes)


def _key(code: WarningCode) -> str:
    return code.value.replace("-", "_")


def _listed(codes: Iterable[WarningCode]) -> str:
    return " ".join(dict.fromkeys(one.value for one in codes))


def _first(*values: int | None) -> int:
    return next(one for one in values if one is not None)


def _refuse_open(found: Iterable[SendWarning], agreed: Collection[WarningCode]) -> None:
    """POLICY for what is forbidden, else NEEDS_DECISION for what nobody has agreed to."""
    found = tuple(found)
    forbidden = [one.code for one in found if one.level is CheckLevel.FORBID]
    if forbidden:
        raise LocalRefusal(ErrorCode.POLICY, why="forbidden-warnings", warnings=_listed(forbidden))
    open_ = [one.code for one in found if one.level is CheckLevel.WARN and one.code not in agreed]
    if open_:
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="warnings", warnings=_listed(open_))
