"""``mel-desktop --self-test``: whether this installation has all it needs, step by step.

For IT after an installation, and for the packages themselves: a frozen program that lacks a
library, a plugin or a file says here which. The person's own profile, keyring entries and settings
are never opened; what is made is made in a temporary folder and goes with it. The mail part is the
visit of the demonstration, on its servers, inside this PC.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mel_desktop import __version__
from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli.output import Json, Output, OutputLost, close_stdout
from mel_desktop.demo import files, launch
from mel_desktop.demo.step_words import titled
from mel_desktop.demo.visit import Visit, now
from mel_desktop.model.documents import Document, DocumentKind
from mel_desktop.model.errors import ErrorCode, ExitCode, MelError, StoreTrouble
from mel_desktop.net.trust import checked_by_openssl
from mel_desktop.system.extraction import ProcessExtractor
from mel_desktop.system.hunspell_engine import FILES, Hunspell
from mel_desktop.system.pac import ProcessPac
from mel_desktop.system.shipped import shipped_path

KEYRING_SECONDS: Final = 15.0  # a keyring that asks a person is not waited for longer
# Imported only in the functions that need them: a package may have missed them unseen.
LIBRARIES: Final = (
    "asn1crypto.cms", "dns.resolver", "h11", "hunspell", "icalendar", "ldap3", "nh3",
    "oauthlib.oauth2", "pypdfium2", "quickjs", "scramp", "socksio", "truststore", "zstandard",
)  # fmt: skip
# A file of each kind that the program reads of what ships with it.
SHIPPED: Final = (
    ("calendars", "school-holidays.toml"), ("demo", "school.toml"), ("dictionaries", "fr.dic"),
    ("docs", "help", "fr"), ("icons", "mel-desktop.svg"), ("lexicon", "fr.lexicon"),
    ("oauth.toml",), ("providers.toml",), ("sending-limits.toml",), ("services.toml",),
    ("templates", "fr.toml"), ("translations", "mel_en.qm"), ("translations", "mel_fr.qm"),
)  # fmt: skip
_WORD: Final = "trimestre"
_SCRIPT: Final = 'function FindProxyForURL(url, host) { return "PROXY 127.0.0.1:" + host.length; }'
_MOST_DETAIL: Final = 400
# E_INVALIDARG: crypt32 was asked to trust one authority alone, which Wine 8 does not know.
_INVALID_ARGUMENT: Final = -2147024809

Clock = Callable[[], float]


class Report:
    """Steps as they end. ``file`` holds after each one all that is known: also the step that a
    crash leaves unfinished.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        file: Path | None = None,
        clock: Clock = time.monotonic,
        *,
        titled: Callable[[str], str] = str,
    ) -> None:
        self.rows: list[dict[str, Json]] = []
        self._tell = tell
        self._titled = titled
        self._file = file
        self._clock = clock
        self._begun: tuple[str, float] | None = None
        self._noted = ""

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return all(row["ok"] for row in self.rows)

    def begin(self, name: str) -> None:
        """A step begins; the one before it, if it is open still, went well."""
        if self._begun is not None:
            self.end(ok=True)
        self._begun, self._noted = (name, self._clock()), ""
        self._write()

    def note(self, figures: Mapping[str, Json]) -> None:
        """What the open step found."""
        shown = {key: value for key, value in figures.items() if key not in ("step", "seconds")}
        self._noted = ", ".join(f"{key} {value}" for key, value in shown.items())

    def end(self, *, ok: bool, detail: str = "") -> None:
        """The open step ends."""
        if self._begun is None:
            return
        name, started = self._begun
        self._begun = None
        told = "; ".join(one for one in (self._noted, detail) if one)[:_MOST_DETAIL]
        self.rows.append(_row(name, ok, self._clock() - started, told))
        self._write()
        head = f"{'✓' if ok else '✗'} {self._titled(name)}"
        self._tell(f"{head} ({self.rows[-1]['seconds']} s) {told}".rstrip())

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """A step that fails by raising; what is put into the list is its detail."""
        self.begin(name)
        said: list[str] = []
        try:
            yield said
        except Exception as error:  # noqa: BLE001 whatever is missing is told, and the rest is tried
            self.end(ok=False, detail="; ".join([*said, reason(error)]))
        else:
            self.end(ok=True, detail="; ".join(said))

    def _write(self) -> None:
        if self._file is None:
            return
        rows = list(self.rows)
        if self._begun is not None:
            rows.append(_row(self._begun[0], False, 0.0, "not ended"))
        text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
        try:
            self._file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=error.errno or 0) from error


def run(*, out: Path | None, as_json: bool, quiet: bool) -> int:
    """0 when every step went well, else 1. MelError when ``out`` cannot be written."""
    output = Output(as_json=as_json, quiet=quiet)

    def tell(line: str) -> None:
        if not as_json and not quiet:
            _print(output, None, [line])

    report = Report(tell, out, titled=lambda name: titled(name, french=output.french))
    with launch.polite_end(), launch.empty_folder(None) as folder:
        check(report, folder)
    lines = []
    if not quiet:
        failed = ", ".join(str(row["step"]) for row in report.rows if not row["ok"])
        bad = output.say(f"Échec : {failed}.", f"Failed: {failed}.")
        lines = [bad if failed else output.say("Tout fonctionne.", "All is well.")]
    _print(output, [*report.rows], lines)
    return ExitCode.DONE if report.ok else ExitCode.FAULT


