"""The door to room and quota: reached by ``facade.storage``.

What blocks says so: the window calls it through ``facade.in_background``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.storage import (
    Compacted,
    Freed,
    Going,
    HeavyMessage,
    KeptMessage,
    QuotaState,
    Retention,
    RetentionRule,
    StorageView,
)

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services


class StorageDoor:
    """Room on this PC and on the server."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    # -- room on this PC -------------------------------------------------------------------------

    def view(self) -> StorageView:
        """What takes room and what may go. Takes some tenths of a second on a large mailbox."""
        return self._services.storage.view()

    def free(
        self,
        what: Sequence[Going],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Freed:
        """Let contents go from this PC that the server has; opening brings them back. Blocks."""
        return self._services.storage.free(what, progress, cancelled)

    def compact(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Compacted:
        """Give free pages back to the disk. Blocks. DISK_FULL (``needed``, ``free``) |
        PROFILE_BUSY | Cancelled.
        """
        with self._engine.alone():
            return self._services.storage.compact(progress, cancelled)

    def retention_rules(self) -> tuple[RetentionRule, ...]:
        """The rules as they were set: of accounts first, then of folders."""
        return self._services.retentions.rules()

    def retention_limits(self) -> Retention:
        """Days that the school's policy lets contents stay at most; 0: it does not say."""
        return self._services.retentions.limits

    def set_retention(
        self, account: AccountId, folder: FolderId | None, rule: Retention | None
    ) -> None:
        """Set a rule, or (None) take it away; carried out little by little. NOT_FOUND | USAGE."""
        self._services.retentions.set_rule(account, folder, rule)
        self._engine.tend_soon()

    # -- room on the server ----------------------------------------------------------------------

    def quotas(self) -> tuple[QuotaState, ...]:
        """What servers last said, and when."""
        return self._services.quotas.states()

    def ask_quota(self, account: AccountId) -> tuple[QuotaState, ...]:
        """Ask the server now. Network: blocks."""
        return self._services.quotas.ask(account)

    def heaviest(self, account: AccountId, limit: int = 50) -> tuple[HeavyMessage, ...]:
        """Messages that take most room on the server."""
        return self._services.quotas.heaviest(account, limit)

    def keep_here(self, messages: Sequence[MessageId]) -> None:
        """Keep these on this PC and remove them from the server, once every octet is here and
        verified. NOT_FOUND | USAGE | TOO_LARGE.
        """
        self._services.keeping.keep(messages)
        self._engine.wake()

    def kept(self) -> tuple[KeptMessage, ...]:
        """Messages that are, or are to be, on this PC only."""
        return self._services.keeping.all()

    def bring_back(self, message: MessageId) -> None:
        """Undo ``keep_here``: within 30 days it is put back on the server. NOT_FOUND | USAGE."""
        self._services.keeping.undo(message)
        self._engine.wake()

    def retry_keeping(self, message: MessageId) -> None:
        """What was refused waits again. NOT_FOUND | USAGE."""
        self._services.keeping.retry(message)
        self._engine.wake()
