"""Where each rule runs, and where rules may redirect mail to.

Rule 1: a rule runs in one place: on the server when our script is active there and the server has
what the rule needs; else on this PC; never on both.
Rule 2: mail is redirected by the server alone: a PC that is off cannot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mel_desktop.logic.sieve_writing import Ground, needs
from mel_desktop.model.rules import Deed, Offered, PlacedRule, Rule, Runs

# Addresses of the ministry's: académies, and the State's own domains.
_OFFICIAL: Final = re.compile(r"(?:[a-z0-9-]+\.)*(?:ac-[a-z0-9-]+\.fr|gouv\.fr)")


def placed(
    rules: Sequence[Rule], ground: Ground, offered: Offered, *, is_active: bool
) -> tuple[PlacedRule, ...]:
    """Each rule and where it runs."""
    return tuple(_placed(one, ground, offered, is_active=is_active) for one in rules)


def _placed(rule: Rule, ground: Ground, offered: Offered, *, is_active: bool) -> PlacedRule:
    if not rule.enabled:
        return PlacedRule(rule, Runs.NOWHERE)
    if offered is Offered.UNKNOWN:
        return PlacedRule(rule, Runs.UNKNOWN)
    missing = needs(rule, ground)
    if offered is Offered.YES and is_active and not missing:
        return PlacedRule(rule, Runs.SERVER)
    if any(one.deed is Deed.REDIRECT for one in rule.actions):
        others = [one for one in rule.actions if one.deed not in (Deed.REDIRECT, Deed.STOP)]
        return PlacedRule(rule, Runs.HERE if others else Runs.NOWHERE, "rule-redirect-needs-server")
    why = "rule-server-cannot" if offered is Offered.YES and is_active else ""
    return PlacedRule(rule, Runs.HERE, why)


def may_redirect(address: str, own: str, policy: str) -> bool:
    """``policy``: never, anywhere, or school: one's own domain and the ministry's."""
    if policy == "anywhere":
        return True
    domain, home = address.rpartition("@")[2].lower(), own.rpartition("@")[2].lower()
    if policy != "school":
        return False
    return domain == home or domain.endswith(f".{home}") or bool(_OFFICIAL.fullmatch(domain))
