"""The search box: results while a person types, never on the thread that paints.

Each search has a number; what comes late for an older one is dropped. The first rows come alone, so
that they stand there at once; the rest follows. The server is asked only by its button.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.model.finding import SearchHit, SearchResult, ServerFound
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.saved_searches import whole
from mel_desktop.ui.search_field import SearchField

if TYPE_CHECKING:
    from mel_desktop.ui.search_dialogs import SearchHelp

PAUSE_MS: Final = 150
LIVE_MS: Final = 1000  # after a change in the store: results are looked for once more
FIRST_ROWS: Final = 15  # in sight on a small screen
MOST_ROWS: Final = 1000


class SearchDesk(QObject):
    """One box, one page of results."""

    shown = Signal()  # the first results stand on the page
    settled = Signal()  # all of them do
    emptied = Signal()  # the box was emptied: back to where it began

    def __init__(self, facade: Facade, bridge: Bridge, page: MailPage, window: QWidget) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._page = page
        self._window = window
        self._number = 0  # of the newest search
        self._title = ""  # of a saved search
        self._remote: tuple[MessageId, ...] = ()  # what the server found for this query
        self._unread: int | None = None  # attachments; None: to be counted
        self.offline = False
        self.field = SearchField(facade.finding.split, facade.finding.operators)
        self.field.setPlaceholderText(self.tr("Search messages (Ctrl+F)"))
        self.field.setAccessibleName(self.tr("Search messages"))
        self.field.setToolTip(self.tr("Search messages, drafts and the directory. Shift+F1: help"))
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setMinimumWidth(120)
        self._pause = _timer(self, PAUSE_MS, self.search)
        self._live = _timer(self, LIVE_MS, self._again)
        self.field.query_changed.connect(self._on_typed)
        self.field.returnPressed.connect(self.search)
        self.field.help_asked.connect(self.open_help)
        self.field.down_asked.connect(page.view.setFocus)
        page.model.hits_wanted.connect(self._fetch_hits)
        page.strip.order_chosen.connect(self._again)
        page.strip.server_asked.connect(self.ask_server)

    # -- searching ---------------------------------------------------------------------------------

    def query(self) -> str:
        """As typed: a space at the end says that the last word is whole."""
        text = self.field.query()
        return text if text.strip() else ""

    def clear(self) -> None:
        """Empty the box quietly; what is under way is dropped."""
        self._pause.stop()
        self._live.stop()
        self._number += 1
        self._remote, self._title = (), ""
        with self.field.quietly():
            self.field.clear()

    def search(self) -> None:
        """Search for what stands in the box now; an empty one ends the search."""
        self._pause.stop()
        if not self.query():
            self.emptied.emit()
            return
        self._title, self._remote = "", ()
        self._start()

    def show_saved(self, name: str, query: str) -> None:
        """Results of a saved search."""
        self.clear()
        with self.field.quietly():
            self.field.set_query(whole(query))
        self._title = name
        self._start(whole(query))

    def _on_typed(self) -> None:
        self._number += 1  # what is under way is for other words
        self._pause.start()

    def _again(self) -> None:
        """The same search once more: something changed, or another order is wanted."""
        if self._page.is_search():
            self._start(self._page.query(), again=True)

    def _start(self, query: str = "", *, again: bool = False) -> None:
        query = query or self.query()
        self._number += 1
        number = self._number
        order = self._page.strip.chosen_order()
        finding = self._facade.finding

        def first() -> SearchResult:
            if number != self._number:
                raise Cancelled
            limit = MOST_ROWS if again else FIRST_ROWS
            return finding.search(query, limit=limit, shown=FIRST_ROWS, order=order)

        def rest() -> SearchResult:
            if number != self._number:
                raise Cancelled
            return finding.search(query, limit=MOST_ROWS, shown=0, order=order, everywhere=False)

        def take(result: SearchResult) -> None:
            if number != self._number:
                return
            self._page.show_found(query, result, title=self._title, again=again)
            self._say_missed(result)
            self.shown.emit()
            if not again and len(result.ids) == FIRST_ROWS:
                self._bridge.run(self, rest, done=take_rest, failed=fail, local=True)
            else:
                take_rest(result)

        def take_rest(result: SearchResult) -> None:
            if number == self._number:
                self._page.show_rest(result.ids, MOST_ROWS)
                self._page.add_remote(self._remote)
                self.settled.emit()
                self._count_unread()

        def fail(error: MelError) -> None:
            if number == self._number:
                self._say_trouble(error)

        self._bridge.run(self, first, done=take, failed=fail, local=True)

    def _say_trouble(self, error: MelError) -> None:
        """What cannot be read is told quietly: a person may still be typing it."""
        if error.code is ErrorCode.USAGE:
            self._page.say_search_trouble(str(wording.of_error(error)))
        else:
            self._page.notice.say_error(error)

    def _fetch_hits(self, ids: tuple[MessageId, ...]) -> None:
        """What was found in rows that came into sight."""
        number, query, finding = self._number, self._page.query(), self._facade.finding

        def work() -> tuple[SearchHit, ...]:
            if number != self._number:
                raise Cancelled
            return finding.excerpts(query, ids)

        def take(hits: tuple[SearchHit, ...]) -> None:
            if query == self._page.query():
                self._page.model.take_hits(hits)

        self._bridge.run(self, work, done=take, failed=lambda _: None, local=True)

    def take_changes(self, changes: Changes) -> None:
        """Results live: looked for once more, when many changes have come once."""
        if changes.areas & (Area.BODIES | Area.MESSAGES | Area.DRAFTS):
            self._unread = None
        seen = Area.MESSAGES | Area.BODIES | Area.DRAFTS
        if self._page.is_search() and changes.areas & seen and not self._live.isActive():
            self._live.start()

    # -- the server --------------------------------------------------------------------------------

    def _say_missed(self, result: SearchResult) -> None:
        words = []
        if result.not_local:
            words.append(self.tr("The text of %n message(s) is not here.", "", result.not_local))
        if result.not_indexed:
            words.append(self.tr("%n message(s) are still to be indexed.", "", result.not_indexed))
        offer = bool(words) and not self.offline and not self._remote
        self._page.strip.say_missed(" ".join(words), offer=offer)

    def _count_unread(self) -> None:
        """How many attachments no search can look into yet; counted when that may have changed."""
        strip = self._page.strip
        if self._unread is not None:
            strip.say_unread(self._unread)
            return

        def take(number: int) -> None:
            self._unread = number
            strip.say_unread(number)

        unread = self._facade.attachments.unread
        self._bridge.run(self, unread, done=take, failed=lambda _: None, local=True)

    def ask_server(self) -> None:
        """On a line that is paid by the octet the price is told first."""
        query = self._page.query()
        if not self._page.is_search():
            return
        with self._page.notice.errors():
            price = self._facade.finding.price_on_server(query)
            if price.ask_first:
                self._ask_price(price, query)
            else:
                self._search_server(query)

    def _ask_price(self, price: Price, query: str) -> None:
        ask(
            self._window,
            Question(
                title=self.tr("Search on the server"),
                text=self.tr("Search on the server for about {size}?").format(
                    size=figures.size(price.octets)
                ),
                more=self.tr("Your words are sent to the mail server. No message is fetched."),
                yes=self.tr("Search"),
                no=self.tr("Leave it"),
                destroys=False,
                yes_ahead=True,
            ),
            lambda: self._search_server(query),
        )

    def _search_server(self, query: str) -> None:
        strip, finding = self._page.strip, self._facade.finding
        strip.say_missed(self.tr("The server is searching…"), offer=False)
        number = self._number

        def take(found: ServerFound) -> None:
            if query == self._page.query():
                self._take_found(found)

        def fail(error: MelError) -> None:
            if number == self._number:
                strip.say_missed(str(wording.of_error(error)), offer=True)

        self._bridge.run(self, lambda: finding.on_server(query), done=take, failed=fail)

    def _take_found(self, found: ServerFound) -> None:
        self._remote = found.ids
        new = self._page.add_remote(found.ids)
        words = [
            self.tr("The server found %n message(s) more.", "", new)
            if new
            else self.tr("The server found nothing more.")
        ]
        if found.unknown:
            words.append(
                self.tr(
                    "%n of its messages are not known here yet: synchronise.", "", found.unknown
                )
            )
        if found.left_out:
            words.append(self.tr("%n folder(s) could not be searched.", "", len(found.left_out)))
        self._page.strip.say_missed(" ".join(words), offer=False)

    # -- help --------------------------------------------------------------------------------------

    def open_help(self) -> SearchHelp:
        """What can be typed."""
        from mel_desktop.ui.search_dialogs import SearchHelp  # noqa: PLC0415 seldom

        dialog = SearchHelp(self._window)
        dialog.example_chosen.connect(self._put)
        dialog.open()
        return dialog

    def _put(self, example: str) -> None:
        typed = self.field.query().strip()
        self.field.set_query(f"{typed} {example}".strip())
        self.field.setFocus()


def _timer(owner: QObject, pause_ms: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(pause_ms)
    timer.timeout.connect(call)
    return timer
