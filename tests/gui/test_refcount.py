"""PySide6 6.12.0 on Python 3.11 loses a reference to None at each call that returns None."""

import sys

from PySide6.QtCore import QObject


def test_none_is_not_lost(qapp: object) -> None:
    target = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        target.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 200
