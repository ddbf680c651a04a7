"""The error tree: every code has its class, its exit code and its words in both languages."""

from __future__ import annotations

import pytest

from mel_desktop.app import wording
from mel_desktop.model import errors
from mel_desktop.model.errors import ErrorCode, ExitCode, MelError, Retry

BRANCHES = (
    errors.ServerSaid,
    errors.ConnectionTrouble,
    errors.ServerBroken,
    errors.StoreTrouble,
    errors.LocalRefusal,
    errors.Cancelled,
    errors.Bug,
)


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_belongs_to_exactly_one_branch(code: ErrorCode) -> None:
    assert [branch for branch in BRANCHES if code in branch.codes] != []
    assert sum(code in branch.codes for branch in BRANCHES) == 1


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_sentences_and_an_action_where_a_person_must_act(code: ErrorCode) -> None:
    for language in ("fr", "en"):
        assert wording.sentence(code, language).endswith((".", ")"))
        if code.retry is Retry.AFTER_USER:
            assert wording.action(code, language)


def test_codes_are_stable_names_without_doubles() -> None:
    names = [code.text for code in ErrorCode]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and " " not in name for name in names)


def test_exit_codes_are_those_of_the_contract() -> None:
    assert {code.exit_code for code in ErrorCode} <= set(ExitCode)
    assert ErrorCode.SIGN_IN_REFUSED.exit_code == 3
    assert ErrorCode.WRONG_PASSPHRASE.exit_code == 5
    assert ErrorCode.DAMAGED.exit_code == 7
    assert ErrorCode.DISK_FULL.exit_code == 8


def test_a_code_of_another_branch_is_refused() -> None:
    with pytest.raises(ValueError, match="not an error of StoreTrouble"):
        errors.StoreTrouble(ErrorCode.SIGN_IN_REFUSED)


def test_facts_are_shown_and_cannot_be_changed() -> None:
    error: MelError = errors.ConnectionTrouble(ErrorCode.TIMED_OUT, host="imap.invalid", port=993)
    assert str(error) == "timed-out (host=imap.invalid, port=993)"
    with pytest.raises(TypeError):
        error.facts["host"] = "x"  # type: ignore[index]
