"""A pytest plugin: how each test ended, one JSON line as soon as it is known.

``-p tests.support.outcomes --outcomes FILE``. By it `dev.py test` counts and knows what to run
again; what a process that dies has said before is there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", metavar="FILE", type=Path, help="write outcomes there")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--outcomes")
    if file is not None and not hasattr(config, "workerinput"):  # processes tell the first one
        config.pluginmanager.register(Outcomes(file.open("a", encoding="utf-8")), "mel-outcomes")


class Outcomes:
    """The lines: test, phase, outcome and, of a failure, what pytest says of it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._line(nodeid, "", "begun")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            self._write(report.nodeid, report.when or "", report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write(report.nodeid, "collect", report)

    def pytest_unconfigure(self) -> None:
        self._file.close()

    def _write(self, test: str, phase: str, report: pytest.BaseReport) -> None:
        self._line(test, phase, report.outcome, report.longreprtext if report.failed else "")

    def _line(self, test: str, phase: str, outcome: str, text: str = "") -> None:
        line = {"test": test, "phase": phase, "outcome": outcome, "text": text}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
