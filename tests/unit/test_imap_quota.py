"""GETQUOTAROOT answers."""

from __future__ import annotations

import pytest

from mel_desktop.net.imap_grammar import Response
from mel_desktop.net.imap_quota import QuotaAnswers
from mel_desktop.ports import Quota


def told(*lines: str) -> tuple[tuple[Quota, ...], list[bool]]:
    answers = QuotaAnswers()
    claimed = [answers(Response((line.encode(),))) for line in lines]
    return answers.quotas, claimed


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ('* QUOTAROOT "INBOX" ""', '* QUOTA "" (STORAGE 10 512)'),
            [Quota("", "STORAGE", 10_240, 524_288)],
        ),
        (
            ('* QUOTAROOT INBOX "User quota"', '* QUOTA "User quota" (MESSAGE 3 100 STORAGE 7 9)'),
            [Quota("User quota", "STORAGE", 7168, 9216), Quota("User quota", "MESSAGE", 3, 100)],
        ),
        (  # a root that is not of this folder
            ('* QUOTAROOT INBOX "a"', '* QUOTA "b" (STORAGE 1 2)', '* QUOTA "a" (STORAGE 3 4)'),
            [Quota("a", "STORAGE", 3072, 4096)],
        ),
        (
            ("* QUOTAROOT INBOX 2026", "* QUOTA 2026 (storage 1 2)"),
            [Quota("2026", "STORAGE", 1024, 2048)],
        ),
        (("* QUOTAROOT INBOX", ), []),  # no root: no quota
        (('* QUOTAROOT INBOX ""', '* QUOTA "" ()'), []),  # a root without limits
        (('* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE 5 0)'), []),
        (('* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE 5 9223372036854775807)'), []),
        (
            ('* QUOTAROOT INBOX ""', '* QUOTA "" (X-NUM-FOLDER 5 9 STORAGE 1 2)'),
            [Quota("", "STORAGE", 1024, 2048)],
        ),
        (('* QUOTA "" (STORAGE 600 512)',), [Quota("", "STORAGE", 614_400, 524_288)]),  # over it
        # Nonsense
        (('* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE x y)'), []),
        (('* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE 1)'), []),
        (('* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE -1 5)'), []),
        (('* QUOTAROOT INBOX ""', "* QUOTA ((("), []),
        (('* QUOTAROOT INBOX ""', "* QUOTA " + "(" * 50_000), []),
    ],
)  # fmt: skip
def test_read(lines: tuple[str, ...], expected: list[Quota]) -> None:
    quotas, claimed = told(*lines)
    assert list(quotas) == expected
    assert all(claimed)


def test_other_answers_are_not_claimed() -> None:
    assert told("* 3 EXISTS", '* STATUS "QUOTA" ()', "* QUOTATION x") == ((), [False] * 3)


def test_a_million_roots_are_not_kept() -> None:
    many = (f'* QUOTA "{one}" (STORAGE 1 2)' for one in range(5000))
    quotas, _ = told(*many)
    assert len(quotas) == 50
