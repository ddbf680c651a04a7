"""Containers that hide or vouch for what is in them, named for what they are. Nothing is opened.

RFC 8551 (S/MIME), 3156 (PGP/MIME), 9580 section 6 and 7 (armour and cleartext signatures in text).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mel_desktop.model.mail import MessageWarning, Part, WarningCode

LOOKED_AT: Final = 200_000  # letters of a text in which armour is looked for

_ENVELOPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SMIME_SIGNATURES: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature",
})  # fmt: skip
_SIGNED_ENVELOPE: Final = re.compile(r"smime-type\s*=\s*\"?(?:signed-data|certs-only)", re.I)
_ARMOUR: Final = re.compile(r"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----[ \t]*$", re.M)
_ARMOURED: Final = {
    "MESSAGE": WarningCode.ENCRYPTED_PGP, "SIGNED MESSAGE": WarningCode.SIGNED_PGP,
}  # fmt: skip


def container_warnings(
    parts: Sequence[Part], text: str, content_type: str = ""
) -> tuple[MessageWarning, ...]:
    """What a message is wrapped in. ``content_type``: the field of the message, as written."""
    found: list[WarningCode] = []
    for part in parts:
        code = _container(part, content_type)
        if code is not None:
            found.append(code)
    if "-----BEGIN PGP " in text:
        found += [_ARMOURED[hit[1]] for hit in _ARMOUR.finditer(text[:LOOKED_AT])]
    return tuple(MessageWarning(code) for code in dict.fromkeys(found))


def _container(part: Part, content_type: str) -> WarningCode | None:
    kind = part.media_type
    if kind in _ENVELOPES:
        is_signed = part.filename.lower().endswith((".p7s", ".p7c"))
        if is_signed or _SIGNED_ENVELOPE.search(content_type):
            return WarningCode.SIGNED_SMIME
        return WarningCode.ENCRYPTED_SMIME
    within = part.within.split("/")
    if kind in _SMIME_SIGNATURES and "signed" in within:
        return WarningCode.SIGNED_SMIME
    if kind == "application/pgp-signature" and "signed" in within:
        return WarningCode.SIGNED_PGP
    if kind == "application/pgp-encrypted":
        return WarningCode.ENCRYPTED_PGP
    return None
