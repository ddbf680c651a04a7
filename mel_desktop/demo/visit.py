"""A teacher's morning, done by the program itself on the embedded school, and told in figures.

Everything goes through app.wiring and app.facade, as the window and the command line do. What the
servers hold in the end is looked at with the standard library's imaplib, not with the program.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Protocol

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli.output import Json, Output
from mel_desktop.demo import files
from mel_desktop.demo.host import RunningSchool, SchoolHost, login_of
from mel_desktop.demo.messages import COUNT
from mel_desktop.demo.school import Person, School, annuaire_csv, families_csv, staff_csv
from mel_desktop.demo.servers import ServerAddresses
from mel_desktop.model.accounts import Account, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.errors import Bug, ErrorCode
from mel_desktop.model.mail import Address, Flags, Marks, MessageRow, Role
from mel_desktop.model.outgoing import DraftContent, OutboxRow, OutboxState
from mel_desktop.model.people import ImportReport
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.net.trust import system_context

PASSPHRASE = Secret("Jeanne Barret fait le tour du monde")
PROFILE = "profile"
_SYNC = SyncOptions(bodies=Bodies.RECENT, window_days=120)


class Watcher(Protocol):
    """Learns of each step as it happens; what is asked of its result comes after ``note``."""

    def begin(self, name: str) -> None: ...  # noqa: D102
    def note(self, figures: Mapping[str, Json]) -> None: ...  # noqa: D102


class Visit:
    """One run. ``steps`` is what ``--json`` prints."""

    def __init__(
        self, folder: Path, output: Output, now: datetime, watcher: Watcher | None = None
    ) -> None:
        self.profile = folder / PROFILE
        self.steps: list[Json] = []
        self._folder = folder
        self._output = output
        self._now = now
        self._watcher = watcher

    def run(self, picture: Callable[[Facade], Path]) -> None:
        """From an empty folder to a message that arrived. Raises model.errors."""
        if self._watcher is not None:
            self._watcher.begin("servers")
        with SchoolHost(self._now) as running:
            self._tell_school(running.school)
            self._look_at_tls(running)
            facade = self._create()
            try:
                account = self._add_account(facade, running)
                self._sync(facade, account)
                self._import_directory(facade, running.school)
                facade.set_offline(True)
                self._read(facade)
                self._search(facade)
                row = self._write(facade, account, running.school)
                facade.close()
                facade = self._reopen(row)
                self._send(facade, account, row)
                self._find_in_sent(facade, row)
                self._look_at_server(running, facade, row)
                self._picture(facade, picture)
            finally:
                facade.close()
            self._look_at_disk(running.school)

    # -- Steps ---------------------------------------------------------------------------------

    def _tell_school(self, school: School) -> None:
        with self._step("school") as figures:
            figures.update(
                staff=len(school.staff),
                classes=len(school.classes),
                pupils=len(school.pupils),
                parents=len(school.parents),
                boxes=len(school.boxes),
                messages=COUNT,
            )
        self._say(
            f"{school.name} ({school.uai}, fictif) : {len(school.staff)} personnels,"
            f" {len(school.classes)} classes, {len(school.pupils)} élèves,"
            f" {len(school.parents)} parents, {COUNT} messages. Serveurs IMAP et SMTP prêts.",
            f"{school.name} ({school.uai}, invented): {len(school.staff)} staff,"
            f" {len(school.classes)} classes, {len(school.pupils)} pupils,"
            f" {len(school.parents)} parents, {COUNT} messages. IMAP and SMTP servers are up.",
        )

    def _look_at_tls(self, running: RunningSchool) -> None:
        """The program's own trust: in this authority when told so, else not."""
        servers = running.servers
        with self._step("tls") as figures:
            trusting = system_context()
            trusting.load_verify_locations(cadata=servers.ca_pem)
            figures["version"] = _handshake(servers, trusting)
            try:
                _handshake(servers, system_context())
            except ssl.SSLError:
                figures["stranger"] = "refused"
        _require("stranger" in figures, "a certificate that nobody vouches for was taken")
        self._say(
            f"{figures['version']} ; sans son autorité, le serveur est refusé.",
            f"{figures['version']}; without its authority the server is refused.",
        )

    def _create(self) -> Facade:
        with self._step("vault") as figures:
            facade = wiring.create_profile(self.profile, passphrase=PASSPHRASE, use_keyring=False)
        self._say(
            f"Coffre chiffré créé en {figures['seconds']} s.",
            f"Encrypted vault made in {figures['seconds']} s.",
        )
        return facade

    def _add_account(self, facade: Facade, running: RunningSchool) -> Account:
        with self._step("account"):
            account = facade.add_account(new_account(running), Secret(running.password))
        self._say(
            f"Compte ajouté : {account.email}, identifiant {account.login}.",
            f"Account added: {account.email}, login {account.login}.",
        )
        return account

    def _sync(self, facade: Facade, account: Account) -> None:
        with self._step("sync") as figures:
            first = facade.sync(account.id, _SYNC)
            figures.update(
                folders=first.folders,
                new=first.new,
                bodies=first.bodies,
                bytes_received=first.bytes_received,
            )
        _require(first.new == COUNT and first.complete, "first sync", new=first.new)
        self._say(
            f"Synchronisation : {first.folders} dossiers, {first.new} messages,"
            f" {first.bodies} textes, {_kib(first.bytes_received)} Kio en {figures['seconds']} s.",
            f"Sync: {first.folders} folders, {first.new} messages, {first.bodies} texts,"
            f" {_kib(first.bytes_received)} KiB in {figures['seconds']} s.",
        )
        with self._step("attachments") as figures:  # the first sync has measured the line
            rest = facade.sync(account.id, _SYNC)
            figures.update(bytes_received=rest.bytes_received)
        self._say(
            "Pièces jointes, autant que la ligne mesurée le permet :"
            f" {_kib(rest.bytes_received)} Kio en {figures['seconds']} s.",
            "Attachments, as far as the measured line permits:"
            f" {_kib(rest.bytes_received)} KiB in {figures['seconds']} s.",
        )
        with self._step("sync-again") as figures:
            again = facade.sync(account.id, _SYNC)
            figures.update(new=again.new, bodies=again.bodies, bytes_received=again.bytes_received)
        _require(again.new == 0 and again.bodies == 0, "second sync", new=again.new)
        self._say(
            f"Nouvelle synchronisation : rien de nouveau, {_kib(again.bytes_received)} Kio.",
            f"Another sync: nothing new, {_kib(again.bytes_received)} KiB.",
        )

    def _import_directory(self, facade: Facade, school: School) -> None:
        with self._step("directory") as figures:
            reports = import_exports(facade, self._folder, school)
            persons = sum(report.persons for report in reports)
            groups = sum(report.groups for report in reports)
            schools = sum(report.schools + report.services for report in reports)
            hits = facade.search_directory("delaunay").total
            figures.update(persons=persons, groups=groups, schools=schools)
        _require(hits > 0 and persons > len(school.pupils), "directory", persons=persons)
        self._say(
            f"Annuaire : {persons} personnes, {groups} groupes, {schools} établissements.",
            f"Directory: {persons} persons, {groups} groups, {schools} schools.",
        )

    def _read(self, facade: Facade) -> None:
        with self._step("read-offline") as figures:
            inbox = facade.find_folder("inbox")
            rows = facade.messages(inbox.id, limit=inbox.total)
            shown = [facade.show(row.id) for row in rows]
            warned = sum(bool(message.warnings) for message in shown)
            blocked = sum(len(message.blocked_remote) for message in shown)
            figures.update(opened=len(shown), unread=inbox.unread, warned=warned, blocked=blocked)
        _require(len(shown) == inbox.total and any(one.text for one in shown), "reading")
        self._say(
            f"Hors ligne : {len(shown)} messages ouverts ({inbox.unread} non lus),"
            f" {warned} avertissements, {blocked} contenus distants jamais demandés.",
            f"Offline: {len(shown)} messages opened ({inbox.unread} unread), {warned} warnings,"
            f" {blocked} remote contents never asked for.",
        )

    def _search(self, facade: Facade) -> None:
        queries = ("conseil de classe", "evacuation", '"brevet blanc"')
        with self._step("search-offline") as figures:
            found = {query: len(facade.search(query).hits) for query in queries}
            figures.update(hits=dict(found))
        _require(all(found.values()), "search")
        told = ", ".join(f"« {query} » {hits}" for query, hits in found.items())
        self._say(f"Recherche : {told}.", f"Search: {told}.")

    def _write(self, facade: Facade, account: Account, school: School) -> OutboxRow:
        """Answer a parent, with a file; flag and move other messages; all without a line."""
        with self._step("write-offline") as figures:
            letter = newest_of_parent(facade, school)
            answer = facade.reply_content(letter.id, to_all=False)
            draft = facade.new_draft(account.id, answer, reply_to=letter.id)
            boxes = (Address("", school.who("ce").address),)
            text = "Bonjour,\n\nVoici le bilan de la période, en pièce jointe.\n\n" + answer.text
            content = DraftContent(to=answer.to, cc=boxes, subject=answer.subject, text=text)
            facade.save_draft(draft.id, content)
            page = files.pdf("Bilan de la période.pdf", "Bilan de la période", [school.name])
            file = self._folder / page.name
            file.write_bytes(page.data)
            try:
                facade.attach(draft.id, file)
            finally:
                file.unlink()
            revisions = len(facade.draft_history(draft.id))
            facade.safety.read_files(draft.id)  # as the window does before it asks
            row = facade.send(draft.id)
            inbox = facade.find_folder("inbox")
            newest = facade.messages(inbox.id, limit=20)  # some bear the mark already
            plain = next(one for one in newest if not one.flags.marks & Marks.FLAGGED)
            other = next(one for one in newest if one.id != plain.id)
            facade.flag([plain.id], Flags(Marks.FLAGGED | Marks.SEEN), Flags())
            facade.move([other.id], facade.find_folder("archive").id)
            waiting = len(facade.journal())
            figures.update(revisions=revisions, waiting=waiting, outbox=len(facade.outbox()))
        _require(row.state in (OutboxState.QUEUED, OutboxState.HELD), "queue")
        self._say(
            f"Brouillon : {revisions} révisions, une pièce jointe, mis en file d'envoi ;"
            f" {waiting} actions attendent le serveur.",
            f"Draft: {revisions} revisions, one attachment, queued; {waiting} actions wait for"
            " the server.",
        )
        return row

    def _reopen(self, row: OutboxRow) -> Facade:
        with self._step("reopen"):
            facade = wiring.open_profile(
                self.profile, passphrase=PASSPHRASE, use_keyring=False, offline=True
            )
            kept = [one.message_id for one in facade.outbox()]
        _require(row.message_id in kept, "outbox after reopening")
        self._say(
            "Programme fermé puis rouvert : la file d'envoi est intacte.",
            "Program closed and opened again: the outbox is as it was.",
        )
        return facade

    def _send(self, facade: Facade, account: Account, row: OutboxRow) -> None:
        with self._step("send") as figures:
            facade.set_offline(False)
            waited = len(facade.journal())
            sent = facade.send_now()
            facade.sync(account.id, _SYNC)
            state = next(one.state for one in facade.outbox() if one.id == row.id)
            left = len(facade.journal())
            done = waited - left
            figures.update(accepted=sent.accepted, carried_out=done, state=state.value)
        _require(state is OutboxState.FILED and left == 0, "sending", state=state.value)
        self._say(
            f"En ligne : message envoyé et classé en {figures['seconds']} s,"
            f" {done} actions reportées sur le serveur, plus rien n'attend.",
            f"Online: message sent and filed in {figures['seconds']} s, {done} actions"
            " carried out, nothing waits any more.",
        )

    def _find_in_sent(self, facade: Facade, row: OutboxRow) -> None:
        with self._step("sent") as figures:
            folder = facade.find_folder(Role.SENT.value)
            rows = facade.messages(folder.id, limit=folder.total)
            found = [one for one in rows if one.message_id == row.message_id]
            figures.update(copies=len(found))
        _require(len(found) == 1, "Sent", copies=len(found))
        self._say(
            f"Retrouvé une fois dans « {folder.name} » : {found[0].subject}",
            f"Found once in “{folder.name}”: {found[0].subject}",
        )

    def _look_at_server(self, running: RunningSchool, facade: Facade, row: OutboxRow) -> None:
        """Another library asks the servers what they hold."""
        school = running.school
        with self._step("server") as figures:
            sent = _copies(running, school.me, facade.find_folder("sent").path, row.message_id)
            parents = [one for one in school.parents if one.address in row.recipients]
            arrived = sum(_copies(running, one, "INBOX", row.message_id) for one in parents)
            arrived += _copies(running, school.who("ce"), "INBOX", row.message_id)
            figures.update(sent=sent, arrived=arrived, recipients=len(row.recipients))
        _require(sent == 1 and arrived == len(row.recipients), "server", arrived=arrived)
        self._say(
            f"Vu du serveur : {sent} copie envoyée, {arrived} destinataires l'ont reçu.",
            f"Seen from the server: {sent} copy in Sent, {arrived} recipients have it.",
        )

    def _picture(self, facade: Facade, picture: Callable[[Facade], Path]) -> None:
        with self._step("window") as figures:
            size = picture(facade).stat().st_size
            figures.update(bytes=size)
        _require(size > 0, "screenshot")
        self._say(
            f"Fenêtre ouverte sans écran et photographiée ({_kib(size)} Kio).",
            f"Window opened without a screen and photographed ({_kib(size)} KiB).",
        )

    def _look_at_disk(self, school: School) -> None:
        """No readable word of the mail may lie in the profile."""
        canaries = [word.encode() for word in ("conseil de classe", school.me.address, "4B")][:2]
        with self._step("disk") as figures:
            inside = [file for file in self.profile.rglob("*") if file.is_file()]
            size = sum(file.stat().st_size for file in inside)
            leaks = sum(word in file.read_bytes().lower() for file in inside for word in canaries)
            figures.update(bytes=size, leaks=leaks)
        _require(leaks == 0, "plain text on disk", leaks=leaks)
        self._say(
            f"Sur le disque : {_kib(size)} Kio chiffrés, aucun texte lisible.",
            f"On disk: {_kib(size)} KiB encrypted, no readable text.",
        )

    # -- Telling -------------------------------------------------------------------------------

    @contextmanager
    def _step(self, name: str) -> Iterator[dict[str, Json]]:
        figures: dict[str, Json] = {"step": name}
        if self._watcher is not None:
            self._watcher.begin(name)
        started = time.monotonic()
        yield figures
        figures["seconds"] = round(time.monotonic() - started, 2)
        self.steps.append(figures)
        if self._watcher is not None:
            self._watcher.note(figures)

    def _say(self, fr: str, en: str) -> None:
        if not self._output.as_json and not self._output.quiet:
            self._output.result(None, [f"✓ {self._output.say(fr, en)}"])
            sys.stdout.flush()


