"""What one case of the hostile suite is, and what must hold after it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mel_desktop.model.accounts import Security
from tests.support.hostile_client import Outcome
from tests.support.hostile_imap import Answer, Attack, Box

Check = Callable[[Outcome], None]
NOTHING: Mapping[str, Answer] = {}


@dataclass(frozen=True)
class Case:
    """One attack and the bounds it must stay in."""

    attack: Attack
    security: Security = Security.TLS
    certificate: str = ""  # of tests.support.hostile_certificates, the good one when empty
    codes: tuple[str, ...] = ()  # what the sync must fail with; (): a report or any of our errors
    password_stays: bool = False  # the server may not learn it, not even in private
    sign_ins: int = 12  # a broken line may cost some; one that is refused is the last
    pushes: tuple[str, ...] = ()  # commands that the wishes explain
    wishes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ("INBOX", "Sent", "Classe")  # folders of which nothing may be missing
    peak_mib: int = 150
    seconds: float = 45.0  # far more than any needs: what hangs, hangs for ever
    silence: float = 2.0
    heals: bool = True  # an honest server afterwards: all is there, nothing else
    fires: bool = True  # the attack sits in ``on`` and must have been reached
    connector: Mapping[str, object] = field(default_factory=dict)
    check: Check | None = None
    forgets: bool = False  # the sign-in goes by nothing that was learnt before

    @property
    def name(self) -> str:
        return self.attack.name

    @property
    def knows_server(self) -> bool:
        """Half of the cases sign in blindly by what was learnt, the others wait for greetings."""
        return not self.forgets and zlib.crc32(self.name.encode()) % 2 == 0


def case(
    name: str,
    on: Mapping[str, Answer] = NOTHING,
    *,
    greeting: Answer | None = None,
    after: str = "",
    before: str = "",
    boxes: Callable[[], dict[str, Box]] | None = None,
    clear: bool = False,
    **bounds: Any,
) -> Case:
    """A case of its attack's parts and its bounds."""
    parts: dict[str, Any] = {"on": on, "greeting": greeting, "clear": clear}
    parts |= {"after": after} if after else {}
    parts |= {"before": before} if before else {}
    parts |= {"boxes": boxes} if boxes else {}
    bounds.setdefault("fires", bool(on))
    return Case(Attack(name, **parts), **bounds)


def never(*subjects: str) -> Check:
    """These must not have come in, whatever the folder."""

    def check(outcome: Outcome) -> None:
        found = {row[0] for rows in outcome.contents.values() for row in rows}
        assert not found & set(subjects)

    return check


def no_folder(*words: str) -> Check:
    """No folder whose name holds one of these."""

    def check(outcome: Outcome) -> None:
        assert not [one for one in outcome.contents for word in words if word in one]

    return check


def told(codes: Iterable[str]) -> Check:
    """The report names one of these failures or refusals: the lie was noticed."""
    wanted = set(codes)

    def check(outcome: Outcome) -> None:
        said = {outcome.code, *(row[0] for row in outcome.failures)}
        assert said & wanted or any(word in one for word in wanted for one in outcome.refusals), (
            outcome
        )

    return check
