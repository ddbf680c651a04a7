"""What waits for an answer."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import MessageId
from mel_desktop.model.values import dataclass


class FollowupKind(Enum):
    """Who is to answer."""

    FROM_THEM = "from-them"
    FROM_ME = "from-me"


class FollowupState(Enum):
    """Whether the day that was set has come."""

    WAITING = "waiting"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Followup:
    """One message that waits for an answer. ``message``: its copy on this PC, if there is one."""

    id: str
    kind: FollowupKind
    account: AccountId
    message: MessageId | None
    message_id: str
    subject: str
    people: tuple[str, ...]
    sent_at: datetime
    due_at: datetime | None
    state: FollowupState
