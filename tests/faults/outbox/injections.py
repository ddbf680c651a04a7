"""The kinds of fault. After each and a clean restart: nothing lost, sent twice or filed twice."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.outgoing import OutboxId, OutboxRow, OutboxState
from tests.faults.outbox import child
from tests.faults.outbox.world import ALICE, World
from tests.support.faulty_smtp import CuttingLine, Switches
from tests.support.post_office import PostOffice
from tests.support.submission_servers import USERS

S = OutboxState
T = TypeVar("T")
PER_PROFILE: Final = 100
CODES: Final = (421, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 535, 550, 551, 552,
                553, 554, 555)  # fmt: skip
VERBS: Final = ("GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT")
KINDS: Final = ("smtp-up", "smtp-down", "append-up", "append-down", "postfix", "replies", "slow",
                "kill", "disk-full")  # fmt: skip


@dataclass(slots=True)
class Tally:
    """How one kind fared."""

    kind: str
    injected: int = 0
    ends: Counter[str] = field(default_factory=Counter)  # the state right after the fault
    doubled: int = 0
    lost: int = 0
    filed_twice: int = 0
    false_sent: int = 0
    failures: list[str] = field(default_factory=list)

    def fail(self, what: str, where: object) -> None:
        """One more failure of this sort."""
        setattr(self, what, getattr(self, what) + 1)
        self.failures.append(f"{self.kind} {where}: {what}")


class Injector:
    """Runs the kinds in one world. ``step``: every so many octets."""

    def __init__(self, world: World, step: int = 1) -> None:
        self.world = world
        self.step = step
        self._letters = 0

    def run(self, kind: str) -> Tally:
        """All injections of a kind."""
        tally = Tally(kind)
        name, _, direction = kind.partition("-")
        if name == "smtp":
            self._smtp(tally, direction)
        elif name == "append":
            self._append(tally, direction)
        elif name == "disk":
            self._disk_full(tally)
        else:
            work: Callable[[Tally], None] = getattr(self, f"_{name}")
            work(tally)
        return tally

    def _subject(self) -> str:
        """Letters of one person in one second are apart by it: clocks stand still here."""
        self._letters += 1
        return f"Conseil {self._letters}"

    # -- the line ----------------------------------------------------------------------------------

    def _smtp(self, tally: Tally, direction: str) -> None:
        """The line to the scripted server is cut after every octet."""
        line = self.world.scripted_line
        total = self._measure(line, direction, self.world.scripted_line.port)
        for points in _portions(range(0, total + 2, self.step)):
            with self.world.office(self.world.new_folder()) as office:
                account = self.world.add_account(office, line.port)
                for limit in points:
                    row = office.queue(account, subject=self._subject())
                    line.set(**{direction: limit})
                    office.outbox.send_due()
                    line.settle()
                    line.set()
                    self._judge(tally, office, row, limit)

    def _append(self, tally: Tally, direction: str) -> None:
        """The line to Dovecot is cut after every octet, sign-in, search and APPEND among them."""
        world, line = self.world, self.world.imap_line
        total = 0
        with world.office(world.new_folder(), files_on_dovecot=True) as office:
            account = world.add_account(office, world.scripted.port)
            for _ in range(2):
                office.queue(account)
                line.set()
                office.outbox.send_due()
                office.sessions.drop()
                line.settle()
                total = max(total, line.up if direction == "up" else line.down)
        rows: list[tuple[OutboxRow, object]] = []
        for points in _portions(range(0, total + 2, self.step)):
            with world.office(world.new_folder(), files_on_dovecot=True) as office:
                account = world.add_account(office, world.scripted.port)
                for limit in points:
                    row = office.queue(account, subject=self._subject())
                    line.set(**{direction: limit})
                    office.outbox.send_due()
                    office.sessions.drop()
                    line.settle()
                    line.set()
                    tally.injected += 1
                    tally.ends[office.row(row.id).state.value] += 1
                    self._until_filed(office, row.id)
                    rows.append((office.row(row.id), limit))
                    office.sessions.drop()
                    line.settle()
        self._judge_filing(tally, rows)

    def _judge_filing(self, tally: Tally, rows: list[tuple[OutboxRow, object]]) -> None:
        filed, taken = self.world.filed(), self.world.taken()
        for row, where in rows:
            if row.state is not S.FILED or filed[row.message_id] < 1:
                tally.fail("lost", f"{where} {row.state.value}")
            if filed[row.message_id] > 1:
                tally.fail("filed_twice", where)
            if taken[row.message_id] > 1:
                tally.fail("doubled", where)

    def _postfix(self, tally: Tally) -> None:
        """Postfix takes, Dovecot keeps: the line to Postfix is cut in both directions."""
        world = self.world
        world.start_postfix()
        line = world.postfix_line
        assert line is not None
        rows: list[tuple[OutboxRow, S, object]] = []
        for direction in ("up", "down"):
            total = self._measure(line, direction, line.port)
            for points in _portions(range(0, total + 2, max(self.step, 1) * 7)):
                with world.office(world.new_folder(), files_on_dovecot=True) as office:
                    account = world.add_account(office, line.port)
                    for limit in points:
                        row = office.queue(account, subject=self._subject())
                        line.set(**{direction: limit})
                        office.outbox.send_due()
                        line.settle()
                        line.set()
                        state = office.row(row.id).state
                        tally.injected += 1
                        tally.ends[state.value] += 1
                        self._until_filed(office, row.id)
                        rows.append((office.row(row.id), state, (direction, limit)))
                        if state is S.UNKNOWN:
                            office.outbox.cancel(row.id)
        self._judge_postfix(tally, rows)

    def _judge_postfix(self, tally: Tally, rows: list[tuple[OutboxRow, S, object]]) -> None:
        deadline = time.monotonic() + 120
        while self.world.in_queue() and time.monotonic() < deadline:
            time.sleep(0.2)
        delivered, filed = self.world.delivered(), self.world.filed()
        for row, _, where in rows:
            count, copies = delivered[row.message_id], filed[row.message_id]
            if count > 1:
                tally.fail("doubled", where)
            if copies > 1:
                tally.fail("filed_twice", where)
            if row.state is S.FILED and count == 0:
                tally.fail("false_sent", where)
            if row.state not in (S.FILED, S.UNKNOWN):
                tally.fail("lost", f"{where} {row.state.value}")

    def _measure(self, line: CuttingLine, direction: str, port: int) -> int:
        """Octets of one message that goes through, the greater of two."""
        total = 0
        with self.world.office(self.world.new_folder()) as office:
            account = self.world.add_account(office, port)
            for _ in range(2):
                office.queue(account)
                line.set()
                office.outbox.send_due()
                line.settle()
                total = max(total, line.up if direction == "up" else line.down)
        return total

    # -- what the server says ----------------------------------------------------------------------

    def _replies(self, tally: Tally) -> None:
        """Each code at each command; and each again with an enhanced code and several lines."""
        faults = []
        for verb in VERBS:
            for code in CODES:
                text = f"{code}-{code // 100}.7.1 no\r\n{code} {code // 100}.7.1 more\r\n"
                faults += [
                    (f"{code} {verb}", Switches(replies={verb: answer.encode()}))
                    for answer in (f"{code} no\r\n", text)
                ]
        self.with_switches(tally, faults)

    def _slow(self, tally: Tally) -> None:
        """Silence, and the line cut, at each command."""
        faults = [(f"silent {verb}", Switches(silent_at=verb)) for verb in VERBS]
        faults += [(f"cut {verb}", Switches(cut_at=verb)) for verb in VERBS]
        faults.append(("taken, not told", Switches(cut_after_taking=True)))
        faults.append(("told too early", Switches(early_dot=True)))
        self.with_switches(tally, faults)

    def with_switches(self, tally: Tally, faults: list[tuple[str, Switches]]) -> None:
        """One message to a server with each of these."""
        world = self.world
        for some in _portions(faults):
            with world.office(world.new_folder()) as office:
                account = world.add_account(office, world.scripted.port)
                for where, switches in some:
                    row = office.queue(account, subject=self._subject())
                    world.scripted.switches = switches
                    office.outbox.send_due()
                    world.reset_switches()
                    self._judge(tally, office, row, where)

    # -- the program and its disk ------------------------------------------------------------------

    def _kill(self, tally: Tally) -> None:
        """kill -9 before and after each change of state, with and without refused recipients."""
        scenes: list[tuple[tuple[str, ...], Switches]] = [
            (("a@b.test",), Switches()),
            (("a@b.test", "x@b.test"), Switches(rcpt={"x@b.test": b"550 5.1.1 no\r\n"})),
            (("a@b.test", "x@b.test"), Switches(rcpt={"x@b.test": b"452 4.5.3 too many\r\n"})),
            (("a@b.test",), Switches(replies={"DOT": b"451 later\r\n"})),
            (("a@b.test",), Switches(replies={"DOT": b"554 no\r\n"})),
            (("a@b.test",), Switches(cut_after_taking=True)),
        ]
        for number, (to, switches) in enumerate(scenes):
            for after in (False, True):
                at = 1
                while self._in_child(tally, to, switches, (number, at, after), at, after, 0) == -9:
                    at += 1

    def _disk_full(self, tally: Tally) -> None:
        """No file grows beyond a bound: from nothing to where the pass goes through undisturbed."""
        most = 1
        while most < 400_000:
            code = self._in_child(tally, ("a@b.test",), Switches(), most, 0, False, most)
            if code == 0 and most > 100_000:
                break
            most += 1500 * self.step

    def _in_child(
        self,
        tally: Tally,
        to: tuple[str, ...],
        switches: Switches,
        where: object,
        at: int,
        after: bool,
        most: int,
    ) -> int:
        world = self.world
        folder = world.new_folder()
        world.imap_line.set()
        with world.office(folder) as office:
            account = world.add_account(office, world.scripted.port)
            row = office.queue(account, *to, subject=self._subject())
        world.scripted.switches = switches
        code = _run_child(folder, at, after, most)
        world.reset_switches()
        if code == 0 and at:
            return code  # it was over before
        with world.office(folder, files_on_dovecot=True) as office:
            tally.injected += 1
            tally.ends[office.row(row.id).state.value] += 1
            office.clock.jump(hours=2)
            office.outbox.send_due()
            office.sessions.drop()
            final = self._until_filed(office, row.id)
            self._judge_child(tally, row.message_id, final, where, to)
        return code

    def _judge_child(
        self, tally: Tally, message_id: str, final: S, where: object, to: tuple[str, ...]
    ) -> None:
        letters = [one for one in self.world.scripted.taken if message_id.encode() in one.data]
        people = Counter(who for one in letters for who in one.recipients)
        copies = self.world.filed()[message_id]
        if any(count > 1 for count in people.values()):
            tally.fail("doubled", where)
        if copies > 1:
            tally.fail("filed_twice", where)
        if final is S.FILED and (copies != 1 or not people[to[0]]):
            tally.fail("false_sent", where)
        if final not in (S.FILED, S.UNKNOWN, S.FAILED):
            tally.fail("lost", f"{where} {final.value}")

    # -- the oracle --------------------------------------------------------------------------------

    def _judge(self, tally: Tally, office: PostOffice, row: OutboxRow, where: object) -> None:
        """At once, and again after a clean pass; then the row is out of the way."""
        tally.injected += 1
        after = office.row(row.id)
        tally.ends[after.state.value] += 1
        count = self.world.taken()[row.message_id]
        if after.state is S.QUEUED and count:
            tally.fail("doubled", where)  # it would be
        if after.state in (S.FILED, S.ACCEPTED) and count != 1:
            tally.fail("false_sent", where)
        self._put_right(office, after.account)
        final = self._until_filed(office, row.id)
        count = self.world.taken()[row.message_id]
        copies = _copies(office, row.message_id)
        if count > 1:
            tally.fail("doubled", where)
        if copies > 1:
            tally.fail("filed_twice", where)
        if final is S.FILED:
            if (count, copies) != (1, 1):
                tally.fail("false_sent", where)
        elif final in (S.FAILED, S.UNKNOWN):  # kept, and a person decides
            if count > (final is S.UNKNOWN) or not after.reason:
                tally.fail("doubled", where)
            if office.outbox.cancel(row.id).content.subject != row.subject:
                tally.fail("lost", where)
        else:
            tally.fail("lost", f"{where} {final.value}")
        self.world.scripted.taken.clear()

    def _put_right(self, office: PostOffice, account: AccountId) -> None:
        """A person types the password again where it was refused."""
        if office.accounts.get(account).state.value != "ready":
            office.accounts.set_password(account, Secret(USERS[ALICE]))

    def _until_filed(self, office: PostOffice, row: OutboxId) -> S:
        for _ in range(3):
            state = office.row(row).state
            if state not in (S.QUEUED, S.ACCEPTED, S.SENDING):
                break
            office.clock.jump(hours=2)
            office.outbox.send_due()
        state = office.row(row).state
        if state is S.UNKNOWN:  # Sent is looked into
            office.clock.jump(hours=1)
            office.outbox.send_due()
        return office.row(row).state


def _run_child(folder: Path, at: int, after: bool, most: int) -> int:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.outbox.child"])
    process = context.Process(target=child.run, args=(str(folder), at, after, most))
    process.start()
    process.join(60)
    if process.exitcode is None:
        process.kill()
        process.join()
    assert process.exitcode is not None
    return process.exitcode


def _copies(office: PostOffice, message_id: str) -> int:
    wanted = f"Message-ID: <{message_id}>".encode()
    return sum(wanted in one.data for folder in office.sent_box.folders.values() for one in folder)


def _portions(points: Iterable[T]) -> Iterator[list[T]]:
    every = list(points)
    for start in range(0, len(every), PER_PROFILE):
        yield every[start : start + PER_PROFILE]
