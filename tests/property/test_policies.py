"""Laws of policies: whatever a file or a registry holds, nothing raises and nothing is half
trusted; the strongest source that names a value wins.
"""

from __future__ import annotations

import plistlib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import policy_view
from mel_desktop.logic.policy_keys import Side, Unfit, Use, read
from mel_desktop.logic.policy_reading import Source, merge
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.model.policy import Origin, Policy
from mel_desktop.model.safety import CheckLevel
from mel_desktop.store import escrow
from mel_desktop.system.policies import NO_PLIST, Places, _plist
from mel_desktop.system.policy_registry import POLICIES, by_schema
from tests.support.fake_registry import Registry, under

NAMES = sorted({key.name for key in SCHEMA.keys})
WORDS = ["forbid", "warn", "off", "machine", "user", "tls", "fr", "dark", "frugal", "07:00-20:00",
         "ldaps://h", "imap.x.invalid", "%USERNAME%", "/srv/x", "", "é", "no"]  # fmt: skip
odd_names = st.sampled_from(["", "colour", "Place", "escrow-key", "é", "1.2", "imap host"])
scalars = (
    st.none() | st.booleans() | st.integers(-5, 40_000) | st.sampled_from([1.5, date(2026, 9, 1)])
    | st.sampled_from(WORDS) | st.sampled_from([b"", bytes(32), "x" * 300, "a\nb"])
    | st.lists(st.sampled_from(["a.fr", "b.invalid", "x", "", 3]), max_size=3)
)  # fmt: skip
entries = st.dictionaries(
    st.sampled_from(sorted({key.name for group in SCHEMA.groups for key in group.keys}))
    | odd_names,
    scalars,
    max_size=8,
)
sections = st.dictionaries(
    st.sampled_from([*NAMES, "1", "2", "0", "12"]) | odd_names, scalars | entries, max_size=8
)
raws = st.dictionaries(
    st.sampled_from([*SCHEMA.areas, "surprise", "defaults"]),
    sections | scalars | st.dictionaries(st.sampled_from([*SCHEMA.areas]), sections, max_size=3),
    max_size=6,
)
registries = st.recursive(
    st.integers(0, 2**32 - 1) | st.sampled_from(WORDS) | st.lists(st.sampled_from(WORDS))
    | st.binary(max_size=8),
    lambda below: st.dictionaries(
        st.sampled_from(["Vault", "Accounts", "1", "KeyringAllowed", "AllowedDomains", "Defaults"])
        | st.sampled_from(["a", "B1", "é", "10"]),
        below, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


def merged(sources: list[dict[str, Any]]) -> Policy:
    origins = (Origin.MACHINE, Origin.USER, Origin.USER)
    return merge(
        [Source(f"s{at}", raw, origins[at]) for at, raw in enumerate(sources)],
        escrow.public_from_text,
    )


def understood(key: Any, value: object) -> bool:
    try:
        read(key, value, escrow.public_from_text)
    except Unfit:
        return False
    return True


@given(st.lists(raws, min_size=1, max_size=3))
def test_each_value_is_that_of_the_strongest_or_its_safe_side(
    sources: list[dict[str, Any]],
) -> None:
    policy = merged(sources)
    for key in SCHEMA.keys:
        in_force = getattr(getattr(policy, key.section), key.name)
        wanted: object = key.default
        for raw in sources:
            section = raw.get(key.section)
            if not isinstance(section, dict) or key.name not in section:
                continue
            if understood(key, section[key.name]):
                wanted = read(key, section[key.name], escrow.public_from_text)
                break
            assert any(one.key == key.id for one in policy.ignored)
            if key.safe is not Side.DEFAULT:
                wanted = key.safe
                break
        assert in_force == wanted


@given(st.lists(raws, min_size=1, max_size=3))
def test_a_weaker_source_changes_nothing_that_a_stronger_one_named(
    sources: list[dict[str, Any]],
) -> None:
    alone, together = merged(sources[:1]), merged(sources)
    kept = {fact.key: fact for fact in together.facts}
    for fact in alone.facts:
        if fact.locked:
            assert kept[fact.key] == fact
    assert set(alone.accounts.given) <= set(together.accounts.given)


@given(raws)
def test_accounts_are_whole_or_not_there(raw: dict[str, Any]) -> None:
    policy = merged([raw])
    for given_ in policy.accounts.given:
        told = [one for one in policy.ignored if one.key.startswith(f"accounts.{given_.number}.")]
        assert all(one.why == "unknown name" for one in told)
        assert given_.imap.host
        assert given_.smtp.host
        assert 0 < given_.imap.port < 65536


@given(raws, st.dictionaries(st.sampled_from([k.id for k in SCHEMA.keys]), st.just(3), max_size=4))
def test_every_value_is_told_once_with_who_set_it(
    raw: dict[str, Any], chosen: dict[str, object]
) -> None:
    policy = merged([raw])
    rows = policy_view.rows(policy, chosen)
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))
    assert {key.id for key in SCHEMA.keys} <= set(keys)
    uses = {key.id: key.use for key in SCHEMA.keys}
    for row in rows:
        assert all(row.shown)
        if row.origin is Origin.TEACHER:
            assert uses[row.key] is Use.SETTING
            assert row.key in chosen
        if row.origin in (Origin.TEACHER, Origin.DEFAULT):
            assert not row.locked
    for name in ("sending", "vault", "interface"):
        for key in SCHEMA.of(name):
            proposed = getattr(getattr(policy.defaults, name), key.name)
            assert proposed is not CheckLevel.FORBID


@given(registries)
def test_no_registry_raises(tree: Any) -> None:
    if not isinstance(tree, dict):
        tree = {"Vault": tree}
    places = Places()
    places.registry(Registry({"LM": under(POLICIES, tree), "CU": {}}), "LM", "CU")
    places.merge()
    merged([by_schema(tree)])


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda one: b"bplist00" + one))
def test_no_file_raises(tmp_path_factory: Any, octets: bytes) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "policy.any"
    file.write_bytes(octets)
    places = Places()
    places.toml(file, Origin.MACHINE)
    places.plist(file, Origin.MACHINE)
    policy = places.merge()
    for place in policy.sources:
        assert place.state in ("read", "unreadable")
    if all(place.state == "unreadable" for place in policy.sources):
        assert len(policy.ignored) == 2


@given(
    st.dictionaries(odd_names, st.integers(-(2**40), 2**40) | st.sampled_from(WORDS), max_size=4)
)
def test_cut_property_lists_do_not_raise(content: dict[str, Any]) -> None:
    try:
        octets = plistlib.dumps({"Vault": content}, fmt=plistlib.FMT_BINARY)
    except (OverflowError, ValueError, UnicodeEncodeError):
        return
    for cut in range(0, len(octets), 7):
        with suppress(*NO_PLIST):
            merged([_plist(octets[:cut])])
