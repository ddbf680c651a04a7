"""What a folder holds, and what only leads elsewhere from it: links, junctions, second names.

Python 3.11 takes a junction of Windows for a folder: ``is_symlink`` says no, and ``os.walk`` goes
through it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MOUNT_POINT: Final = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT: a junction


def leads_elsewhere(path: Path) -> bool:
    """Whether it is a link or a junction; not what is not there. OSError."""
    about = _about(path)
    if about is None:
        return False
    return stat.S_ISLNK(about.st_mode) or getattr(about, "st_reparse_tag", 0) == _MOUNT_POINT


def has_other_names(path: Path) -> bool:
    """Whether it is a file that has another name as well (a hard link). OSError."""
    about = _about(path)
    return about is not None and stat.S_ISREG(about.st_mode) and about.st_nlink > 1


def walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """As ``os.walk`` from above: names of the folders and of all else, what leads elsewhere too.

    Nothing where the folder itself does.
    """
    if leads_elsewhere(folder):
        return
    for place, folders, names in os.walk(folder):
        here = Path(place)
        links = [one for one in folders if leads_elsewhere(here / one)]
        folders[:] = [one for one in folders if one not in links]
        yield here, list(folders), [*names, *links]


def _about(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
