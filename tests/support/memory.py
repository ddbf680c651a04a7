"""What lies in another process's memory (Linux)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CHUNK = 8 * 1024 * 1024


def occurrences(pid: int, wanted: Mapping[str, bytes]) -> dict[str, int]:
    """How often each of these octets is in the writable memory of a process."""
    found = dict.fromkeys(wanted, 0)
    overlap = max(len(one) for one in wanted.values()) - 1
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="ascii", errors="replace")
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps.splitlines():
            span, rights, *_ = line.split()
            if not rights.startswith("rw") or line.endswith(("[vvar]", "[vsyscall]")):
                continue
            start, end = (int(one, 16) for one in span.split("-"))
            before = b""
            while start < end:
                try:
                    memory.seek(start)
                    chunk = memory.read(min(CHUNK, end - start))
                except (OSError, ValueError):
                    break
                if not chunk:
                    break
                text = before + chunk
                for name, one in wanted.items():
                    found[name] += text.count(one)
                before = text[-overlap:]
                start += len(chunk)
    return found
