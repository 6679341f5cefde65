"""Signature files as text: read with caps and kept inside their directory, with lines to point at."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scanner.matching.problem import BadSignatures, Problem

# The largest file of the shipped database has a few hundred rules, far below this; more is a mistake.
MAX_FILE_BYTES = 1024 * 1024

Table = dict[str, object]

# A line that is nothing but [name] or [[name]]: the head of a TOML table.
_HEAD = re.compile(r"\s*\[\[?\s*[A-Za-z0-9_.-]+\s*\]\]?\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of signature data as text; ``name`` is its path inside its directory."""

    path: Path
    name: str
    text: str

    def problem(
        self, cause: str, remedy: str, section: str = "", index: int = 0, key: str | None = None
    ) -> Problem:
        """Return a problem at a key of the ``index``-th ``[section]`` or ``[[section]]``, or at its head."""
        return Problem(str(self.path), self.line(section, index, key), cause, remedy)

    def line(self, section: str = "", index: int = 0, key: str | None = None) -> int:
        """Return the line of a key, else of its section's head, else 1; ``section`` "" is the top."""
        lines = self.text.splitlines()
        heads = [0] + [number for number, line in enumerate(lines, 1) if _HEAD.match(line)]
        named = [number for number in heads[1:] if _section(lines[number - 1]) == section] if section else [0]
        if index >= len(named):
            return 1
        head = named[index]
        end = next((number for number in heads if number > head), len(lines) + 1)
        block = enumerate(lines[head : end - 1], head + 1)
        found = (number for number, line in block if key is not None and _sets(key, line))
        return next(found, max(head, 1))

    def table(self) -> Table:
        """Return the parsed TOML; ``BadSignatures`` when it is not TOML or is nested too deep."""
        try:
            return tomllib.loads(self.text)
        except RecursionError:
            raise BadSignatures(
                [self.problem("The file nests values too deep.", "Signature files need three levels.")]
            ) from None
        except ValueError as error:
            place = re.search(r"at line (\d+)", str(error))
            line = int(place[1]) if place else max(self.text.count("\n"), 1)
            problem = Problem(str(self.path), line, f"The file is not TOML: {error}.", "Correct this line.")
            raise BadSignatures([problem]) from error


def _section(line: str) -> str:
    return line.split("#")[0].strip(" \t[]")


def _sets(key: str, line: str) -> bool:
    return line.partition("=")[0].strip() == key


def read_source(path: Path, root: Path) -> Source:
    """Return one file below ``root``; ``BadSignatures`` when it leaves the root, is too large or not text."""
    try:
        if leaves(path, root):
            raise _refused(
                path, "The file lies outside its directory.", "Copy it in instead of linking to it."
            )
        if not path.is_file():
            raise _refused(path, "This is not a regular file.", "Remove it or rename it.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refused(path, f"It cannot be read: {error.strerror}.", "Give read permission.") from error
    if len(data) > MAX_FILE_BYTES:
        raise _refused(path, "The file is larger than 1 MiB.", "Split it: one file per maker.")
    try:
        return Source(path, path.relative_to(root).as_posix(), data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(path, "The file is not UTF-8 text.", "Save it as UTF-8.", line) from error


def leaves(path: Path, root: Path) -> bool:
    """Whether a path directly in a directory is a link that leads out of ``root``."""
    return path.is_symlink() and not path.resolve().is_relative_to(root.resolve())


def _refused(path: Path, cause: str, remedy: str, line: int = 1) -> BadSignatures:
    return BadSignatures([Problem(str(path), line, cause, remedy)])
