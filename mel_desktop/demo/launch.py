"""``mel-desktop demo``: chooses between the window and the visit, and cleans up behind both."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli.output import Json, Output
from mel_desktop.demo.host import SchoolHost
from mel_desktop.demo.visit import PASSPHRASE, PROFILE, Visit, import_exports, new_account, now
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal, MelError, StoreTrouble

PICTURE = "mel-desktop.png"


def run(
    *, headless: bool, keep: Path | None, screenshot: Path | None, as_json: bool, quiet: bool
) -> int:
    """The exit code. Without ``keep`` no profile stays on disk; servers never outlive this."""
    output = Output(as_json=as_json, quiet=quiet)
    try:
        with polite_end(), empty_folder(keep) as folder:
            if headless or not has_screen():
                return _visit(folder, output, kept=keep is not None, screenshot=screenshot)
            return _window(folder, output)
    except MelError as error:
        output.error(error)
        return error.code.exit_code


def has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _visit(folder: Path, output: Output, *, kept: bool, screenshot: Path | None) -> int:
    started = time.monotonic()
    saved = screenshot or (folder / PICTURE if kept else None)
    target = _writable(saved) if saved else folder / PICTURE

    def picture(facade: Facade) -> Path:
        return take_picture(facade, target, french=output.french)

    visit = Visit(folder, output, now())
    visit.run(picture)
    seconds = round(time.monotonic() - started, 1)
    lines = [output.say(f"Terminé en {seconds} s.", f"Done in {seconds} s.")]
    if saved:
        lines.append(output.say(f"Capture d'écran : {saved}", f"Screenshot: {saved}"))
    if kept:
        lines += [
            output.say(
                f"Profil conservé : {visit.profile}, phrase de passe « {PASSPHRASE.reveal()} ».",
                f"Profile kept: {visit.profile}, passphrase “{PASSPHRASE.reveal()}”.",
            ),
        ]
    document: Json = {
        "ok": True,
        "seconds": seconds,
        "profile": str(visit.profile) if kept else None,
        "screenshot": str(saved) if saved else None,
        "steps": visit.steps,
    }
    output.result(document, [] if quiet_text(output) else lines)
    return ExitCode.DONE


def take_picture(facade: Facade, target: Path, *, french: bool) -> Path:
    """The window on the school, with the message that has most to warn of."""
    from mel_desktop.demo import window  # noqa: PLC0415 Qt only when a picture is wanted

    inbox = facade.find_folder("inbox")
    rows = facade.messages(inbox.id, limit=12)
    shown = max(rows, key=lambda row: len(facade.show(row.id).warnings))
    return window.picture(facade, target, french=french, message=shown.id)


def _writable(target: Path) -> Path:
    """The file's folder is made now, so that the visit does not fail at its end."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE) from error
    return target.resolve()


def quiet_text(output: Output) -> bool:
    """Whether a person asked for silence."""
    return output.quiet and not output.as_json


def _window(folder: Path, output: Output) -> int:
    from mel_desktop.demo import window  # noqa: PLC0415 Qt only when there is a window

    output.note("Préparation du collège de démonstration…", "Preparing the school…")
    with SchoolHost(now()) as running:
        profile = folder / PROFILE
        facade = wiring.create_profile(profile, passphrase=PASSPHRASE, use_keyring=False)
        try:
            facade.add_account(new_account(running), Secret(running.password))
            import_exports(facade, folder, running.school)
            return window.show(facade, profile)
        finally:
            facade.close()


@contextmanager
def empty_folder(keep: Path | None) -> Iterator[Path]:
    """An empty folder: the one to keep, or one that goes away whatever happens."""
    if keep is not None:
        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise LocalRefusal(ErrorCode.USAGE, option="--keep", why="an empty or new folder")
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE) from error
        yield keep.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="mel-demo-"))
    try:
        yield folder
    finally:
        wiring.forget_witness(folder / PROFILE)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def polite_end() -> Iterator[None]:
    """SIGTERM ends as Ctrl+C does, so that the clean-up runs."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
