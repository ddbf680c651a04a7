"""How many examples the laws of the sync are tried on: MEL_EXAMPLES in all, 500 by default.

The ten laws of the planner share them; the machine, whose examples are whole histories on the real
service and store, takes as many as one law.

MEL_LONG=1: the long form of tests that have a short one. `dev.py faults` runs both.
"""

from __future__ import annotations

import os

LAWS = 10
OF_ALL = int(os.environ.get("MEL_EXAMPLES", "500"))
OF_ONE_LAW = max(1, OF_ALL // LAWS)
LONG = bool(os.environ.get("MEL_LONG"))
