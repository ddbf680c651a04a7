"""Servers that attack: the whole client against each of them, in a process of its own.

A store with honest mail meets a server that lies; then an honest server again. The password goes
where it may, once; the mail stays; nothing is pushed, nothing is written elsewhere, no other host
is asked; memory and time are bounded; what is raised is of the one error tree.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mel_desktop.model import errors
from mel_desktop.model.accounts import Security
from mel_desktop.model.mail import Marks
from tests.support.hostile_cases import Case
from tests.support.hostile_certificates import BadCertificates
from tests.support.hostile_client import HostileClient, Outcome, copy, plant
from tests.support.hostile_floods import flood_cases
from tests.support.hostile_imap import HONEST, PASSWORD, HostileServer, school
from tests.support.hostile_lies import lie_cases
from tests.support.hostile_sign_in import sign_in_cases

CASES = (*sign_in_cases(), *flood_cases(), *lie_cases())
OURS = {one.__name__ for one in errors.MelError.__subclasses__()} - {"Bug"}
SECRETS = (
    PASSWORD.encode(),
    base64.b64encode(PASSWORD.encode()),
    base64.b64encode(f"\0cmartin\0{PASSWORD}".encode()),
)


@dataclass(frozen=True)
class Arena:
    """Both ports, a profile synced with each, and the client."""

    servers: dict[Security, HostileServer]
    seeds: dict[Security, Path]
    client: HostileClient
    certificates: BadCertificates
    honest: Outcome  # what the seeds hold


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    folder = tmp_path_factory.mktemp("arena")
    bad = BadCertificates(folder)
    servers = {one: HostileServer(bad.context(), is_tls=one is Security.TLS) for one in Security}
    client = HostileClient()
    seeds = {}
    for security, server in servers.items():
        seeds[security] = folder / security.value / "profile"
        plant(seeds[security], server.port, security, bad.ca_pem)
        server.play(HONEST, school(news=False))
        honest = client.sync(seeds[security], seconds=30)
        assert (honest.error, honest.failures) == ("", [])
    assert [len(honest.contents[one]) for one in ("INBOX", "Sent", "Classe")] == [30, 3, 25]
    yield Arena(servers, seeds, client, bad, honest)
    client.close()
    for server in servers.values():
        server.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_attack(arena: Arena, case: Case, tmp_path: Path) -> None:
    server = arena.servers[case.security]
    profile = copy(arena.seeds[case.security], tmp_path / "case")
    attack = case.attack
    if case.certificate:
        attack = replace(attack, context=arena.certificates.context(case.certificate))
    server.play(attack)
    outcome = arena.client.sync(
        profile,
        seconds=case.seconds,
        silence=case.silence,
        wishes=case.wishes,
        forget=not case.knows_server,
        **case.connector,
    )
    check_outcome(case, outcome)
    check_server(case, server)
    check_kept(case, arena.honest, outcome)
    check_elsewhere(profile, server, outcome)
    if case.check:
        case.check(outcome)
    again(arena, case, server, profile)


HEAVY = ("parts-100k", "flag-of-100k-letters", "flags-100k")  # seconds each, and no other way
PUMPED = [
    one
    for one in (*flood_cases(), *lie_cases())
    if {"SELECT", "FETCH"} & set(one.attack.on) and not one.wishes and one.name not in HEAVY
][::4]
SIGNED_IN = [
    one
    for one in sign_in_cases()
    if not one.certificate and one.security is Security.TLS and not one.attack.clear
]


@pytest.mark.parametrize("case", [*SIGNED_IN, *PUMPED], ids=lambda case: case.name)
def test_attack_on_the_pump(arena: Arena, case: Case, tmp_path: Path) -> None:
    """The same behind a blind sign-in, everything asked for at once: no UID but those asked for."""
    server = arena.servers[case.security]
    profile = copy(arena.seeds[case.security], tmp_path / "case")
    server.play(case.attack)
    outcome = arena.client.sync(
        profile,
        seconds=case.seconds,
        silence=case.silence,
        pump=case.attack.after,
        **case.connector,
    )
    assert outcome.error in OURS | {""}, outcome
    assert outcome.peak_kib < case.peak_mib << 10, f"{outcome.peak_kib >> 10} MiB"
    check_server(replace(case, sign_ins=1, fires=False), server)
    check_elsewhere(profile, server, outcome)
    for answer in outcome.answers:
        last = {"INBOX": 31, "Classe": 26}[answer["path"]]
        asked = {last - 2, last - 1, last}
        if answer["ask"] == "Open":  # the newest by number: those that the server says they are
            continue
        told = {*answer["rows"], *answer["wholes"], *(uid for uid, *_ in answer["texts"])}
        assert told <= asked, answer
        assert answer["data"] <= 65536
        assert not any("Intrus" in text for _, *texts in answer["texts"] for text in texts)


def test_the_pump_against_an_honest_server(arena: Arena, tmp_path: Path) -> None:
    """What the attacks above are measured by."""
    server = arena.servers[Security.TLS]
    profile = copy(arena.seeds[Security.TLS], tmp_path / "case")
    server.play(HONEST)
    outcome = arena.client.sync(profile, seconds=15, pump=HONEST.after)
    assert (outcome.error, server.faults, server.sign_ins) == ("", [], 1)
    assert [one["ask"] for one in outcome.answers[:7]] == [
        "Open", "Open", "Rows", "Texts", "Slice", "Wholes", "Slice",
    ]  # fmt: skip
    assert len(outcome.answers) == 14
    for answer in outcome.answers:
        last = {"INBOX": 31, "Classe": 26}[answer["path"]]
        uids = [last - 2, last - 1, last]
        assert not answer["trouble"]
        if answer["ask"] in ("Rows", "Wholes"):
            assert sorted(answer["rows"] + answer["wholes"]) == uids
        if answer["ask"] == "Texts":
            assert answer["texts"][-1][1].startswith("Texte de nouveau.")


def check_outcome(case: Case, outcome: Outcome) -> None:
    """One of our errors, or a report; in time and in little memory."""
    assert outcome.error in OURS | {""}, outcome
    assert not case.codes or outcome.code in case.codes, outcome
    assert outcome.peak_kib < case.peak_mib << 10, f"{outcome.peak_kib >> 10} MiB"


def check_server(case: Case, server: HostileServer) -> None:
    """What the attacker got: the password where it may go, one sign-in, no command that changes."""
    assert not server.faults, server.faults
    assert not any(one in server.heard_clear for one in SECRETS)
    if case.password_stays:
        assert not any(one in server.heard_private for one in SECRETS)
    assert server.sign_ins <= case.sign_ins
    assert set(server.pushed) <= set(case.pushes), server.pushed
    assert server.fired or not case.fires, "the attack was never reached"


def check_kept(case: Case, before: Outcome, outcome: Outcome) -> None:
    """Each honest message is where it was, once and with its text."""
    moved = {wish.removeprefix("move ") for wish in case.wishes if wish.startswith("move")}
    for folder in case.kept:
        rows = outcome.contents.get(folder, [])
        now = {subject: text for subject, text, _ in rows}
        lost = [
            subject
            for subject, text, _ in before.contents[folder]
            if now.get(subject) != text and subject not in moved
        ]
        assert not lost, (folder, lost, outcome.code, outcome.failures)
        assert len(now) == len(rows), ("twice", folder, sorted(one[0] for one in rows))


def check_elsewhere(profile: Path, server: HostileServer, outcome: Outcome) -> None:
    """No file outside the profile, no other host, no program."""
    for kind, what in outcome.events:
        if kind == "connect":
            assert what == f"127.0.0.1:{server.port}"
        elif kind == "resolve":
            assert what == "127.0.0.1"
        else:
            assert Path(what).is_relative_to(profile), (kind, what)
    assert sorted(one.name for one in profile.parent.iterdir()) == ["profile", "result.json"]


def again(arena: Arena, case: Case, server: HostileServer, profile: Path) -> None:
    """Behind the attack the honest server, where something changed since: all of it is there, and
    nothing that was never there. What an attacker said of the future binds nobody.
    """
    if not server.sign_ins:  # it never came so far that it could have harmed the store
        return
    server.play(HONEST, school(news=True, later=True))
    outcome = arena.client.sync(profile, seconds=20)
    everywhere = {subject for rows in outcome.contents.values() for subject, _, _ in rows}
    assert everywhere >= {f"m{one}" for one in range(1, 31)}
    if not case.heals:
        check_kept(case, arena.honest, outcome)
        refused = outcome.code == "sign-in-on-hold"
        assert (server.sign_ins == 0) if refused else (outcome.error == "")
        return
    assert (outcome.error, outcome.failures) == ("", []), outcome
    for folder, count in (("INBOX", 30), ("Classe", 25)):
        honest = sorted(f"m{one}" for one in range(1, count + 1))
        later = ["plus-tard"] if folder == "INBOX" else []
        assert outcome.subjects(folder) == [*honest, "nouveau", *later]
    marks = {subject: marks for subject, _, marks in outcome.contents["INBOX"]}
    assert marks["m5"] == Marks.FLAGGED.value
    assert set(outcome.contents) == {"INBOX", "Sent", "Classe"}
    check_kept(case, arena.honest, outcome)