def new_account(running: RunningSchool) -> NewAccount:
    """The account of the mailbox's owner: IMAP over TLS, submission with STARTTLS."""
    servers, me = running.servers, running.school.me
    return NewAccount(
        email=me.address,
        login=login_of(me),
        name=me.name,
        imap=Endpoint(servers.host, servers.imap_port, Security.TLS),
        smtp=Endpoint(servers.host, servers.smtp_starttls_port, Security.STARTTLS),
        ca_pem=servers.ca_pem,
    )


def import_exports(facade: Facade, folder: Path, school: School) -> tuple[ImportReport, ...]:
    """Import what the school hands out; the files are gone when this returns."""
    exports = {
        "annuaire.csv": annuaire_csv(school),
        "personnels.csv": staff_csv(school),
        "eleves-et-familles.csv": families_csv(school),
    }
    files_made = [folder / name for name in exports]
    try:
        for file in files_made:
            file.write_text(exports[file.name], encoding="utf-8", newline="")
        return facade.import_directory(files_made)
    finally:
        for file in files_made:
            file.unlink(missing_ok=True)


def newest_of_parent(facade: Facade, school: School) -> MessageRow:
    """The latest letter of a parent in their folder."""
    folder = facade.find_folder("Parents d'élèves/4B")
    parents = {parent.address for parent in school.parents}
    rows = facade.messages(folder.id, limit=folder.total)
    return next(row for row in rows if row.sender.address in parents)