def _print(output: Output, document: Json, lines: list[str]) -> None:
    """Now. Who reads may have seen enough (``| head``): the steps go on, for the exit code."""
    try:
        output.result(document, lines)
        output.finish()
    except OutputLost:
        close_stdout()


def check(report: Report, folder: Path) -> None:
    """All steps, each one even after another has failed; the visit ends with its first failure."""
    with report.step("program") as said:
        frozen = "frozen" if getattr(sys, "frozen", False) else "from source"
        said += [f"mel-desktop {__version__}", f"Python {platform.python_version()}", frozen]
    with report.step("files"):
        _look_for_files()
    with report.step("libraries") as said:
        said.append(_import_libraries())
    with report.step("qt") as said:
        said += _start_qt(folder)
    with report.step("keyring") as said:
        said.append(_keyring())
    with report.step("document-process"):
        _read_document()
    with report.step("page-process"):
        _draw_page()
    with report.step("script-process"):
        _run_script()
    with report.step("spelling"):
        _spell()
    _visit(report, folder)


def _visit(report: Report, folder: Path, *, again: bool = False) -> None:
    """The visit's own steps: vault, account, TLS, sync, search, draft, sent, window, disk."""
    visit = Visit(folder, Output(as_json=True, quiet=True), now(), report)

    def picture(facade: Facade) -> Path:
        return launch.take_picture(facade, folder / launch.PICTURE, french=True)

    try:
        visit.run(picture)
    except Exception as error:  # noqa: BLE001 told as the end of the step that it broke
        report.end(ok=False, detail=reason(error))
        if not again and getattr(error, "winerror", None) == _INVALID_ARGUMENT:
            # The system's check of certificates is what is missing: the rest is seen without it.
            with checked_by_openssl():
                second = folder / "openssl"
                second.mkdir()
                _visit(report, second, again=True)
    else:
        report.end(ok=True)


# -- Steps ----------------------------------------------------------------------------------------


def _look_for_files() -> None:
    missing = ["/".join(names) for names in SHIPPED if not shipped_path(*names).exists()]
    if missing:
        raise FileNotFoundError(", ".join(missing))


def _import_libraries() -> str:
    for name in LIBRARIES:
        importlib.import_module(name)
    return f"{len(LIBRARIES)} imported"


def _start_qt(folder: Path) -> list[str]:
    if not launch.has_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from mel_desktop.demo import window  # noqa: PLC0415 Qt may be what is missing

    return window.start(folder)


def _keyring() -> str:
    """Named, never written to: a vault without a keyring opens by its passphrase."""
    name = wiring.keyring_name(KEYRING_SECONDS)
    return name or "none in this session: vaults open by passphrase"


def _pdf() -> bytes:
    return files.pdf("bilan.pdf", "Bilan", [f"Le {_WORD} en chiffres"]).data


def _read_document() -> None:
    """A process of ours takes the text out of a document, as for each attachment."""
    data = _pdf()
    extractor = ProcessExtractor()
    try:
        found = extractor.extract(Document(DocumentKind.PDF, "", len(data)), [data])
    finally:
        extractor.close()
    if _WORD not in found.text:
        raise ValueError(f"no text in a PDF: {found.state.value}")


def _draw_page() -> None:
    """The same process draws a page for the preview."""
    data = _pdf()
    asked = {"look": "page", "size": len(data), "page": 0, "width": 200, "words": ""}
    extractor = ProcessExtractor()
    try:
        drawn = extractor.look(asked, [data])
    finally:
        extractor.close()
    if not drawn or len(drawn) < 200 * 200:
        raise ValueError("no page drawn")


def _run_script() -> None:
    """A proxy script in its process."""
    answer = ProcessPac().run(_SCRIPT, "http://ecole.invalid/", "ecole.invalid", {})
    if answer.text != "PROXY 127.0.0.1:13":
        raise ValueError("another answer than the script's")


def _spell() -> None:
    for language, right, wrong in (("fr", "élève", "élèvve"), ("en", "pupil", "puppil")):
        known = Hunspell(language)
        if not known.is_right(right) or known.is_right(wrong):
            raise ValueError(f"{FILES[language]}: wrong verdicts")


# -- Words ----------------------------------------------------------------------------------------


def reason(error: Exception) -> str:
    """What went wrong. All data here is made up, so that an exception's own text may be told."""
    if isinstance(error, MelError):
        facts = ", ".join(f"{name}={value}" for name, value in error.facts.items())
        cause = f" ({type(error.__cause__).__name__})" if error.__cause__ else ""
        return f"{error.code.text}{': ' if facts else ''}{facts}{cause}"
    return f"{type(error).__name__}: {error}"


def _row(name: str, ok: bool, seconds: float, detail: str) -> dict[str, Json]:
    return {"step": name, "ok": ok, "seconds": round(seconds, 2), "detail": detail}
