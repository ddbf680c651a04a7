"""Laws of what is found: nothing unproven and nothing guessed is ever filled in by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.providers import read_providers
from mel_desktop.logic.discovering import added, answered
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Answer, Candidate, Found, Origin, Protocol
from mel_desktop.model.providers import Grade
from mel_desktop.system.shipped import shipped_octets

TABLE = read_providers(shipped_octets("providers.toml"))
PROVIDERS = (None, TABLE.by_id("ac-creteil"), TABLE.by_id("ac-reunion"))
ENDPOINTS = [
    Endpoint(host, port, security)
    for host in ("imap.x.fr", "voleur.example", "imap.education.gouv.fr")
    for port, security in ((993, Security.TLS), (143, Security.STARTTLS))
]

CANDIDATES = st.builds(
    Candidate,
    protocol=st.sampled_from(Protocol),
    endpoint=st.sampled_from(ENDPOINTS),
    origin=st.sampled_from(Origin),
    grade=st.sampled_from(Grade),
    asks=st.booleans(),
    profile=st.sampled_from(["legacy", "national", "srv", "mx"]),
)
STEPS = st.lists(st.tuples(CANDIDATES, st.sampled_from(Answer), st.booleans()), max_size=25)


@given(STEPS, st.sampled_from(PROVIDERS))
def test_laws(steps: list[tuple[Candidate, Answer, bool]], provider: object) -> None:
    found = Found("x.fr", provider=provider)  # type: ignore[arg-type]
    said: list[Candidate] = []
    answers: dict[tuple[Protocol, Endpoint], Answer] = {}
    for one, answer, is_probe in steps:
        key = (one.protocol, one.endpoint)
        if is_probe and any((each.protocol, each.endpoint) == key for each in said):
            answers[key] = answer
            known = next(
                each for each in (*found.imap, *found.smtp) if (each.protocol, each.endpoint) == key
            )
            found = answered(found, Candidate(*key, known.origin, known.grade, answer=answer))
        elif not is_probe:
            said.append(one)
            found = added(found, [one])
    everybody = (*found.imap, *found.smtp)
    keys = [(one.protocol, one.endpoint) for one in everybody]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(one.protocol, one.endpoint) for one in said}
    for one in everybody:
        key = (one.protocol, one.endpoint)
        sources = [each for each in said if (each.protocol, each.endpoint) == key]
        assert one.answer is answers.get(key, Answer.NOT_ASKED)
        if all(each.asks for each in sources):
            assert one.asks, "nobody trustworthy said so"
            assert not one.is_usable
    for protocol in Protocol:
        for profile in ("", "legacy", "national", "srv"):
            best = found.best(protocol, profile=profile)
            assert best is None or (best.answer is Answer.AGREED and not best.asks)
            if best is not None and profile and found.profile(profile) is not None:
                assert best.profile == profile
            sure = Found(found.domain, found.provider, found.imap, found.smtp, offline=True).choice(
                protocol, profile=profile
            )
            assert sure is None or (sure.grade is not Grade.GUESSED and not sure.asks)


@given(st.lists(CANDIDATES, max_size=12, unique_by=lambda one: (one.protocol, one.endpoint)))
def test_the_order_of_news_changes_nothing_for_different_servers(
    candidates: list[Candidate],
) -> None:
    at_once = added(Found("x.fr"), candidates)
    by_and_by = Found("x.fr")
    for one in candidates:
        by_and_by = added(by_and_by, [one])
    assert at_once == by_and_by
