"""Folders of a session: LIST, STATUS, CREATE, RENAME, DELETE, SUBSCRIBE (RFC 3501, 5258, 5819)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net import imap_folders
from mel_desktop.net.imap_dialogue import Dialogue
from mel_desktop.net.imap_grammar import Response, Status, astring, write_name
from mel_desktop.net.imap_namespace import Prefix, read_namespaces, with_namespaces
from mel_desktop.net.imap_refusals import refusal
from mel_desktop.net.imap_selected import Visit
from mel_desktop.net.imap_wire import Running, Wire
from mel_desktop.ports import RemoteFolder, RemoteStatus

MAX_FOLDERS = 20_000  # nobody has so many; a server that tells of more is broken
STATUSES_AT_ONCE = 64
STATUS_ITEMS = b"MESSAGES UIDNEXT UIDVALIDITY UNSEEN"


class Listing:
    """A LIST on its way, and what it has brought."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.listed: list[imap_folders.ListedFolder] = []
        self.statuses: dict[bytes, RemoteStatus] = {}
        self.mailbox_ids: dict[bytes, str] = {}
        self.prefixes: tuple[Prefix, ...] = ()
        self.running: Running | None = None
        self.knows_subscribed = False

    def take(self, response: Response) -> bool:
        """LIST and STATUS answers."""
        if folder := imap_folders.read_list(response):
            self.listed.append(folder)
        elif told := imap_folders.read_status(response):
            self.statuses[told.raw] = told.status
            self.mailbox_ids[told.raw] = told.mailbox_id
        else:
            return False
        if len(self.listed) > MAX_FOLDERS or len(self.statuses) > MAX_FOLDERS:
            raise self._wire.stream.broken("too-many-folders")
        return True

    def take_namespaces(self, response: Response) -> bool:
        """The NAMESPACE answer."""
        prefixes = read_namespaces(response)
        self.prefixes = self.prefixes or prefixes or ()
        return prefixes is not None

    def folders(self) -> tuple[RemoteFolder, ...]:
        """All of it as values."""
        folders = imap_folders.assemble(
            self.listed,
            self.statuses,
            self.mailbox_ids,
            knows_subscribed=self.knows_subscribed,
        )
        return with_namespaces(folders, self.prefixes) if self.prefixes else folders


