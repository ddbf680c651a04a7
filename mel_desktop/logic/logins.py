"""The login that goes with an address, as a proposal: the teacher may change it."""

from __future__ import annotations

import re

from mel_desktop.logic.folding import fold
from mel_desktop.model.providers import LoginForm

# Boxes of schools have logins of their own, or none (a shared folder of the national service).
SCHOOL_BOXES = frozenset({"ce", "ecole"})


def proposed_login(form: LoginForm, email: str) -> str:
    """``jean.dupont2@ac-x.fr`` as PNOM: jdupont2. "" where nothing can be proposed."""
    address = email.strip()
    local, _, domain = address.partition("@")
    if form is LoginForm.ADDRESS:
        return address if local and domain else ""
    if form is LoginForm.OWN:
        return ""
    if form is LoginForm.LOCAL_PART:
        return local
    first, dot, surname = local.partition(".")
    if dot and first.lower() in SCHOOL_BOXES:
        return ""
    if not dot or not first or not surname:
        return local
    name = fold(first)[:1] + re.sub(r"[^a-z0-9-]", "", fold(surname))
    return name or local


def domain_of(email: str) -> str:
    """The domain in lower case and ASCII; "" where there is none, or none that DNS can hold."""
    domain = email.strip().rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        return ""
