"""The wizard's second page: the servers, found or typed, each with who says it.

The search sends the domain and nothing else. What it finds is filled in as it comes, never over
what a person typed; a server that only unauthenticated DNS names is asked about.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.discovery import Answer, Candidate, Found, Protocol
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.providers import SignInKind
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import form_of, muted, stacked
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.server_fields import ServerFields

MAX_CA_OCTETS: Final = 1_000_000


class ServersPage(QWidget):
    """``found_login``: the form of the login that goes with what was found."""

    edited = Signal()
    found_login = Signal(object)  # LoginForm
    profile_chosen = Signal(str)  # a service of the table, among the others

    def __init__(self, facade: Facade, bridge: Bridge, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._run = 0
        self._asked: tuple[str, str, str, str] | None = None
        self._profile = ""
        self.found: Found | None = None
        self.ca_pem = ""
        self._make_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.state)
        column.addWidget(self.progress)
        column.addWidget(self._make_form())
        column.addStretch(1)
        self.setFocusProxy(self.imap)

    def _make_fields(self) -> None:
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The servers are being looked for"))
        self.progress.hide()
        self.imap = ServerFields(
            "imap", self.tr("Receiving server (IMAP)"), "imap.ac-academie.fr", self
        )
        self.smtp = ServerFields(
            "smtp", self.tr("Sending server (SMTP)"), "smtp.ac-academie.fr", self
        )
        for fields in (self.imap, self.smtp):
            fields.edited.connect(self._on_edited)
            fields.wanted.connect(self._on_wanted)
        self.login = muted()
        self.sign_in_note = muted()
        self.sign_in_note.hide()
        self.ca = QLabel(self.tr("None"))
        self.ca.setProperty("muted", True)
        self.choose = QPushButton(self.tr("Choose a &file…"))
        self.choose.setAccessibleName(self.tr("Choose a file of certificates"))
        self.choose.clicked.connect(self._choose_ca)

    def _make_form(self) -> QWidget:
        page = QWidget()
        form = form_of(page)
        row = QHBoxLayout()
        row.addWidget(self.ca, 1)
        row.addWidget(self.choose)
        form.addRow(self.tr("&Receiving (IMAP)"), self.imap)
        form.addRow(self.tr("&Sending (SMTP)"), self.smtp)
        form.addRow(self.tr("Login"), stacked(self.login, self.sign_in_note))
        form.addRow(self.tr("Extra certificates"), row)
        form.addRow(
            "",
            muted(self.tr("The connection is always private: without TLS nothing is sent.")),
        )
        return page

    # -- searching ---------------------------------------------------------------------------------

    def search(self, domain: str, provider_id: str, profile: str) -> None:
        """Look for the servers, unless that was done already for the same."""
        asked = (domain, provider_id, profile, self.ca_pem)
        if asked == self._asked and self._is_found():
            return
        self._asked = asked
        self._profile = profile
        self._run += 1
        run = self._run
        for fields in (self.imap, self.smtp):
            fields.clear_found()
        self.found = None
        self.progress.show()
        self.state.setText(
            self.tr("Looking for the servers of {domain}. Only this name leaves the PC.").format(
                domain=domain
            )
        )

        def on_news(found: Found) -> None:  # on an engine thread
            self._bridge.post(lambda: self._show(found) if run == self._run else None)

        def failed(error: MelError) -> None:
            if run == self._run:
                self._end(wording.of_error(error).text)

        def done(found: Found) -> None:
            if run == self._run:
                self._show(found)

        self._bridge.run(
            self,
            lambda: self._facade.discovery.look(
                domain,
                on_news,
                provider_id=provider_id,
                ca_pem=self.ca_pem,
                is_cancelled=lambda: run != self._run,
            ),
            done=done,
            failed=failed,
        )

    def _is_found(self) -> bool:
        """Whether looking again brings nothing: a network that was down may be back."""
        has_both = self.imap.candidate is not None and self.smtp.candidate is not None
        return has_both and self.found is not None and not self.found.offline

    def sign_in(self) -> SignInKind | None:
        """With what one signs in at the receiving server, as far as that is known."""
        one = self.imap.candidate
        return None if one is None or self.imap.is_own else one.sign_in

    def provider(self) -> str:
        """The provider and profile of the table that the receiving server belongs to, or ""."""
        found, one = self.found, self.imap.candidate
        if found is None or found.provider is None or one is None or self.imap.is_own:
            return ""
        known = found.profile(one.profile)
        return "" if known is None else f"{found.provider.id}/{known.id}"

    def stop(self) -> None:
        """Nobody wants the rest any more; what was found stays."""
        if self.progress.isHidden():
            return
        self._run += 1
        self._asked = None  # coming back looks again
        self._end("")

    def _show(self, found: Found) -> None:
        self.found = found
        imap = found.choice(Protocol.IMAP, profile=self._profile)
        if imap is not None and not self.imap.is_own:
            self._fill(self.imap, imap)
        profile = self.imap.candidate.profile if self.imap.candidate is not None else self._profile
        smtp = found.choice(Protocol.SMTP, profile=profile)
        if smtp is not None and not self.smtp.is_own:
            self._fill(self.smtp, smtp)
        self.imap.offer(found.imap)
        self.smtp.offer(found.smtp)
        if found.is_complete:
            self._end(self._outcome(found))
            self._tell_asking(found)
            one = self.imap.candidate
            if one is not None and self.sign_in() is SignInKind.APP_PASSWORD:
                self.profile_chosen.emit(one.profile)  # the page before explains its password
        self._on_edited()

    def _fill(self, fields: ServerFields, one: Candidate) -> None:
        fields.fill(one)
        if one.login is not None and fields is self.imap:
            self.found_login.emit(one.login)

    def _end(self, words: str) -> None:
        self.progress.hide()
        self.state.setText(words)
        self.state.setVisible(bool(words))

    def _outcome(self, found: Found) -> str:
        imap = self.imap.candidate is not None
        smtp = self.smtp.candidate is not None
        if found.offline:
            if imap and smtp:
                return self.tr(
                    "Nothing was asked on the network. The servers that are known were filled in; "
                    "they are tried at the first connection."
                )
            return self.tr(
                "Nothing was asked on the network, and not every server of this address is known. "
                "Type their names, or come back when you are connected."
            )
        if imap and smtp:
            services = {one.profile for one in found.imap if one.is_usable}
            if found.provider is not None and {"legacy", "national"} <= services:
                return self.tr(
                    "Two services answer: the académie's and the national one. If the first is not "
                    "yours, go back and choose the other."
                )
            return self.tr("Found. Check them, and change what you know better.")
        doubtful = next((one for one in found.imap if one.answer is Answer.UNTRUSTED), None)
        if not imap and doubtful is not None:
            return self.tr(
                "{host} answers, but its identity could not be checked. If your school has "
                "certificates of its own, choose their file below; else ask your IT department."
            ).format(host=doubtful.endpoint.host)
        if imap or smtp:
            return self.tr("One of the two servers was found. Your académie gives the other name.")
        return self.tr("No server was found. Your académie gives these names.")

    # -- a person's word ---------------------------------------------------------------------------

    def _tell_asking(self, found: Found) -> None:
        """Only DNS names a server, of another domain: it is not filled in by itself."""
        for fields, candidates in ((self.imap, found.imap), (self.smtp, found.smtp)):
            if fields.host.text().strip():
                continue
            one = next((one for one in candidates if one.asks), None)
            if one is not None and one.answer is Answer.AGREED:
                self._notice.say(
                    self.tr("DNS names a server of another domain: {host}.").format(
                        host=one.endpoint.host
                    ),
                    Tone.WARNING,
                    button=self.tr("Look at it…"),
                    call=lambda one=one: self._on_wanted(one),  # type: ignore[misc]
                )
                return

    def _on_wanted(self, one: Candidate) -> None:
        """Chosen among the others. What nothing proves is asked about once more."""
        if not one.asks:
            self._take(one)
            return
        ask(
            self,
            Question(
                title=self.tr("A server of another domain"),
                text=self.tr("Use {host} for your mail?").format(host=one.endpoint.host),
                more=self.tr(
                    "Only DNS names it, and DNS can be forged on a network. Your password would go "
                    "to this server. Say yes only if you know that your mail is kept there."
                ),
                yes=self.tr("Use it"),
                no=self.tr("Do not use it"),
            ),
            lambda: self._take_all(one),
        )

    def _take_all(self, one: Candidate) -> None:
        """Agreed: the other server of the same answer too, where it has the same host's domain."""
        self._notice.clear()
        self._take(one)
        found = self.found
        other, fields = (
            (Protocol.SMTP, self.smtp)
            if one.protocol is Protocol.IMAP
            else (Protocol.IMAP, self.imap)
        )
        if found is None or fields.host.text().strip():
            return
        told = found.smtp if other is Protocol.SMTP else found.imap
        domain = one.endpoint.host.partition(".")[2]
        for each in told:
            same = each.origin is one.origin and each.endpoint.host.partition(".")[2] == domain
            if same and each.answer is Answer.AGREED:
                self._take(each)
                return

    def _take(self, one: Candidate) -> None:
        fields = self.imap if one.protocol is Protocol.IMAP else self.smtp
        self._fill(fields, one)
        found = self.found
        if found is not None:
            if fields is self.imap and found.profile(one.profile) is not None:
                self._follow(found, one.profile)
            self.imap.offer(found.imap)
            self.smtp.offer(found.smtp)
        self._on_edited()

    def _follow(self, found: Found, profile: str) -> None:
        """Another service was chosen: its own sending server, or none, never that of the other."""
        smtp = found.choice(Protocol.SMTP, profile=profile)
        now = self.smtp.candidate
        if self.smtp.is_own or (now is not None and now.profile == profile):
            return
        if smtp is None:
            self.smtp.clear_found()
        else:
            self._fill(self.smtp, smtp)
        self.profile_chosen.emit(profile)

    def _on_edited(self) -> None:
        words = ""
        if self.sign_in() is SignInKind.OAUTH2:
            words = self.tr(
                "This service signs in through the browser (OAuth 2.0), not with a password."
            )
        elif self.sign_in() is SignInKind.APP_PASSWORD:
            words = self.tr(
                "This service wants a password made for programs; the page before says how."
            )
        self.sign_in_note.setText(words)
        self.sign_in_note.setVisible(bool(words))
        self.edited.emit()

    # -- certificates ------------------------------------------------------------------------------

    def _choose_ca(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a file of certificates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(
            [self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(lambda name: self.use_ca(Path(name)))
        dialog.open()

    def use_ca(self, path: Path) -> None:
        """Trust the certificates of a PEM file for this account."""
        try:
            octets = path.read_bytes() if path.stat().st_size <= MAX_CA_OCTETS else b""
            text = octets.decode("ascii")
        except (OSError, UnicodeDecodeError):
            text = ""
        if "-----BEGIN CERTIFICATE-----" not in text:
            self._notice.say(str(wording.of_code(ErrorCode.BAD_FILE)), Tone.DANGER)
            return
        self.ca_pem = text
        self.ca.setText(path.name)
        self._notice.clear()
        if self._asked is not None and self.found is not None and not self.found.offline:
            domain, provider_id, profile, _ = self._asked
            self.search(domain, provider_id, profile)  # what was not trusted may be now
