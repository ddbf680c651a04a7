"""Received and Authentication-Results fields that a sender had a hand in: none is believed."""

from __future__ import annotations

import time

import pytest

from mel_desktop.logic import auth_results

ME = ("imap.ac-rennes.fr",)
HEAD = "recteur@ac-rennes.fr"
FORGED = (
    "Authentication-Results: mx1.ac-rennes.fr; dmarc=pass header.from=ac-rennes.fr\r\n"
    "Received: from a.evil.example (a.evil.example [198.51.100.9]) by mx1.ac-rennes.fr; x\r\n"
)


@pytest.mark.parametrize(
    "giver",
    [
        "mail.evil.example ([198.51.100.7] helo=mx1.ac-rennes.fr)",  # Exim
        "[198.51.100.7] (helo=mx1.ac-rennes.fr)",
        "[198.51.100.7] (port=4 helo=[10.0.0.1])",
        "[2001:db8::7] (helo=mx1.ac-rennes.fr)",
        "unknown (HELO mx1.ac-rennes.fr) (198.51.100.7)",  # qmail
        "unknown (HELO evil) (198.51.100.7)",
        "x (mx.ac-rennes.fr@evil.example [198.51.100.7])",  # identd
        "mx1.ac-rennes.fr (mx1.ac-rennes.fr [198.51.100.7] (may be forged))",  # sendmail
        "mx1.ac-rennes.fr",
        "!mx (evil.example [198.51.100.7])",
        "(evil.example [198.51.100.7])",
        "mx1.ac-rennes.fr (unknown [198.51.100.7]) (Authenticated sender: x@ac-rennes.fr)",
    ],
)
def test_a_giver_that_speaks_for_itself_is_outside(giver: str) -> None:
    header = f"Received: from {giver} by mx1.ac-rennes.fr with ESMTP; x\r\n{FORGED}\r\n"
    assert not auth_results.read(header.encode(), HEAD, ME)[0].is_verified


@pytest.mark.parametrize(
    "hop",
    [
        "from mx1.ac-rennes.fr (mx1.ac-rennes.fr [198.51.100.1]) by store.ac-rennes.fr with ESMTP",
        "from mx1.ac-rennes.fr (10.0.0.4) by store.ac-rennes.fr with SMTP",
        "from z.ac-rennes.fr (LHLO z.ac-rennes.fr) (10.0.0.4) by z.ac-rennes.fr with LMTP",
        "from mx1.ac-rennes.fr by store.ac-rennes.fr (Dovecot) with LMTP id x",
        "from process-daemon.mx1.ac-rennes.fr by mx1.ac-rennes.fr (Oracle) id x",
        "by store.ac-rennes.fr with LMTP id x",
        "(qmail 1 invoked by uid 89)",
    ],
)
def test_the_hops_of_the_own_provider_are_inside(hop: str) -> None:
    header = f"Received: {hop}; x\r\n{FORGED}\r\n"
    assert auth_results.read(header.encode(), HEAD, ME)[0].is_verified


def _told(results: str) -> auth_results.Authentication:
    header = (
        "Received: from mx1.ac-rennes.fr (mx1.ac-rennes.fr [10.0.0.1]) by s.ac-rennes.fr; x\r\n"
        f"Authentication-Results: mx1.ac-rennes.fr; {results}\r\n"
        "Received: from a.evil.example (a.evil.example [198.51.100.9]) by mx1.ac-rennes.fr; x\r\n"
        "\r\n"
    )
    return auth_results.read(header.encode(), HEAD, ME)[0]


@pytest.mark.parametrize(
    "results",
    [
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=ac-rennes.fr"@evil.example',
        'spf=pass smtp.mailfrom="x smtp.mailfrom=a@ac-rennes.fr "@evil.example',
        r'spf=pass smtp.mailfrom="x\"; dmarc=pass header.from=ac-rennes.fr"@evil.example',
        'spf=pass (a "quoted) smtp.mailfrom=x@evil.example; spf=none (b" dmarc=pass)',
    ],
)
def test_the_words_of_a_sender_are_no_result(results: str) -> None:
    assert not _told(results).is_verified


def test_comments_and_quotes_are_read_around() -> None:
    told = _told('spf=pass (a (nested; x) b) smtp.mailfrom="a.b"@ac-rennes.fr; dkim=none (x')
    assert told.is_verified
    assert _told('dmarc=fail header.from=ac-rennes.fr; x="').has_failed


def test_comments_by_the_thousand_take_no_time() -> None:
    nested = "Authentication-Results: evil" + "(" * 3900 + ")" * 3900 + "\r\n"
    header = (
        "Received: from mx1.ac-rennes.fr ([10.0.0.1]) by s.ac-rennes.fr; x\r\n"
        + nested * 50
        + "Received: from a.b.example (a.b.example [198.51.100.9]) by mx1.ac-rennes.fr; x\r\n\r\n"
    )
    begun = time.process_time()
    auth_results.read(header.encode(), HEAD, ME)
    assert time.process_time() - begun < 2  # 18 s before
