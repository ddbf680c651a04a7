"""First of all on Windows: both programs take the same modules, from one archive beside them.

PyInstaller would put all of them into each of the two, 11 MB twice. What it put there instead holds
one module; its reader is turned to the shared archive here, before anything is looked for.
"""

import os
import sys

import pyimod01_archive  # PyInstaller's own, inside every program
import pyimod02_importers

_shared = pyimod01_archive.ZlibArchiveReader(
    os.path.join(sys._MEIPASS, "modules.pyz"), start_offset=0, check_pymagic=True
)
vars(pyimod02_importers.pyz_archive).update(vars(_shared))
