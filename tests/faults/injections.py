"""The kinds of fault. Each injection begins where both sides agree and must end there."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from mel_desktop.model.errors import MelError
from mel_desktop.model.outgoing import DraftContent
from tests.faults.child import Child
from tests.faults.ledger import Round, Wish, drafts_apart
from tests.faults.proxy import DOWN, UP
from tests.faults.world import FOLDERS, Seen, World

CLEAN_SYNCS: Final = 4
_WISHES: Final = 5


@dataclass(slots=True)
class Tally:
    """How one kind fared."""

    kind: str
    injected: int = 0
    hit: int = 0  # the fault came while the sync was under way
    failures: list[str] = field(default_factory=list)


class Injector:
    """Runs injections of any kind in one world."""

    def __init__(self, world: World, say: Callable[[str], None]) -> None:
        self.world = world
        self._say = say
        self._first_size: tuple[int, int] = (4_000, 20_000)
        self._versions = 0
        self._folders: set[str] = set()  # made in the rounds
        self._given = world.other.folders()
        world.sync()

    def run(self, kind: str, count: int) -> Tally:
        """``count`` injections; of kills, at each commit point until there are no more."""
        tally = Tally(kind)
        inject: Callable[[Tally, Round, int], bool] = getattr(self, f"_{kind}")
        number = 0
        # those that came too late to hit anything do not count, as long as there are not too many
        while tally.hit < count and number < 2 * count:
            number += 1
            around = self._begin(kind)
            tally.injected += 1
            hit = inject(tally, around, number)
            tally.hit += hit
            self._end(tally, around, number)
        return tally

    # -- kinds -------------------------------------------------------------------------------------

    def _cut(self, tally: Tally, around: Round, number: int) -> bool:
        """The line is cut at a random octet, up or down, by RST or FIN."""
        dice = self.world.dice
        around.meddle(self.world.other, dice, apart=True)
        cut = partial(
            self.world.proxy.cut, reset=dice.random() < 0.5, stay_down=dice.random() < 0.7
        )
        return self._at_some_octet(cut)

    def _restart(self, tally: Tally, around: Round, number: int) -> bool:
        """The server goes down in the middle, politely or not, and comes up again."""
        dice, server = self.world.dice, self.world.server
        around.meddle(self.world.other, dice, apart=True)
        down = server.kill if dice.random() < 0.5 else server.stop
        lock = threading.Event()

        def action() -> None:
            self.world.proxy.cut(reset=True, stay_down=True)
            down()
            server.start()
            lock.set()

        hit = self._at_some_octet(action)
        if hit:
            lock.wait(60)
        return hit

    def _uidvalidity(self, tally: Tally, around: Round, number: int) -> bool:
        """A folder gets another UIDVALIDITY, before a sync or in the middle of one."""
        dice = self.world.dice
        around.meddle(self.world.other, dice, apart=True)
        bump = partial(
            self.world.bump_uidvalidity, dice.choice(FOLDERS), renumber=dice.random() < 0.5
        )
        if dice.random() < 0.5:
            bump()
            self._sync_once()
            return True
        return self._at_some_octet(bump)

    def _duel(self, tally: Tally, around: Round, number: int) -> bool:
        """Another client works at the same messages while the sync runs."""
        dice = random.Random(self.world.dice.getrandbits(64))
        started = threading.Event()

        def rival() -> None:
            started.set()
            around.meddle(self.world.other, dice, apart=False, deeds=dice.randint(3, 9))

        thread = threading.Thread(target=rival)
        around.meddle(self.world.other, self.world.dice, apart=False, deeds=2)
        thread.start()
        started.wait(10)
        self._sync_once()
        busy = thread.is_alive()
        thread.join(60)
        return busy

    def _kill(self, tally: Tally, around: Round, number: int) -> bool:
        """The program is killed (-9) before or after its n-th commit of a sync."""
        around.meddle(self.world.other, self.world.dice, apart=True)
        self.world.shut()
        point = self._next_point
        with Child(self.world.profile, self.world.clock.ahead_s) as child:
            killed = child.sync_and_die(*point)
        # one after the other, before and after each; from the start again behind the last one
        self._next_point = _following(point) if killed else (1, False)
        return killed

    _next_point: tuple[int, bool] = (1, False)

    # -- inside ------------------------------------------------------------------------------------

    def _begin(self, kind: str) -> Round:
        world = self.world
        world.proxy.open()
        around = Round(world.other.everything())
        around.wish(world.opened(), world.dice, _WISHES)
        if kind != "duel":
            self._write()
            self._arrange()
        world.clock.jump(minutes=5)  # a draft that is being written is left alone
        return around

    def _write(self) -> None:
        """A draft is begun, gone on with or thrown away."""
        world, dice = self.world, self.world.dice
        facade = world.opened()
        self._versions += 1
        content = DraftContent(subject=f"Brouillon {self._versions}", text="x" * 400)
        drafts = facade.drafts()
        if len(drafts) < 3 and dice.random() < 0.5:
            facade.new_draft(world.account, content)
        elif drafts:
            chosen = dice.choice(drafts).id
            if dice.random() < 0.2:
                facade.delete_draft(chosen)
            else:
                facade.save_draft(chosen, content)

    def _arrange(self) -> None:
        """A folder is made, renamed or taken away."""
        world, dice = self.world, self.world.dice
        facade = world.opened()
        if dice.random() < 0.6:
            return
        self._versions += 1
        name = f"Projet {self._versions}"
        if len(self._folders) < 2:
            facade.create_folder(world.account, name)
            self._folders.add(name)
            return
        chosen = dice.choice(sorted(self._folders))
        self._folders.remove(chosen)
        if dice.random() < 0.5:
            facade.rename_folder(facade.find_folder(chosen).id, name)
            self._folders.add(name)
        else:
            facade.delete_folder(facade.find_folder(chosen).id)

    def _at_some_octet(self, action: Callable[[], None]) -> bool:
        """A sync during which something happens; whether it came to that."""
        dice, proxy = self.world.dice, self.world.proxy
        direction = DOWN if dice.random() < 0.7 else UP
        hit = threading.Event()

        def act() -> None:
            hit.set()
            action()

        with self._measured(direction) as octets:
            proxy.arm(direction, dice.randint(1, octets), act)
            self._sync_once()
        return hit.is_set()

    @contextmanager
    def _measured(self, direction: int) -> Iterator[int]:
        """About how many octets a sync passes on: learnt from those before."""
        yield self._first_size[direction]
        up, down = self.world.proxy.counts
        kept = 0.8
        self._first_size = (
            int(max(2_000, self._first_size[UP] * kept + up * 1.3 * (1 - kept))),
            int(max(6_000, self._first_size[DOWN] * kept + down * 1.3 * (1 - kept))),
        )

    def _sync_once(self) -> str:
        try:
            report = self.world.sync()
        except MelError as error:
            return error.code.text
        return ",".join(one.code for one in report.failures)

    def _end(self, tally: Tally, around: Round, number: int) -> None:
        """A clean restart, clean syncs, and the judgement."""
        world = self.world
        world.proxy.open()
        facade = world.restart()
        said = ""
        for number_of_syncs in range(1, CLEAN_SYNCS + 1):
            said = self._sync_once()
            world.clock.jump(hours=2)
            # what a sync itself puts on the server (drafts) comes back with the next one
            if not said and not facade.journal() and number_of_syncs > 1:
                break
        reported = {row.message_id: row.reason or row.state.name for row in facade.journal()}
        server, here = world.other.everything(), world.here()
        faults = [*around.faults(server, here, reported), *drafts_apart(facade, server)]
        faults += self._folders_apart()
        if said:
            faults.append(f"a clean sync says {said}")
        if tally.kind != "duel" and reported:
            faults.append(f"still in the journal: {reported}")
        for row in facade.journal():  # begin the next round without
            try:
                facade.undo_want(row.id)
            except MelError:
                faults.append(f"cannot be undone: {row.kind.name} {row.state.name}")
        if copies := [wish for wish in around.wishes if wish.kind == "copy"]:
            self._forget_copies(copies, server)
        if faults:
            tally.failures += [f"{tally.kind} {number}: {one}" for one in faults]
            self._say(f"  {tally.kind} {number}: " + "; ".join(faults[:4]))

    def _folders_apart(self) -> list[str]:
        wanted = self._given | self._folders
        there = self.world.other.folders()
        here = {one.path for one in self.world.opened().folders() if one.selectable}
        faults = [] if there == wanted else [f"folders: {there ^ wanted} on the server"]
        return faults if here == wanted else [*faults, f"folders: {here ^ wanted} in the store"]

    def _forget_copies(self, copies: Sequence[Wish], server: Sequence[Seen]) -> None:
        """So that a Message-ID names one message again in the next round."""
        for wish in copies:
            placed = [one for one in server if one.message_id == wish.message_id]
            if len(placed) > 1:
                self.world.other.expunge(next(one for one in placed if one.folder == wish.value))
        self._sync_once()


def _following(point: tuple[int, bool]) -> tuple[int, bool]:
    number, after = point
    return (number + 1, False) if after else (number, True)


KINDS: Final = ("cut", "kill", "restart", "uidvalidity", "duel")
