"""Groups as recipients: who of a class or group of the directory can be written to."""

from __future__ import annotations

from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import EntryId
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class GroupHit:
    """A group that fits what is typed, and those of it that ``audience`` means.

    ``members``: each address once. ``unreachable``: names of those without an address.
    ``subject``: that of a team of one subject. ``source``: of all that it was put together from.
    """

    id: EntryId
    audience: Audience
    name: str
    school: str
    members: tuple[Address, ...]
    unreachable: tuple[str, ...] = ()
    source: str = ""
    is_own: bool = False  # made by the person, kept in the vault; ``id`` says nothing then
    subject: str = ""
