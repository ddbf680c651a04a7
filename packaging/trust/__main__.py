"""``python packaging/trust COMMAND ...``: what ``dev.py`` runs in an environment with libraries."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

_COMMANDS = ("sign", "wheel", "licences", "sbom")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in _COMMANDS:
        print(f"usage: packaging/trust {'|'.join(_COMMANDS)} ...", file=sys.stderr)
        return 2
    code: int = importlib.import_module(f"trust.{arguments[0]}").main(arguments[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
