"""What PySide writes in Python and carries as text inside its library, as modules of the bundle.

At each start shiboken6 unpacks and compiles these 120 kB, a tenth of a second on a school PC. It
takes them from elsewhere where a folder ``files.dir`` lies beside it: that is its own switch. So
the bundle has that folder, empty but for a note, and the modules among all others, compiled once.
Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = "shibokensupport"
FOLDER: Final = "shiboken6/files.dir"
NOTE: Final = "modules.txt"
_SAID: Final = "The modules of this folder are among those of the program.\n"
# In a process of its own: shiboken6 changes how its process imports.
_UNPACK: Final = f"""
import sys
import shiboken6
loader = sys.modules[{PACKAGE!r}].__loader__
archive = getattr(loader, "zfile", None)
if archive is None:
    sys.exit("shiboken6 no longer keeps its Python in an archive")
names = [name for name in archive.namelist() if name.startswith({PACKAGE!r} + "/")]
archive.extractall(sys.argv[1], [name for name in names if name.endswith(".py")])
"""


def unpack(folder: Path, python: str = sys.executable) -> Path:
    """The folder, with the package of that Python's shiboken6 in it. CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, "-c", _UNPACK, str(folder)], check=True)
    (folder / NOTE).write_text(_SAID, encoding="ascii", newline="\n")
    return folder


def modules(folder: Path) -> list[str]:
    """Names of all modules in an unpacked folder."""
    found = (one.relative_to(folder).with_suffix("") for one in folder.rglob("*.py"))
    return sorted(".".join(one.parts).removesuffix(".__init__") for one in found)


def note(folder: Path) -> tuple[str, str]:
    """For PyInstaller's ``datas``: what makes the folder be there."""
    return str(folder / NOTE), FOLDER
