"""Signing in through a provider's own page (OAuth 2.0, RFC 6749): who grants, and what."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from mel_desktop.model.accounts import Endpoint, Secret
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """An authorisation server and this program's name there.

    ``issuer`` "": no discovery document; then the endpoints stand here. ``client_id`` "": IT has
    not given one, so nobody can sign in there yet. ``names_itself``: answers carry ``iss``
    (RFC 9207), and one without it is refused.
    """

    id: str
    name: str = ""
    issuer: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    authorization_uri: str = ""
    token_uri: str = ""
    device_uri: str = ""
    revocation_uri: str = ""
    names_itself: bool = False
    client_secret: Secret | None = field(default=None, repr=False)  # some ask it of desktops too
    imap: Endpoint | None = None
    smtp: Endpoint | None = None
    ca_pem: str = field(default="", repr=False)
    help_uri: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person has granted. ``expires_at`` None: the provider did not say."""

    access: Secret
    refresh: Secret | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DevicePrompt:
    """What the person types on another device (RFC 8628), and until when."""

    code: str
    address: str
    whole_address: str  # with the code in it; "" where there is none
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A grant that no account has yet, and by whom it was given."""

    provider: Provider
    grant: Grant
