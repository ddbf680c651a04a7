"""The shield: senders, the own provider's verdict, files, forms."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from mel_desktop.app import trust_words
from mel_desktop.logic import auth_results, risky_files
from mel_desktop.logic.trust import Namesake, TrustFacts, claims_office, shield
from mel_desktop.model.mail import Address
from mel_desktop.model.trust import Authentication, Finding, Severity, TrustCode

OWN = frozenset({"ac-rennes.fr"})
C, S = TrustCode, Severity


def codes(facts: TrustFacts, least: Severity = S.LOOK) -> dict[TrustCode, Severity]:
    return {one.code: one.severity for one in shield(facts).findings if one.severity >= least}


def sender(name: str, address: str) -> TrustFacts:
    return TrustFacts(Address(name, address), own_domains=OWN)


@pytest.mark.parametrize(
    ("name", "address", "code", "severity"),
    [
        ("Rectorat", "rectorat.rennes@gmail.com", C.CLAIMS, S.DANGER),
        ("DSDEN 35", "x@outlook.fr", C.CLAIMS, S.DANGER),
        ("Assistance informatique", "x@societe.example", C.CLAIMS, S.LOOK),
        ("Marie", "marie@ac-renes.fr", C.LOOK_ALIKE, S.DANGER),
        ("Marie", "marie@ac-rennes.tk", C.LOOK_ALIKE, S.DANGER),
        ("Marie", "marie@xn--c-rennes-qdh.fr", C.LOOK_ALIKE, S.DANGER),
        ("rectrice@ac-rennes.fr", "x@evil.example", C.ADDRESS_IN_NAME, S.DANGER),
        ("SNES", "info@snes-ac-rennes.example", C.LOOK_ALIKE, S.LOOK),
    ],
)
def test_senders_that_pretend(name: str, address: str, code: TrustCode, severity: Severity) -> None:
    assert codes(sender(name, address))[code] is severity


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Rectorat de Rennes", "ce.rectorat@ac-rennes.fr"),
        ("Ministère", "noreply@education.gouv.fr"),
        ("Ministère de la culture", "presse@culture.gouv.fr"),
        ("Parent Dupont", "dupont@gmail.com"),
        ("MAIF", "news@news.maif.fr"),
        ("", "secretariat@mairie-rennes.example"),
    ],
)
def test_honest_senders(name: str, address: str) -> None:
    assert codes(sender(name, address)) == {}


def test_a_name_of_the_directory_from_elsewhere() -> None:
    known = (Namesake("anne.chef@ac-rennes.fr", is_senior=True),)
    facts = TrustFacts(Address("Anne Martin", "a@evil.example"), own_domains=OWN, namesakes=known)
    assert codes(facts) == {C.KNOWN_NAME: S.DANGER}
    met = TrustFacts(facts.sender, own_domains=OWN, namesakes=known, met=True)
    assert codes(met) == {C.KNOWN_NAME: S.LOOK}  # a trap begins with a harmless line
    like = (Namesake("anne.martin@ac-rennes.fr"),)
    met = TrustFacts(facts.sender, own_domains=OWN, namesakes=like, met=True)
    assert codes(met) == {}
    same = TrustFacts(Address("Anne", "anne.chef@ac-rennes.fr"), own_domains=OWN, namesakes=known)
    assert codes(same) == {}


def test_reply_elsewhere_and_first_time() -> None:
    facts = TrustFacts(
        Address("Chef", "chef@ac-rennes.fr"), (Address("", "chef@gmail.com"),), own_domains=OWN
    )
    assert codes(facts) == {C.REPLY_ELSEWHERE: S.LOOK}
    assert C.FIRST_TIME in codes(facts, S.CALM)


def test_forms_are_told() -> None:
    facts = TrustFacts(Address("", "a@ac-rennes.fr"), raw_html="<form><input type=password></form>")
    assert codes(facts) == {C.FORM: S.DANGER}
    facts = TrustFacts(Address("", "a@ac-rennes.fr"), raw_html="<form action=x>")
    assert codes(facts) == {C.FORM: S.LOOK}


def test_titles_of_office() -> None:
    assert claims_office("Madame l’Inspectrice d’académie")
    assert claims_office("Service Informatique – Webmail")
    assert not claims_office("Marie Recteurat-Dupont")


# -- what the own provider says --------------------------------------------------------------------

TOP = b"Received: from mx1.ac-rennes.fr (mx1.ac-rennes.fr [10.1.1.1]) by store.ac-rennes.fr; x\r\n"
OUTER = b"Received: from evil.example (evil.example [192.0.2.9]) by mx1.ac-rennes.fr; x\r\n"
GOOD = b"Authentication-Results: mx1.ac-rennes.fr; dmarc=pass header.from=lycee.example\r\n"
BAD = b"Authentication-Results: mx1.ac-rennes.fr; spf=fail;\r\n dmarc=fail\r\n"
FROM = "x@lycee.example"
HOSTS = ("imap.ac-rennes.fr", "ac-rennes.fr")


def verdict(header: bytes, ids: tuple[str, ...] = ()) -> Authentication:
    return auth_results.read(header, FROM, HOSTS, ids)[0]


def test_the_own_provider_is_believed() -> None:
    assert verdict(TOP + GOOD + OUTER).is_verified
    assert verdict(TOP + BAD + OUTER).has_failed
    assert verdict(GOOD + OUTER).server == "mx1.ac-rennes.fr"


@pytest.mark.parametrize(
    "header",
    [
        TOP + OUTER + GOOD,  # was in the message already
        GOOD,  # never came from outside
        TOP + GOOD.replace(b"mx1.ac-rennes.fr", b"evil.example") + OUTER,
        OUTER + TOP + GOOD,
        TOP + OUTER + b"ARC-Authentication-Results: i=1; mx1.ac-rennes.fr; dmarc=pass\r\n",
        b"",
    ],
)
def test_forged_verdicts_are_ignored(header: bytes) -> None:
    assert verdict(header).is_silent


def test_policy_names_the_server() -> None:
    other = GOOD.replace(b"mx1.ac-rennes.fr", b"filtre.example")
    assert verdict(TOP + other + OUTER).is_silent
    assert verdict(TOP + other + OUTER, ("filtre.example",)).is_verified
    assert verdict(TOP + GOOD + OUTER, ("filtre.example",)).is_silent


def test_alignment_is_needed() -> None:
    foreign = b"Authentication-Results: mx1.ac-rennes.fr; dkim=pass header.d=mailer.example\r\n"
    assert not verdict(TOP + foreign + OUTER).is_verified
    own = foreign.replace(b"mailer.example", b"news.lycee.example")
    assert verdict(TOP + own + OUTER).is_verified


def test_arc_of_the_own_provider() -> None:
    sealed = b"ARC-Authentication-Results: i=2; mx1.ac-rennes.fr; dmarc=pass\r\n"
    assert verdict(TOP + sealed + OUTER).is_verified


def test_the_way_is_told_from_the_sender() -> None:
    _, way = auth_results.read(TOP + OUTER, FROM, HOSTS)
    assert [(one.giver, one.is_own) for one in way] == [
        ("evil.example", True), ("mx1.ac-rennes.fr", True),
    ]  # fmt: skip


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "head", "reason", "severity"),
    [
        ("facture.pdf.exe", "application/pdf", b"", "double", S.DANGER),
        ("facture\u202efdp.exe", "", b"", "direction", S.DANGER),
        ("facture.pdf          .scr", "", b"", "spaces", S.DANGER),
        ("programme.exe.", "", b"", "dots", S.DANGER),
        ("note.lnk", "", b"", "program", S.DANGER),
        ("image.iso", "", b"", "program", S.DANGER),
        ("carnet.one", "", b"", "program", S.DANGER),
        ("connexion.html", "text/html", b"", "page", S.LOOK),
        ("dessin.svg", "image/svg+xml", b"", "page", S.LOOK),
        ("notes.xlsm", "", b"", "macros", S.LOOK),
        ("notes.pdf", "application/pdf", b"MZ\x90", "inside-program", S.DANGER),
        ("notes.pdf", "application/pdf", b"<html>", "inside-page", S.DANGER),
        ("notes.docx", "", b"%PDF-1.7", "inside", S.LOOK),
        ("exo.py", "text/x-python", b"", "script", S.LOOK),
    ],
)
def test_risky_files(name: str, kind: str, head: bytes, reason: str, severity: Severity) -> None:
    found = {one.reason: one.severity for one in risky_files.judge(name, kind, head)}
    assert found[reason] is severity


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Bulletin 1er trimestre.pdf", b"%PDF-1.4"), ("liste.xlsx", b"PK\x03\x04"),
        ("photo.JPG", b"\xff\xd8\xff\xe0"), ("cours.odt", b"PK\x03\x04"), ("notes.doc", b"{\\rtf1"),
        ("M. Dupont.docx", b"PK\x03\x04"), ("classe.6e.pdf", b""), ("rdv.ics", b"BEGIN:VCALENDAR"),
    ],
)  # fmt: skip
def test_harmless_files(name: str, head: bytes) -> None:
    assert risky_files.judge(name, "", head) == ()


def test_archives() -> None:
    found = risky_files.judge("a.zip", "", b"PK\x03\x04", lock="zip", members=("x/setup.exe",))
    assert {one.code for one in found} == {C.LOCKED_FILE, C.DANGEROUS_FILE}


def test_every_code_has_words_in_both_languages() -> None:
    for code in TrustCode:
        finding = Finding(code, S.LOOK, "", "x.example", "ac-rennes.fr")
        assert trust_words.told(finding, "fr") != trust_words.told(finding, "en")
        assert "{" not in trust_words.told(finding, "fr")


@pytest.mark.parametrize("piece", ["<input ", "<a ", "<area href=", "<form <a <input"])
def test_tags_without_an_end_are_looked_at_at_once(piece: str) -> None:
    facts = replace(sender("x", "x@y.example"), raw_html=piece * 50_000)
    begun = time.process_time()
    shield(facts)
    assert time.process_time() - begun < 2  # minutes before
