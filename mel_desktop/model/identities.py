"""Under which names and addresses an account writes, and how it signs."""

from __future__ import annotations

from enum import Enum
from typing import Final, NewType

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Address
from mel_desktop.model.values import dataclass

IdentityId = NewType("IdentityId", int)
UNSTORED: Final = IdentityId(0)  # an account's own identity of which nothing was changed yet


class IdentityKind(Enum):
    """OWN: the account itself. ALIAS: another address of it. BOX: one that several people share."""

    OWN = "own"
    ALIAS = "alias"
    BOX = "box"


class EnvelopeSender(Enum):
    """Whose address the server is told at MAIL FROM; bounces go there."""

    IDENTITY = "identity"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Signature:
    """What ends a letter, without the "-- " before it. ``html`` "": the text is used."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """One From. Of the OWN one the address is the account's, whatever was stored."""

    id: IdentityId
    account: AccountId
    kind: IdentityKind
    name: str
    address: str
    reply_to: str = ""
    organisation: str = ""
    envelope: EnvelopeSender = EnvelopeSender.IDENTITY
    signature: Signature = Signature()
    is_default: bool = False
    sent_folder: str = ""  # of a BOX: the path on the server where copies are filed

    @property
    def sender(self) -> Address:
        """As From has it."""
        return Address(self.name, self.address)
