"""``python -m tests.faults.mime``: what ``packaging/dev.py faults mime`` runs. Some ten minutes.

Hostile messages by structure-aware mutation of the corpus, read as the program reads them: no
exception, none over two seconds of the processor, nothing that cannot be stored. Then the laws of
Hypothesis over the same reader, with many more examples. A failure leaves its seed and number.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.faults.child import ROOT
from tests.support.hostile_mail import hostile, judge
from tests.support.outside_corpora import read_corpus

HANG_S: Final = 60


def main(arguments: Sequence[str]) -> int:
    """Read them; 0 when nothing went wrong."""
    parser = argparse.ArgumentParser(prog="dev.py faults mime", description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--examples", type=int, default=2000, help="of each law; 0: none")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="instead: mails of others (outside_corpora)"
    )
    options = parser.parse_args(arguments)
    if options.corpus is not None:
        return _corpus(options.corpus)
    started = time.monotonic()
    slowest, octets, failures = 0.0, 0, 0
    for number, raw in enumerate(hostile(options.count, options.seed)):
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        wrong, took = judge(raw)
        slowest, octets = max(slowest, took), octets + len(raw)
        if wrong:
            failures += 1
            print(f"  message {number} ({len(raw)} octets): {wrong}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(
        f"{options.count} messages, {octets / 1e6:.0f} MB, {failures} failures, slowest "
        f"{slowest:.2f} s, {time.monotonic() - started:.0f} s in all (seed {options.seed})",
        flush=True,
    )
    code = _laws(options.examples) if options.examples else 0
    return 1 if failures or code else 0


def _corpus(folder: Path) -> int:
    report = read_corpus(folder)
    for line in report.lines():
        print(line, flush=True)
    return 1 if report.failures or report.slow or not report.mails else 0


def _laws(examples: int) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-o", "faulthandler_timeout=0"]
    command += ["tests/property/test_mime.py", "tests/property/test_mime_laws.py"]
    environment = {**os.environ, "MEL_EXAMPLES": str(examples), "MEL_LONG": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
