"""Prose of Python sources: strings of several words, without docstrings and keys; ``{}`` for what is filled in."""

from __future__ import annotations

import ast

WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef)


def prose_of(source: str) -> list[tuple[int, str]]:
    """List the prose of a Python source: line and text, one entry a string."""
    tree = ast.parse(source)
    skipped = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            skipped |= {id(part) for part in ast.walk(node.slice)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for value in node.values for part in _typed_parts(value)}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        text = _text(node)
        if " " in text.strip():
            found.append((node.lineno, " ".join(text.split())))
    return sorted(found)


def _has_docstring(node: ast.AST) -> bool:
    return isinstance(node, WITH_DOCSTRING) and bool(node.body) and isinstance(node.body[0], ast.Expr)


def _typed_parts(value: ast.expr) -> list[ast.AST]:
    """List what belongs to a formatted string: its own text, and how a value is to be written."""
    if isinstance(value, ast.FormattedValue):
        return [] if value.format_spec is None else list(ast.walk(value.format_spec))
    return [value]


def _text(node: ast.AST) -> str:
    """Write a string as it stands in the source."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