def now() -> datetime:
    """The PC's time: the messages of the school are dated back from it."""
    return datetime.now(UTC)


def _copies(running: RunningSchool, person: Person, folder: str, message_id: str) -> int:
    trust = ssl.create_default_context(cadata=running.servers.ca_pem)
    server = imaplib.IMAP4_SSL(
        running.servers.host, running.servers.imap_port, ssl_context=trust, timeout=30
    )
    try:
        server.login(login_of(person), running.password)
        server.select(f'"{_modified_utf7(folder)}"', readonly=True)
        _, rows = server.fetch("1:*", "(BODY.PEEK[HEADER])")
        headers = [row[1] for row in rows if isinstance(row, tuple)]
        ids = [str(message_from_bytes(header)["Message-ID"]) for header in headers]
        return sum(one.strip().strip("<>") == message_id.strip("<>") for one in ids)
    finally:
        server.logout()


def _handshake(servers: ServerAddresses, context: ssl.SSLContext) -> str:
    """The version of TLS that came about. ssl.SSLError."""
    with (
        socket.create_connection((servers.host, servers.imap_port), 30) as bare,
        context.wrap_socket(bare, server_hostname=servers.host) as line,
    ):
        line.recv(1024)  # pymap regrets on stderr who leaves before its greeting
        line.sendall(b"a LOGOUT\r\n")
        while line.recv(1024):
            pass
        return line.version() or ""


def _modified_utf7(name: str) -> str:
    """RFC 3501 5.1.3, for names of which only letters of the BMP are not ASCII."""
    out, run = "", ""
    for char in name + "\0":
        if char.isascii():
            if run:
                coded = run.encode("utf-7").decode("ascii")
                out, run = out + "&" + coded[1:].rstrip("-").replace("/", ",") + "-", ""
            out += "&-" if char == "&" else char
        else:
            run += char
    return out.rstrip("\0")


def _require(condition: bool, what: str, **facts: str | int) -> None:
    """The visit is also a check: what did not happen is a fault of the program."""
    if not condition:
        raise Bug(ErrorCode.BUG, why=f"demo: {what}", **facts)


def _kib(size: int) -> int:
    return round(size / 1024)
