"""The first script of the frozen program, before PyInstaller's own and entry.py."""

import shared_modules

shared_modules.install()
