"""S/MIME of one profile: signatures checked, wrappings opened, own certificates kept.

Rule 1: nothing leaves the PC: no list of revocations, no authority is asked.
Rule 2: the key of an own certificate is in the vault's table of secrets and nowhere else.
Rule 3: what was inside a wrapping is kept where texts are kept, in the encrypted store: then it is
searched, quoted and saved like any message. It takes the place of the wrapping; nothing of both is
ever shown together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.mime import decode_octets
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.smime import (
    OwnCertificate,
    OwnCertificateId,
    Protection,
    Readiness,
    Signature,
    SignatureState,
    SmimeLook,
)
from mel_desktop.ports import Clock
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import outgoing, smime
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Database, Transaction

if TYPE_CHECKING:
    from cryptography import x509

    from mel_desktop.formats.smime_enveloped import OwnKey
    from mel_desktop.formats.smime_signed import Signed

logger = logging.getLogger("mel.smime")

DEEPEST: Final = 5  # signed within encrypted within signed: nobody sends more
MOST_P12: Final = 1024 * 1024


class Smime:
    """Reads and keeps; what is sent is wrapped by ``smime_sending``."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        reading: ReadingService,
        authorities: Callable[[], Iterable[bytes]],
    ) -> None:
        """``authorities``: DER of those that are trusted; called once, when first needed."""
        self._database = database
        self._clock = clock
        self._reading = reading
        self._authorities = authorities
        self._roots: tuple[x509.Certificate, ...] | None = None

    # -- reading -----------------------------------------------------------------------------------

    def look(self, message: MessageId) -> SmimeLook:
        """Check a message that is here whole; what it wraps takes its place. NOT_LOCAL."""
        raw = self._reading.raw(message)
        found = self._reading.show(message)
        at = min(found.received_at, self._clock.now())
        look, entity = self._unwrapped(raw, found.sender.address, at)
        if entity is not None:
            self._put_inside(message, raw, entity)
        elif look.signatures:
            self._show_what_was_checked(message, raw)
        return look

    def _show_what_was_checked(self, message: MessageId, raw: bytes) -> None:
        """The text came by itself: a server that lies could have sent another than was signed."""
        whole = read_whole(raw)
        with self._database.read() as reader:
            before = rows.message(reader, message)
        if before is None or (before.text, before.html) == (whole.text.text, whole.text.html):
            return
        now = self._clock.now()
        self._database.write(
            lambda tx: rows.put_body(tx, message, whole.text, whole.header, complete=True, now=now)
        )

    def _unwrapped(self, raw: bytes, sender: str, at: datetime) -> tuple[SmimeLook, bytes | None]:
        """What was found, and the innermost entity where something had to be opened."""
        from mel_desktop.formats.smime_enveloped import (  # noqa: PLC0415 seldom
            Unopened,
            open_enveloped,
        )
        from mel_desktop.formats.smime_signed import read_signed  # noqa: PLC0415 seldom
        from mel_desktop.logic.smime_wrapping import wrapping  # noqa: PLC0415 seldom

        entity, opened = raw, False
        is_signed = is_encrypted = False
        signatures: tuple[Signature, ...] = ()
        for _ in range(DEEPEST):
            layer = wrapping(entity)
            if layer is None:
                return (
                    SmimeLook(is_signed, is_encrypted, signatures),
                    entity if opened else None,
                )
            if layer.is_encrypted:
                is_encrypted = True
                try:
                    entity = open_enveloped(layer.cms, self._keys())
                except Unopened as trouble:
                    return SmimeLook(is_signed, True, signatures, str(trouble)), None
                opened = True
                continue
            is_signed = True
            signed = read_signed(
                layer.cms, self._trusted(), at, sender=sender, content=layer.content
            )
            signatures = signed.signatures  # the innermost one counts: it is over what is shown
            self._keep_certificates(signed, sender, at)
            if signed.content is None:
                return SmimeLook(True, is_encrypted, signatures, "broken"), None
            opened = opened or layer.content is None
            entity = signed.content
        return SmimeLook(is_signed, is_encrypted, signatures, "too-deep"), None

    def _put_inside(self, message: MessageId, raw: bytes, entity: bytes) -> None:
        outer, inner = read_whole(raw), read_whole(entity)
        found = [
            (one.part, decode_octets(entity[one.start : one.end], one.part.encoding))
            for one in split_structure(entity)
        ]
        with self._database.read() as reader:
            before = rows.message(reader, message)
            known = tuple(one.part.number for one in rows.parts(reader, message) if one.complete)
        if (
            before is not None
            and before.text == inner.text.text
            and ({part.number for part, _ in found} <= set(known))
        ):
            return  # it is there already
        now = self._clock.now()
        self._database.write(
            lambda tx: smime.put_inside(tx, message, found, inner.text, outer.header, now)
        )

    def _keep_certificates(self, signed: Signed, sender: str, at: datetime) -> None:
        """Of a sender whose signature is good: to encrypt to."""
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 seldom

        from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

        if not signed.signatures or any(
            one.state is not SignatureState.GOOD for one in signed.signatures
        ):
            return
        address = sender.strip().lower()
        every = [one for one in map(smime_chain.load, signed.certificates) if one is not None]
        kept = [
            one for one in dict.fromkeys(every)
            if address in smime_chain.addresses_of(one)
            and not smime_chain.judge(one, every, self._trusted(), at, encrypt=True).problem
        ]  # fmt: skip
        with self._database.read() as reader:
            kept = [one for one in kept if not smime.is_known(reader, _print(one))]
        if not kept:
            return
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            for one in kept:
                der = one.public_bytes(Encoding.DER)
                smime.put_person(tx, _print(one), address, der, one.not_valid_after_utc, now)

        self._database.write(work)

    def _trusted(self) -> tuple[x509.Certificate, ...]:
        from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

        if self._roots is None:
            loaded = (smime_chain.load(one) for one in self._authorities())
            self._roots = tuple(one for one in loaded if one is not None)
        return self._roots

    def _keys(self) -> list[OwnKey]:
        from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom
        from mel_desktop.formats.smime_enveloped import OwnKey  # noqa: PLC0415 seldom

        out: list[OwnKey] = []
        with self._database.read() as reader:
            for one in smime.own(reader):
                certificate, key = smime_chain.load(one.certificate), smime.key_of(reader, one.id)
                if certificate is not None and key is not None:
                    out.append(OwnKey(certificate, key.reveal().encode("ascii")))
        return out

    # -- own certificates --------------------------------------------------------------------------

    def own(self) -> tuple[OwnCertificate, ...]:
        """All of them, the newest first."""
        from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            stored = smime.own(reader)
        found = ((one.id, smime_chain.load(one.certificate)) for one in stored)
        return tuple(_own(id_, one) for id_, one in found if one is not None)

    def import_p12(self, octets: bytes, passphrase: Secret) -> OwnCertificate:
        """BAD_FILE with why: no-p12 | p12-passphrase | p12-no-key | p12-no-address."""
        from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 seldom
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 seldom
            Encoding,
            NoEncryption,
            PrivateFormat,
            pkcs12,
        )

        from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom
        from mel_desktop.formats.smime_chain import BROKEN  # noqa: PLC0415 seldom

        if len(octets) > MOST_P12:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-p12")
        try:
            key, leaf, others = pkcs12.load_key_and_certificates(
                octets, passphrase.reveal().encode("utf-8")
            )
        except ValueError as error:
            wrong = "password" in str(error).lower() or "mac" in str(error).lower()
            why = "p12-passphrase" if wrong else "no-p12"
            raise LocalRefusal(ErrorCode.BAD_FILE, why=why) from error
        except BROKEN as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-p12") from error
        if leaf is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise LocalRefusal(ErrorCode.BAD_FILE, why="p12-no-key")
        if not smime_chain.addresses_of(leaf):
            raise LocalRefusal(ErrorCode.BAD_FILE, why="p12-no-address")
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = [one.public_bytes(Encoding.DER) for one in others[:10]]
        der, now = leaf.public_bytes(Encoding.DER), self._clock.now()
        kept = Secret(pem.decode("ascii"))
        id_ = self._database.write(
            lambda tx: smime.add_own(tx, _print(leaf), der, chain, kept, now), durable=True
        )
        return _own(id_, leaf)

    def remove_own(self, wanted: OwnCertificateId) -> None:
        """With its key: what was encrypted to it cannot be opened any more."""
        self._database.write(lambda tx: smime.remove_own(tx, wanted), durable=True)

    def choose(self, address: str, wanted: OwnCertificateId | None) -> None:
        """Which one an identity signs with; None: the newest that is for its address."""
        self._database.write(lambda tx: smime.choose(tx, address, wanted))

    def chosen(self, address: str) -> OwnCertificateId | None:
        """The same, read."""
        with self._database.read() as reader:
            found = smime.chosen(reader, address)
        return None if found is None else OwnCertificateId(found)

    # -- drafts ------------------------------------------------------------------------------------

    def wish(self, draft: DraftId, wanted: Protection) -> None:
        """How a draft is to leave."""
        self._database.write(lambda tx: smime.wish(tx, draft, wanted), durable=True)

    def wished(self, draft: DraftId) -> Protection:
        """The same, read."""
        with self._database.read() as reader:
            return smime.wished(reader, draft)

    def readiness(self, draft: DraftId, sender: str) -> Readiness:
        """What would stand in the way of signing and encrypting a draft as it was saved."""
        from mel_desktop.services.smime_sending import (  # noqa: PLC0415 seldom
            encryption_certificate,
            own_for,
        )

        now = self._clock.now()
        with self._database.read() as reader:
            content = outgoing.draft(reader, draft).content
            people: Sequence[str] = [one.address for one in (*content.to, *content.cc)]
            missing = [one for one in people if encryption_certificate(reader, one, now) is None]
            has_own = own_for(reader, sender, now) is not None
        return Readiness(has_own, tuple(dict.fromkeys(missing)), bool(content.bcc))


def _print(found: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 seldom

    return found.fingerprint(hashes.SHA256())


def _own(id_: int, found: x509.Certificate) -> OwnCertificate:
    from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

    return OwnCertificate(
        OwnCertificateId(id_),
        smime_chain.name_of(found.subject),
        smime_chain.addresses_of(found),
        smime_chain.name_of(found.issuer),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
        _print(found).hex(),
        smime_chain.may(found),
        smime_chain.may(found, encrypt=True),
    )
