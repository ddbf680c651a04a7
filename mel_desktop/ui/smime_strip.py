"""Who signed a message and whether it holds, what it was encrypted with; OpenPGP by its name."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.mail import BodyState, MessageId, ReadMessage, WarningCode
from mel_desktop.model.smime import Signature, SignatureState, SmimeLook
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme

FETCHED_UNASKED = 300_000  # octets of a message that is brought whole to be checked
_SMIME = frozenset({WarningCode.SIGNED_SMIME, WarningCode.ENCRYPTED_SMIME})
_PGP = frozenset({WarningCode.SIGNED_PGP, WarningCode.ENCRYPTED_PGP})
_CALM = frozenset({SignatureState.GOOD})
_GRAVE = frozenset({SignatureState.ALTERED})


class SmimeStrip(Strip):
    """Looks aside; what had to be opened is shown by the reader when it is there."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self._message: ReadMessage | None = None
        self._looked: tuple[MessageId, SmimeLook] | None = None
        self._asked: MessageId | None = None
        self.notice = Notice(theme, self, closable=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)

    def show_message(self, found: ReadMessage | None) -> None:
        """What is known of it; the check begins when there is one to make."""
        if found is None or (self._message is not None and self._message.id != found.id):
            self._looked = self._asked = None
        self._message = found
        codes = set() if found is None else {one.code for one in found.warnings}
        if found is not None and (codes & _SMIME or _is_wrapped(found)):
            self._show_smime(found)
        elif codes & _PGP:
            self._say_pgp(is_encrypted=WarningCode.ENCRYPTED_PGP in codes)
        else:
            self.notice.clear()
            self.hide()

    # -- S/MIME ------------------------------------------------------------------------------------

    def _show_smime(self, found: ReadMessage) -> None:
        if self._looked is not None and self._looked[0] == found.id:
            self._say_look(self._looked[1])
            return
        if self._asked == found.id or found.body is not BodyState.LOCAL:
            return  # its text, which the reader fetches, would come after what was inside
        self._asked = found.id
        self._say(self.tr("S/MIME: being checked…"))
        message = found.id
        self._bridge.run(
            self,
            lambda: self._facade.smime.look(message),
            done=lambda look: self._on_looked(message, look),
            failed=lambda error: self._on_not_here(message, error),
            local=True,
        )

    def _on_not_here(self, message: MessageId, error: MelError) -> None:
        if self._message is None or self._message.id != message:
            return
        if error.code is not ErrorCode.NOT_LOCAL:
            self._say(str(wording.of_error(error)), Tone.WARNING)
            return
        octets = sum(part.size for part in self._message.parts)
        if octets <= FETCHED_UNASKED and not self._facade.status().offline:
            self._load()
            return
        self._say(
            self.tr("This message is signed or encrypted (S/MIME). It was not checked: that takes "
                    "all of it."),
            button=self.tr("Fetch and check ({size})").format(size=figures.size(octets)),
        )  # fmt: skip

    def _load(self) -> None:
        if self._message is None:
            return
        message = self._message.id
        self._bridge.run(
            self,
            lambda: self._facade.smime.load(message),
            done=lambda look: self._on_looked(message, look),
            failed=lambda error: self._on_failed(message, error),
        )

    def _on_failed(self, message: MessageId, error: MelError) -> None:
        if self._message is not None and self._message.id == message:
            why = wording.of_error(error).text
            self._say(
                self.tr("The S/MIME signature or encryption was not checked: {why}").format(
                    why=why
                ),
                Tone.WARNING,
                button=self.tr("Try again"),
            )

    def _on_looked(self, message: MessageId, look: SmimeLook) -> None:
        if self._message is None or self._message.id != message:
            return
        self._looked = (message, look)
        self._say_look(look)
        self.changed.emit()  # what was inside is there now

    def _say_look(self, look: SmimeLook) -> None:
        said: list[str] = []
        tone = Tone.INFO
        if look.is_encrypted:
            said.append(self._encrypted(look.trouble))
            tone = Tone.WARNING if look.trouble else tone
        worst = look.worst
        if worst is not None:
            said.extend(map(self._signed, look.signatures))
            tone = Tone.WARNING if worst.state not in _CALM else tone
            tone = Tone.DANGER if worst.state in _GRAVE else tone
        elif look.is_encrypted and not look.trouble:
            said.append(self.tr("It is not signed: nothing proves who wrote it."))
        elif not look.is_encrypted:
            said.append(
                self.tr("Only a part of this message is signed (S/MIME); it was not checked.")
            )
            tone = Tone.WARNING
        if look.trouble and not look.is_encrypted:
            said.append(self.tr("What it holds cannot be read."))
        self._say("\n".join(said), tone)

    def _encrypted(self, trouble: str) -> str:
        if not trouble:
            return self.tr("This message was encrypted for you; it was opened with your key.")
        if trouble == "no-key":
            return self.tr(
                "This message is encrypted (S/MIME) for a certificate whose key is not here. "
                "Import your certificate (Shift+F9), then open the message again."
            )
        if trouble == "unsupported":
            return self.tr("This message is encrypted (S/MIME) in a way that is not known here.")
        if trouble == "altered":
            return self.tr(
                "This message is encrypted (S/MIME), and was altered on its way: nothing of it is "
                "shown. Ask for it again."
            )
        return self.tr("This message is encrypted (S/MIME), and damaged: it cannot be opened.")

    def _signed(self, one: Signature) -> str:
        who = one.name
        if one.addresses:
            who = f"{one.name} <{one.addresses[0]}>"
        day = "" if one.not_after is None else figures.plain_date(one.not_after)
        state = SignatureState
        if one.state is state.UNCHECKED:
            reasons = {
                "unsupported": self.tr("it was made in a way that is not known here"),
                "no-certificate": self.tr("the certificate does not come with it"),
                "too-many": self.tr("too many people signed"),
            }
            why = reasons.get(one.why, self.tr("it is damaged"))
            return self.tr("The signature could not be checked: {why}.").format(why=why)
        pattern = {
            state.GOOD: self.tr(
                "Signed by {who}, unaltered. Vouched for by {authority} (whether it was revoked "
                "since is not looked up)."
            ),
            state.OTHER_ADDRESS: self.tr(
                "Signed by {who}, but the message says that it comes from another address."
            ),
            state.WEAK: self.tr(
                "Signed by {who}, in an old way that can be forged: it proves nothing."
            ),
            state.EXPIRED: self.tr(
                "Signed by {who}, with a certificate that was not in force then (until {day})."
            ),
            state.UNKNOWN_AUTHORITY: self.tr(
                "Signed in the name of {who}, but {authority} is an authority that this PC does "
                "not know: it proves nothing."
            ),
            state.ALTERED: self.tr(
                "The message was altered after it was signed in the name of {who}: do not trust it."
            ),
        }[one.state]
        return pattern.format(who=who, authority=one.authority, day=day)

    # -- OpenPGP -----------------------------------------------------------------------------------

    def _say_pgp(self, *, is_encrypted: bool) -> None:
        if is_encrypted:
            text = self.tr(
                "Encrypted with OpenPGP: not supported here. Save the attachment and open it with "
                "a program for OpenPGP."
            )
        else:
            text = self.tr(
                "Signed with OpenPGP: not supported here; the signature was not checked."
            )
        self._say(text, Tone.WARNING if is_encrypted else Tone.INFO)

    def _say(self, text: str, tone: Tone = Tone.INFO, *, button: str = "") -> None:
        self.notice.say(text, tone, button=button, call=self._load if button else None)
        self.show()


def _is_wrapped(found: ReadMessage) -> bool:
    """Whether it was an envelope before it was opened."""
    told = " ".join(found.headers.get("content-type", ())).lower()
    return "pkcs7-mime" in told or ("multipart/signed" in told and "pkcs7-signature" in told)
