"""How many examples the laws of the sync are tried on: MEL_EXAMPLES in all, 500 by default.

The ten laws of the planner share them; the machine, whose examples are whole histories on the real
service and store, takes as many as one law.
"""

from __future__ import annotations

import os

LAWS = 10
OF_ALL = int(os.environ.get("MEL_EXAMPLES", "500"))
OF_ONE_LAW = max(1, OF_ALL // LAWS)
