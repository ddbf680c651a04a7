"""Settings of the window: what a forged file can do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from mel_desktop.ui.settings_file import open_settings, plain_lines

GEOMETRY = QByteArray(bytes(range(256)))


def written(path: Path) -> bytes:
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    settings.setValue("language", "fr")
    settings.setValue("plain", True)
    settings.setValue("columns/widths", [120, 80])
    settings.setValue("geometry", GEOMETRY)
    settings.setValue("empty", "")
    settings.sync()
    return path.read_bytes()


def test_what_the_window_writes_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    before = written(file)
    settings = open_settings(file)
    assert file.read_bytes() == before
    assert settings.value("geometry") == GEOMETRY
    assert settings.value("language") == "fr"
    assert [int(one) for one in settings.value("columns/widths")] == [120, 80]


class Runs:
    """What a pickle may ask for."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


def forged(tmp_path: Path) -> bytes:
    file = tmp_path / "forged.ini"
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    settings.setValue("geometry", Runs(str(tmp_path / "made")))
    settings.sync()
    return file.read_bytes()


@pytest.mark.parametrize("disguise", ["as it is", "escaped", "in a list", "quoted"])
def test_a_forged_line_makes_no_object(tmp_path: Path, disguise: str) -> None:
    octets = forged(tmp_path)
    assert b"PyObjectWrapper" in octets
    if disguise == "escaped":
        octets = octets.replace(b"@Variant", b"\\x40\\x56ariant")
    elif disguise == "in a list":
        octets = octets.replace(b"geometry=", b"geometry=@ByteArray(x), ")
    elif disguise == "quoted":
        octets = octets.replace(b"=@", b'="@').replace(b")\n", b')"\n')
    file = tmp_path / "window.ini"
    file.write_bytes(octets + b"language=en\n")
    settings = open_settings(file)
    assert settings.value("geometry") is None
    assert settings.value("language") == "en"
    assert not (tmp_path / "made").exists()


def test_a_file_out_of_all_bounds_is_left(tmp_path: Path) -> None:
    assert plain_lines(b"a=1\n" * 100_000) == b""
