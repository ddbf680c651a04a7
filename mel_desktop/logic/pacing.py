"""When to try again after a temporary refusal (RFC 5321 4.5.4.1, quicker at first)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_MINUTES: Final = (1, 2, 5, 15, 30, 60)
_SPREAD: Final = 0.2


def retry_delay(attempts: int, key: int) -> timedelta:
    """Pause after the ``attempts``-th refusal: 1, 2, 5, 15, 30, then 60 minutes, for ever.

    Up to a fifth more, by ``key``: messages that were refused together do not come back together.
    """
    minutes = _MINUTES[min(max(attempts, 1), len(_MINUTES)) - 1]
    spread = (key * 2654435761 % 2**32) / 2**32 * _SPREAD  # Knuth's multiplicative hash
    return timedelta(minutes=minutes * (1 + spread))
