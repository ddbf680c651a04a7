"""What stands between the head of a message and its text: a strip a subject, hidden when empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.invitation_strip import InvitationStrip, ReceivedStrip
from mel_desktop.ui.organise_strips import ConversationStrip, TagsStrip
from mel_desktop.ui.receipt_strip import ReceiptStrip
from mel_desktop.ui.smime_strip import SmimeStrip
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.trust_strip import TrustStrip

# Top to bottom, as they are shown.
STRIPS: Final[tuple[Callable[[Facade, Bridge, Theme, QWidget], Strip], ...]] = (
    TrustStrip,
    SmimeStrip,
    InvitationStrip,
    ReceiptStrip,
    ReceivedStrip,
    TagsStrip,
    ConversationStrip,
)
