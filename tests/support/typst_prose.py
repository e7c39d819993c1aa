"""Prose of Typst sources: what is printed as it stands.

Left out are code, the names of facts, labels, references, formulas and raw text; each leaves ``{}`` behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STATEMENTS = {"let", "set", "show", "import", "include"}  # go to the end of their line
BLOCKS = {"if", "for", "while", "context", "else"}  # go to the block that follows
SKIPPED = re.compile(
    r"(?P<comment>(?<!:)//[^\n]*|/\*.*?\*/)"
    r"|(?P<raw>```.*?```|`[^`]*`)"
    r"|(?P<formula>(?<!\\)\$[^$]*\$)"
    r"|(?P<name><[\w-]+>|@[\w-]+)",
    re.DOTALL,
)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
WORD = re.compile(r"[A-Za-z][\w-]*")


class Reader:
    """Walks through one source, in markup or in code, and keeps what is printed.

    Parameters
    ----------
    source : str
    """

    def __init__(self, source: str) -> None:
        """Start at the beginning."""
        self.source, self.at, self.pieces = source, 0, []

    def read(self) -> Iterator[tuple[int, str]]:
        """Give pieces of prose with the line on which each begins; names of facts stand as `{}`."""
        self.markup()
        place, text = 0, ""
        for at, piece in self.pieces:
            if piece == "\n\n":
                if text.strip():
                    yield self.source.count("\n", 0, place) + 1, " ".join(text.split())
                text = ""
            else:
                place = at if not text.strip() else place
                text += piece
        if text.strip():
            yield self.source.count("\n", 0, place) + 1, " ".join(text.split())

    def keep(self, text: str) -> None:
        """Keep a piece that is printed."""
        self.pieces.append((self.at, text))

    def skip(self) -> bool:
        """Pass over what is not prose, if any begins here."""
        if found := SKIPPED.match(self.source, self.at):
            if found.lastgroup != "comment":
                self.keep("{}")
            self.at = found.end()
        return bool(found)

    def markup(self) -> None:
        """Read until the block ends, or the source."""
        while self.at < len(self.source):
            if self.skip():
                continue
            character = self.source[self.at]
            if character == "]":
                return
            if self.source.startswith("\n\n", self.at) or character == "[":
                self.keep("\n\n" if character == "\n" else "[")
                self.at += 1 + (character == "\n")
                if character == "[":
                    self.markup()
                    self.at += 1
                continue
            if character == "\\":
                self.keep(self.source[self.at + 1])
                self.at += 2
            elif character == "#":
                self.at += 1
                self.expression()
            else:
                self.keep(character)
                self.at += 1

    def expression(self) -> None:
        """Read what follows a hash: a statement, a block with its header, or a value with its calls."""
        word = WORD.match(self.source, self.at)
        if word and word[0] in STATEMENTS:
            self.code("\n;")
            return
        if word and word[0] in BLOCKS:
            self.block()
            return
        self.keep("{}")
        self.at = word.end() if word else self.at
        while self.at < len(self.source):
            if self.source[self.at] in "([{":
                self.group()
            elif found := re.compile(r"\.[A-Za-z][\w-]*").match(self.source, self.at):
                self.at = found.end()
            else:
                return

    def block(self) -> None:
        """Read a header and its block, and what else belongs to it."""
        self.code("[{\n", stays=True)
        if self.source[self.at] == "\n":  # a header without a block, such as a check
            return
        self.group()
        if found := re.compile(r"\s*else\b").match(self.source, self.at):
            self.at = found.end()
            self.block()

    def group(self) -> None:
        """Read brackets of one kind to their end; the block of a claim or of content is prose of its own."""
        opening = self.source[self.at]
        self.at += 1
        if opening == "[":
            self.markup()
            self.at += 1
        else:
            self.code({"(": ")", "{": "}"}[opening])

    def code(self, ends: str, *, stays: bool = False) -> None:
        """Read code until one of some characters outside of brackets; strings of several words are prose."""
        while self.at < len(self.source):
            if (found := SKIPPED.match(self.source, self.at)) and found.lastgroup in ("comment", "raw", "formula"):
                self.at = found.end()
            elif self.source[self.at] in ends:
                self.at += not stays
                return
            elif found := STRING.match(self.source, self.at):
                if " " in found[1].strip():
                    self.keep("\n\n")
                    self.keep(found[1])
                    self.keep("\n\n")
                self.at = found.end()
            elif self.source[self.at] in "([{":
                self.group()
            else:
                self.at += 1


def prose_of(source: str) -> list[tuple[int, str]]:
    """List the prose of a Typst source: line and text, one entry a paragraph."""
    return list(Reader(source).read())
