"""What of the environment our own child processes need: where Python and its libraries are."""

from __future__ import annotations

from typing import Final

KEPT: Final = ("SYSTEMROOT", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG")
