"""Rules for mail that comes, and the absence message."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import rule_notes
from mel_desktop.logic import rules as rule_logic
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Choice, FolderId, MessageId
from mel_desktop.model.rules import (
    Absence,
    Action,
    Condition,
    Consent,
    Deed,
    Match,
    Preview,
    Rule,
    RuleBook,
    RuleRun,
    RunId,
    Topic,
)
from mel_desktop.model.values import dataclass
from mel_desktop.services.local_rules import LocalRules
from mel_desktop.services.rule_exchange import RuleExchange
from mel_desktop.services.rules import Rules

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

logger = logging.getLogger("mel.rules")

DAY: Final = timedelta(days=1)
STALE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RuleWork:
    """The services behind the door."""

    book: Rules
    exchange: RuleExchange
    local: LocalRules

    def after_sync(self, account: AccountId) -> int:
        """Exchange with the server when that is due, then local rules; how many messages these
        were about. Trouble hides nothing of the sync. Network: blocks.
        """
        try:
            self.book.follow_folders(account)
            self.exchange.after_sync(account)
            return self.local.after_sync(account)
        except MelError as error:
            logger.info("rules of account %d: %s", account, error)
            return 0


class RulesDoor:
    """``facade.rules``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._rules = services.rules
        self._engine = engine

    # -- reads -------------------------------------------------------------------------------------

    def book(self, account: AccountId) -> RuleBook:
        """Rules, absence message, where they run, what waits. NOT_FOUND."""
        return self._rules.book.book(account)

    def copies(self, account: AccountId) -> tuple[tuple[str, str, datetime], ...]:
        """Scripts of the server as they were before: (name, text, when), newest first."""
        return self._rules.book.copies(account)

    def runs(self, account: AccountId) -> tuple[RuleRun, ...]:
        """What rules did on this PC, newest first."""
        return self._rules.local.runs(account)

    def preview(self, account: AccountId, folder: FolderId, chosen: Sequence[int]) -> Preview:
        """What rules (by place) would be about in a folder; nothing is done."""
        return self._rules.local.preview(account, folder, chosen)

    def rule_from(self, message: MessageId) -> Rule:
        """A rule to begin with: the list of the message, or else its sender. NOT_FOUND."""
        shown = self._services.reading.show(message)
        listed = shown.headers.get("list-id", ())
        if listed and listed[0].rpartition("<")[2].strip(" >"):
            value = listed[0].rpartition("<")[2].strip(" >")
            condition = Condition(Topic.LIST_ID, Match.CONTAINS, value)
            name = value
        else:
            condition = Condition(Topic.FROM, Match.IS, shown.sender.address)
            name = shown.sender.name or shown.sender.address
        return Rule(name[:100], (condition,), (Action(Deed.FILE),))

    def from_trees(self, trees: object) -> tuple[Rule, ...]:
        """Rules as the command line prints them. LocalRefusal(BAD_FILE)."""
        if not isinstance(trees, list):
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="rules")
        try:
            return tuple(map(rule_notes.rule_from_tree, trees))
        except rule_notes.NotReadable as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="rules") from error

    def check(self, rules: Sequence[Rule]) -> None:
        """LocalRefusal(USAGE) with ``why`` and ``rule``, as ``save`` would."""
        rule_logic.check(rules)

    def may_redirect(self) -> bool:
        """Whether the policy allows rules that redirect at all."""
        return self._services.policy.sending.redirect != "never"

    def holidays(self, account: AccountId) -> tuple[tuple[date, date], ...]:
        """(first, last day) of the school holidays ahead, the next first."""
        now = self._services.clock.now()
        hours = self._services.leaving.hours
        breaks = hours.calendar().zone(hours.zone(account)).breaks
        ahead = sorted((one.first, one.back - DAY) for one in breaks if one.back > now.date())
        return tuple(ahead[:3])

    # -- edits: stored at once, carried to the server when the line allows -------------------------

    def save(self, account: AccountId, rules: Sequence[Rule]) -> None:
        """All rules in their order. USAGE with ``why`` and ``rule`` | POLICY(redirect)."""
        self._rules.book.save(account, rules)
        self._engine.wake()

    def save_absence(self, account: AccountId, absence: Absence) -> None:
        """USAGE with ``why``: also where the server cannot answer."""
        self._rules.book.save_absence(account, absence)
        self._engine.wake()

    def consent(self, account: AccountId, consent: Consent) -> None:
        """What is to become of another program's script. USAGE."""
        self._rules.book.consent(account, consent)
        self._engine.wake()

    def resolve(self, account: AccountId, choice: Choice) -> None:
        """Decide a conflict: MINE or THEIRS. USAGE."""
        self._rules.book.resolve(account, choice)
        self._engine.wake()

    def set_server(self, account: AccountId, host: str, port: int) -> None:
        """Where ManageSieve is; "" and 0: port 4190 of the IMAP host. USAGE."""
        self._rules.book.set_server(account, host, port)
        self._engine.wake()

    def apply(
        self, account: AccountId, messages: Sequence[MessageId], chosen: Sequence[int]
    ) -> int:
        """Do now what these rules say of these messages; how many they were about."""
        count = self._rules.local.apply(account, messages, chosen)
        self._engine.wake()
        return count

    def undo(self, run: RunId) -> None:
        """Take back what rules did with a message; copies stay. NOT_FOUND | USAGE."""
        self._rules.local.undo(run)
        self._engine.wake()

    def is_stale(self, account: AccountId) -> bool:
        """Whether the server should be asked before a person believes what is shown."""
        book = self._rules.book.book(account)
        if self._services.switch.is_offline():
            return False
        return book.asked_at is None or self._services.clock.now() - book.asked_at > STALE

    # -- network -----------------------------------------------------------------------------------

    def look(self, account: AccountId) -> RuleBook:
        """Ask the server now, upload what waits; the book as it is then. Blocks; raises."""
        with self._engine.alone():
            self._rules.exchange.perform(account)
        return self.book(account)
