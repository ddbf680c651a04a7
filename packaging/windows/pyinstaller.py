"""PyInstaller under Wine: `python.exe pyinstaller.py SPEC ...`, as `pyinstaller` otherwise.

Wine's EnumResource... say "failed, error 0" of a file without resources, where Windows says 1812 or
1813 and PyInstaller goes on. Run by the Windows Python of the chain, never on Windows itself.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

NAMES = ("EnumResourceTypes", "EnumResourceNames", "EnumResourceLanguages")


def forgiving(function: Callable[..., Any], error_type: type[Exception]) -> Callable[..., Any]:
    """The same function, with an empty list for an error that is none."""

    def asked(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except error_type as error:
            if getattr(error, "winerror", None) == 0:
                return []
            raise

    return asked


def main() -> None:
    """Put forgiving functions in place and run."""
    api = import_module("win32ctypes.pywin32.win32api")
    error_type = import_module("win32ctypes.pywin32.pywintypes").error
    resources = import_module("PyInstaller.utils.win32.winresource")
    for name in NAMES:
        function = forgiving(getattr(api, name), error_type)
        setattr(api, name, function)
        if hasattr(resources, "win32api"):
            setattr(resources.win32api, name, function)
    import_module("PyInstaller.__main__").run()


if __name__ == "__main__":
    main()
