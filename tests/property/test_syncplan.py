"""The planner's laws on any input (style.md section 2); the machine is in test_syncplan_machine."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic.relinking import Offer, Relinking, Unplaced
from mel_desktop.logic.settling import begin, settle
from mel_desktop.logic.syncops import (
    Copied,
    Copy,
    Dropped,
    Fetch,
    Forget,
    Fulfilled,
    Gone,
    Landed,
    Lost,
    Move,
    Outcome,
    Placed,
    Refuse,
    Remote,
    Remove,
    Result,
    Said,
    Say,
    Stated,
    Store,
    Unplace,
    Verify,
)
from mel_desktop.logic.syncplan import (
    MOST_UIDS,
    Base,
    Completeness,
    Intent,
    Known,
    Plan,
    Policy,
    ServerFolder,
    is_mass,
    plan,
)
from mel_desktop.model.mail import Flags, Marks, WantKind, WantState
from mel_desktop.ports import RemoteFlags, ServerCaps
from tests.support.examples import OF_ONE_LAW

quick = settings(max_examples=OF_ONE_LAW, deadline=None, derandomize=True, database=None)

FLAGS = st.builds(
    Flags,
    st.sampled_from([Marks.NONE, Marks.SEEN, Marks.SEEN | Marks.FLAGGED, Marks.DELETED]),
    st.sampled_from([frozenset(), frozenset({"classe"})]),
)
HERE = 4
CAPS = st.builds(ServerCaps, condstore=st.booleans(), move=st.booleans(), uidplus=st.booleans())


@st.composite
def situations(draw: st.DrawFn) -> tuple[ServerFolder, Base, tuple[Intent, ...]]:
    size = draw(st.sampled_from([0, 1, 3, 10, 40, 40, 600]))
    known = tuple(
        Known(message=1000 + uid, uid=uid, flags=draw(FLAGS) if size < 50 else Flags())
        for uid in range(1, size + 1)
    )
    gone = draw(
        st.sampled_from([frozenset(), frozenset(range(1, size + 1)), frozenset(range(1, size, 3))])
    )
    left = [one.uid for one in known if one.uid not in gone]
    new = range(size + 1, size + 1 + draw(st.sampled_from([0, 1, 60, 700])))
    completeness = draw(st.sampled_from(list(Completeness)))
    changed = {one.uid: one.flags for one in known if one.uid in left}
    for uid in left[:10]:
        changed[uid] = draw(FLAGS)
    server = ServerFolder(
        path="INBOX",
        uidvalidity=draw(st.sampled_from([1, 1, 1, 2])),
        uidnext=size + 1 + len(new),
        completeness=completeness,
        uids=tuple(new) if completeness is Completeness.QRESYNC else (*left, *new),
        changed=tuple(RemoteFlags(uid, flags) for uid, flags in changed.items()),
        vanished=tuple(gone) if completeness is Completeness.QRESYNC else (),
        highestmodseq=9,
        read_only=draw(st.sampled_from([False, False, False, True])),
        keywords_kept=draw(st.booleans()),
    )
    intents: list[Intent] = []
    for one in draw(st.permutations(known[:30]) if known else st.just([])):
        for kind in draw(st.sets(st.sampled_from(list(WantKind)[:4]), max_size=3)):
            flag = {WantKind.FLAG: "seen", WantKind.UNFLAG: "classe"}.get(kind, "")
            target = draw(st.sampled_from([7, 8, HERE, None])) if kind is WantKind.MOVE else None
            state = draw(st.sampled_from(list(WantState)))
            copied = draw(st.sampled_from([None, 0, 55])) if kind is WantKind.MOVE else None
            intents.append(
                Intent(
                    len(intents) + 1, one.message, kind, flag, target, state, copied,
                    searchable=draw(st.booleans()),
                )
            )  # fmt: skip
    return server, Base(HERE, 1, known), tuple(intents)


POLICY = st.builds(Policy, st.booleans(), st.booleans())


@quick
@given(situations(), CAPS, POLICY, st.randoms(use_true_random=False))
def test_same_input_same_plan_whatever_its_order(situation, caps, policy, random) -> None:
    server, base, intents = situation
    made = plan(server, base, intents, caps, policy)
    messages, wishes = list(base.messages), list(intents)
    random.shuffle(messages)
    random.shuffle(wishes)
    uids, changed = list(server.uids), list(server.changed)
    random.shuffle(uids)
    random.shuffle(changed)
    other = replace(server, uids=tuple(uids), changed=tuple(changed))
    assert plan(other, replace(base, messages=tuple(messages)), wishes, caps, policy) == made


@quick
@given(situations(), CAPS, POLICY)
def test_operations_are_bounded_and_newest_first(situation, caps, policy) -> None:
    server, base, intents = situation
    for op in plan(server, base, intents, caps, policy).ops:
        if isinstance(op, Remote | Fetch):
            assert 0 < len(op.uids) <= MOST_UIDS
            assert list(op.uids) == sorted(op.uids, reverse=True)
            assert len(set(op.uids)) == len(op.uids)
        if isinstance(op, Forget):
            assert 0 < len(op.messages) <= MOST_UIDS
        if isinstance(op, Say):
            assert 0 < len(op.flags) <= MOST_UIDS


@quick
@given(situations(), CAPS, POLICY)
def test_nothing_is_done_to_a_message_without_a_wish_for_that_very_message(
    situation, caps, policy
) -> None:
    server, base, intents = situation
    uids = {one.uid: one.message for one in base.messages}
    wishes = {one.id: one for one in intents}
    made = plan(server, base, intents, caps, policy)
    removed: set[int] = set()
    for op in made.remote:
        assert isinstance(op, Remote)
        assert not server.read_only
        for uid, message in zip(op.uids, op.messages, strict=True):
            assert uids[uid] == message
        for want in op.wants:
            wish = wishes[want]
            assert wish.message in op.messages
            assert wish.state is not WantState.REFUSED
            if isinstance(op, Store):
                assert wish.kind in (WantKind.FLAG, WantKind.UNFLAG)
            elif isinstance(op, Remove):
                assert wish.kind is WantKind.DELETE or wish.copied_uid
            else:
                assert wish.kind is WantKind.MOVE
                assert op.target == wish.target
        if isinstance(op, Store | Remove):
            assert {wishes[want].message for want in op.wants} == set(op.messages)
        if isinstance(op, Remove):
            removed |= set(op.messages)
        if isinstance(op, Move):
            assert caps.move
    for op in made.remote:
        if isinstance(op, Remove) and op.bare:  # a bare EXPUNGE takes every \Deleted
            said = {one.uid: one.flags for one in server.changed}
            for one in base.messages:
                if said.get(one.uid, one.flags).marks & Marks.DELETED:
                    gone = one.uid in server.vanished or (
                        server.completeness is not Completeness.QRESYNC
                        and one.uid not in server.uids
                    )
                    assert one.message in removed or gone


@quick
@given(situations(), CAPS, POLICY)
def test_no_wish_is_forgotten_and_none_is_done_twice(situation, caps, policy) -> None:
    server, base, intents = situation
    made = plan(server, base, intents, caps, policy)
    if made.doubtful or server.uidvalidity != base.uidvalidity:
        assert not made.remote
        return
    named: list[int] = []
    for op in made.ops:
        if isinstance(op, Remote | Fulfilled | Refuse):
            named += op.wants
        elif isinstance(op, Landed):
            named.append(op.want)
    assert len(named) == len(set(named))
    gone = set(server.vanished) | (
        set()
        if server.completeness is Completeness.QRESYNC
        else {one.uid for one in base.messages} - set(server.uids)
    )
    here = {one.message for one in base.messages if one.uid not in gone}
    deleting = {
        one.message
        for one in intents
        if one.kind is WantKind.DELETE and one.state is not WantState.REFUSED
    }
    for one in intents:
        live = one.message in here and one.state is not WantState.REFUSED
        overtaken = one.message in deleting and one.kind is not WantKind.DELETE
        if live and (not overtaken or server.read_only):
            assert one.id in named


@quick
@given(situations(), CAPS, POLICY)
def test_the_cursor_never_passes_what_was_not_applied(situation, caps, policy) -> None:
    server, base, intents = situation
    made = plan(server, base, intents, caps, policy)
    if made.refusals or made.doubtful:
        assert made.next_cursor is None
    else:
        assert made.next_cursor is not None
        assert made.next_cursor.uidvalidity == server.uidvalidity
    kinds = [type(op) for op in made.local]
    if Forget in kinds and Say in kinds:
        assert kinds.index(Say) > len(kinds) - 1 - kinds[::-1].index(Forget)
    if made.next_cursor and server.uidvalidity == base.uidvalidity:
        fetched = {uid for op in made.fetches for uid in op.uids}
        assert fetched == set(server.uids) - {one.uid for one in base.messages}


@quick
@given(situations(), CAPS, POLICY)
def test_a_new_uidvalidity_uses_no_old_uid(situation, caps, policy) -> None:
    server, base, intents = situation
    server = replace(server, uidvalidity=2)
    made = plan(server, base, intents, caps, policy)
    assert not made.remote
    for op in made.ops:
        assert isinstance(op, Unplace | Fetch)
        if isinstance(op, Fetch):
            assert set(op.uids) <= set(server.uids)


@quick
@given(situations(), CAPS, POLICY)
def test_mass_deletion_is_refused_until_confirmed(situation, caps, policy) -> None:
    server, base, intents = situation
    made = plan(server, base, intents, caps, policy)
    if server.uidvalidity != base.uidvalidity:
        return
    ours = {one.message for one in intents if one.kind in (WantKind.MOVE, WantKind.DELETE)}
    forgotten = {one for op in made.local if isinstance(op, Forget) for one in op.messages} - ours
    if not policy.accept_mass_deletion:
        mass = is_mass(len(forgotten), len(base.messages))
        full = server.completeness is not Completeness.QRESYNC
        assert not mass or (policy.confirmed and full)


@quick
@given(situations(), CAPS, POLICY)
def test_copies_settle_before_deletes(situation, caps, policy) -> None:
    server, base, intents = situation
    order = [type(op) for op in plan(server, base, intents, caps, policy).remote]
    rank = {Store: 0, Verify: 1, Copy: 2, Move: 2, Remove: 3}
    assert [rank[kind] for kind in order] == sorted(rank[kind] for kind in order)


@quick
@given(situations(), CAPS, POLICY, st.sampled_from(list(Result)), st.booleans())
def test_settling_drops_a_wish_only_when_it_is_done(situation, caps, policy, result, told) -> None:
    server, base, intents = situation
    for op in plan(server, base, intents, caps, policy).ops:
        if not isinstance(op, Remote):
            continue
        first = begin(op)
        assert isinstance(op, Verify) or {one.want for one in first} == set(op.wants)
        assert all(one.state is WantState.UNKNOWN for one in first)
        uids = {uid: uid + 9000 for uid in op.uids} if told else {}
        after = settle(base, op, Outcome(result, "why", uids))
        dropped = {one.want for one in after if isinstance(one, Dropped)}
        gone = {one.message for one in after if isinstance(one, Gone)}
        if result is not Result.DONE:
            assert not dropped
            assert not gone
            wanted = {
                Result.REFUSED: WantState.REFUSED,
                Result.LATER: WantState.WAITING,
            }.get(result)
            stated = {one.want for one in after if isinstance(one, Stated) and one.state is wanted}
            assert stated == (set(op.wants) if wanted else set())
            continue
        stated = {one.want for one in after if isinstance(one, Stated)}
        handled = dropped | stated
        if isinstance(op, Remove):
            handled |= {
                want for want, message in zip(op.wants, op.messages, strict=True) if message in gone
            }
        assert handled == set(op.wants)
        if isinstance(op, Copy | Verify):  # half of a move is never the whole of it
            assert not dropped
            assert not any(isinstance(one, Placed | Gone | Lost) for one in after)
            copied = {one.want for one in after if isinstance(one, Copied)}
            assert not told or copied == set(op.wants)
        if isinstance(op, Store):
            assert {one.message for one in after if isinstance(one, Said)} == set(op.messages)


@quick
@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=8),
    st.lists(st.integers(0, 4), max_size=8),
)
def test_relinking_gives_no_message_twice_and_wishes_only_when_certain(ours, listed) -> None:
    unplaced = [
        Unplaced(number, ("id", "date", key), here, wants)
        for number, (key, here, wants) in enumerate(ours, 1)
    ]
    keys = {one.message: one.key for one in unplaced}
    wished = {one.message for one in unplaced if one.has_wants}
    work = Relinking(unplaced)
    given_out: list[int] = []
    new, held = [], []
    for uid, key in enumerate(listed, 100):
        offer = work.offer(uid, ("id", "date", key))
        if offer is Offer.NEW:
            new.append(uid)
        elif offer is Offer.HOLD:
            held.append(uid)
        else:
            assert isinstance(offer, int)
            assert offer not in wished
            assert keys[offer] == ("id", "date", key)
            given_out.append(offer)
    end = work.close()
    given_out += [message for _, message in end.links]
    assert len(given_out) == len(set(given_out))
    assert sorted([uid for uid, _ in end.links] + list(end.new)) == sorted(held)
    for uid, message in end.links:
        same = [at for at, key in enumerate(listed, 100) if ("id", "date", key) == keys[message]]
        assert uid in same
        if message in wished and message not in end.uncertain:
            assert same == [uid]


def test_an_unchanged_folder_needs_nothing() -> None:
    known = tuple(Known(uid, uid, Flags()) for uid in range(1, 50))
    server = ServerFolder("INBOX", 1, 50, Completeness.QRESYNC, highestmodseq=5)
    made = plan(server, Base(HERE, 1, known), (), ServerCaps())
    assert made == Plan(next_cursor=made.next_cursor)
