"""Takes the docstrings out of the modules that go in, and nothing else: asserts stay.

A module that asks for ``__doc__`` anywhere keeps its own, and so does a class with a decorator:
without one, dataclasses write the signature there, which costs time at each start.
"""

from __future__ import annotations

import ast
from pathlib import Path
from types import CodeType
from typing import Final

_HOLDERS: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code(file: Path, source: bytes) -> CodeType:
    """The compiled module, without docstrings where nobody asks for them. SyntaxError."""
    tree = ast.parse(source, str(file))
    if b"__doc__" not in source:
        for node in ast.walk(tree):
            if isinstance(node, _HOLDERS) and not (
                isinstance(node, ast.ClassDef) and node.decorator_list
            ):
                _bare(node.body)
    compiled: CodeType = compile(tree, str(file), "exec", dont_inherit=True, optimize=0)
    return compiled


def _bare(body: list[ast.stmt]) -> None:
    first = body[0] if body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return
    if isinstance(first.value.value, str):
        body[:1] = [] if len(body) > 1 else [ast.copy_location(ast.Pass(), first)]


def without(modules: list[tuple[str, str, str]]) -> dict[str, CodeType]:
    """Of PyInstaller's list (name, file, kind): the code by name, for those with a source."""
    found = {}
    for name, place, _ in modules:
        if place.endswith(".py"):
            file = Path(place)
            try:
                found[name] = code(file, file.read_bytes())
            except SyntaxError:  # for another Python: PyInstaller leaves it out as well
                continue
    return found
