"""A Windows job object: its process may have so much memory, no children, and ends with us.

Win32 "Job Objects", JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h). Never seen on a real Windows
from here: written from Microsoft's documentation.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_EXTENDED_LIMITS: Final = 9  # JobObjectExtendedLimitInformation
_ACTIVE_PROCESS: Final = 0x0008
_PROCESS_MEMORY: Final = 0x0100
_KILL_ON_CLOSE: Final = 0x2000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def confine(process_handle: int, memory: int) -> int | None:
    """Put a process into a job; the job's handle (to be kept open), None where that fails."""
    if sys.platform == "win32":
        return _confine(process_handle, memory)
    return None


def close(job: int) -> None:
    """Let the job go, and with it what still runs in it."""
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").CloseHandle(ctypes.c_void_p(job))


if sys.platform == "win32":

    def _confine(process_handle: int, memory: int) -> int | None:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        job = kernel.CreateJobObjectW(None, None)
        if not job:
            return None
        limits = _Extended()
        limits.basic.flags = _ACTIVE_PROCESS | _PROCESS_MEMORY | _KILL_ON_CLOSE
        limits.basic.active_processes = 1
        limits.process_memory = memory
        handle = ctypes.c_void_p(job)
        if kernel.SetInformationJobObject(
            handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ) and kernel.AssignProcessToJobObject(handle, ctypes.c_void_p(process_handle)):
            return int(job)
        kernel.CloseHandle(handle)
        return None