class Mailboxes(Dialogue):
    """What is done to folders rather than in them."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._listing: Listing | None = None

    # -- LIST ------------------------------------------------------------------------------------

    def ask_folders(self, names: frozenset[str] | None) -> None:
        """Queue the LIST that ``list_folders`` will take. ``names``: capabilities to go by; None
        before they are known: then the server may refuse, and is asked in a plainer way later.
        """
        self._listing = self._queue_list(names)

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """All folders (LIST, never LSUB), roles by SPECIAL-USE or, failing that, by usual names."""
        listing, self._listing = self._listing, None
        if listing is None or self._wait(listing).kind != "OK":
            if self.tail.path:  # servers tell STATUS of the open folder as they last told it
                if self.offers("UNSELECT"):
                    self._wire.put([b"UNSELECT"], barrier=True)
                    self.tail = self._current = Visit()
                else:
                    self._wire.put([b"NOOP"])
            listing = self._queue_list(self._names)
            self._check("LIST", self._wait(listing))
        if not listing.statuses:
            self._ask_statuses(listing)
        for one in listing.listed:
            if write_name(one.folder.path) != one.raw:
                self._raw_names[one.folder.path] = one.raw
        return listing.folders()

    def _wait(self, listing: Listing) -> Status:
        assert listing.running is not None
        return self._wire.wait(listing.running)

    def _queue_list(self, names: frozenset[str] | None) -> Listing:
        listing = Listing(self._wire)
        command = b'LIST "" "*"'
        if names is None or "LIST-STATUS" in names:
            use = b"SPECIAL-USE " if names is None or "SPECIAL-USE" in names else b""
            items = status_items(names, with_id=not self.quirks.wrong_mailbox_ids)
            command += b" RETURN (%sSUBSCRIBED STATUS (%s))" % (use, items)
        elif "LIST-EXTENDED" in names:
            use = b"SPECIAL-USE " if "SPECIAL-USE" in names else b""
            command += b" RETURN (%sSUBSCRIBED)" % use
        if names is None or "NAMESPACE" in names:
            self._wire.put([b"NAMESPACE"], listing.take_namespaces)
        listing.knows_subscribed = b"SUBSCRIBED" in command
        listing.running = self._wire.put(
            [command], listing.take, expects=lambda: 2 * MAX_FOLDERS + 1
        )
        return listing

    def _ask_statuses(self, listing: Listing) -> None:
        """STATUS of each folder, many to a flight, where LIST does not bring it."""
        items = status_items(self._names, with_id=not self.quirks.wrong_mailbox_ids)
        openable = [one for one in listing.listed if one.folder.selectable]
        for some in _chunks(openable, STATUSES_AT_ONCE):
            # A refusal is no trouble: the folder may be another user's.
            self._wire.run_all(
                ([b"STATUS ", astring(one.raw), b" (%s)" % items] for one in some),
                listing.take,
            )

    # -- one folder ------------------------------------------------------------------------------

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        """Open a folder. ServerSaid(FOLDER_GONE) when it is not there."""
        parameters = self.parameters()
        running = self.visit(path, read_only=read_only, parameters=parameters, sink=None)
        visit = self.tail
        self._wire.wait(running)
        if visit.again:
            self.plainer()
            return self.select(path, read_only=read_only)
        error = visit.trouble
        if error is None:
            return visit.selected.status()
        if visit.is_unexplained and not self._is_listed(path):
            error = ServerSaid(ErrorCode.FOLDER_GONE, command="SELECT", reply="not-listed")
        raise error

    def create_folder(self, path: str) -> None:
        """CREATE. Nothing happens when it exists already."""
        status = self._wire.run([b"CREATE ", self.mailbox(path)])
        if status.kind == "OK" or status.code == "ALREADYEXISTS" or self._is_listed(path):
            return
        raise refusal("CREATE", status)

    def rename_folder(self, path: str, target: str) -> None:
        """RENAME, with all below it. Done already (old gone, new there) is no error."""
        self._leave(path)
        status = self._wire.run([b"RENAME ", self.mailbox(path), b" ", self.mailbox(target)])
        if status.kind == "OK":
            self._raw_names.clear()  # names below it are others now; the next LIST tells
            return
        if self._is_there(path) or not self._is_there(target):
            raise refusal("RENAME", status)

    def delete_folder(self, path: str) -> None:
        """DELETE. Nothing happens when it is gone already. The caller has seen that it is empty."""
        self._leave(path)
        status = self._wire.run([b"DELETE ", self.mailbox(path)])
        if status.kind != "OK" and self._is_listed(path):
            raise refusal("DELETE", status)

    def subscribe(self, path: str, *, subscribed: bool) -> None:
        """SUBSCRIBE or UNSUBSCRIBE."""
        verb = "SUBSCRIBE" if subscribed else "UNSUBSCRIBE"
        self._check(verb, self._wire.run([verb.encode(), b" ", self.mailbox(path)]))

    def rights(self, path: str) -> str | None:
        """MYRIGHTS (RFC 4314 3.5); None where the server keeps none or does not say."""
        if not self.offers("ACL"):
            return None
        told: list[str] = []

        def take(response: Response) -> bool:
            rights = imap_folders.read_rights(response)
            if rights is not None:
                told.append(rights)
            return rights is not None

        status = self._wire.run([b"MYRIGHTS ", self.mailbox(path)], take)
        return told[-1] if told and status.kind == "OK" else None

    def _leave(self, path: str) -> None:
        """A folder that is renamed or deleted must not be the open one, nor one above it."""
        if not self.tail.path.startswith(path):
            return
        if self.offers("UNSELECT"):
            self._wire.run([b"UNSELECT"])
        elif self.tail.path != "INBOX":
            running = self.visit("INBOX", read_only=True, parameters=b"", sink=None)
            self._wire.wait(running)
            return
        self.tail = self._current = Visit()

    def _is_listed(self, path: str) -> bool:
        return any(one.folder.selectable for one in self._listed(path))

    def _is_there(self, path: str) -> bool:
        return bool(self._listed(path))

    def _listed(self, path: str) -> list[imap_folders.ListedFolder]:
        listing = Listing(self._wire)
        self._wire.run([b'LIST "" ', self.mailbox(path)], listing.take)
        return [one for one in listing.listed if one.folder.path == path and one.exists]


def status_items(names: frozenset[str] | None, *, with_id: bool) -> bytes:
    """What STATUS is asked for."""
    items = STATUS_ITEMS
    if names is None or names & {"CONDSTORE", "QRESYNC"}:
        items += b" HIGHESTMODSEQ"
    if names is not None and "OBJECTID" in names and with_id:
        items += b" MAILBOXID"
    return items


def _chunks(
    items: list[imap_folders.ListedFolder], size: int
) -> Iterator[Iterable[imap_folders.ListedFolder]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
