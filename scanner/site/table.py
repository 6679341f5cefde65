"""The tables of a site file, read key by key; every complaint names the line."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from scanner.errors import UsageProblem
from scanner.matching.source import Source
from scanner.site.key import TABLES, Key, Keys, Needed

T = TypeVar("T")

# A site with a thousand segments stays far below; what is larger was not written by people.
MAX_FILE_CHARACTERS = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the ``index``-th of its name, the first being 0; the top of the file has no name."""

    source: Source
    name: str
    index: int
    entries: Mapping[str, Any]
    is_one_of_many: bool = False

    def take(self, key: Key[T]) -> T:
        """Return what a key says, or its default. Raises UsageProblem."""
        if key.name not in self.entries:
            if isinstance(key.default, Needed):
                raise self.problem(key.name, "is missing", key.remedy)
            return key.default
        try:
            return key.read(self.entries[key.name])
        except ValueError as error:
            raise self.problem(key.name, str(error), key.remedy) from error

    def one(self, name: str) -> "Table | None":
        """Return a table of this one, ``[name]``, or None where there is none."""
        entries = self.entries.get(name)
        if entries is None:
            return None
        if not isinstance(entries, dict):
            raise self.problem(name, "is not one table", f"Write [{name}] on a line of its own, once.")
        return Table(self.source, name, 0, entries)

    def each(self, name: str) -> tuple["Table", ...]:
        """Return every ``[[name]]``, in order."""
        tables = self.entries.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(entries, dict) for entries in tables):
            remedy = f"Write [[{name}]] on a line of its own, in double brackets."
            raise self.problem(name, "is not a list of tables", remedy)
        return tuple(Table(self.source, name, index, one, True) for index, one in enumerate(tables))

    def check_known(self, keys: Keys) -> None:
        """Raise UsageProblem for a key that is none of ``keys``, nor at the top a table."""
        known = [key.name for key in keys] + ([] if self.name else [name for name in TABLES if name])
        for name in self.entries:
            if name not in known:
                raise self.problem(name, "is not known here", self._place_of(name, known))

    def problem(self, key: str, fault: str, remedy: str) -> UsageProblem:
        """Return what to raise when a key is not as it should be."""
        line = self.source.line(self.name, self.index, key)
        if not self.name:
            # At the top a key may be the name of a table, which its head tells.
            line = max(line, self.source.line(key))
        return UsageProblem(
            f"line {line}: {self._label}{key} {fault}, so the site file was not taken. {remedy}"
        )

    @property
    def _label(self) -> str:
        if not self.name:
            return ""
        return f"[[{self.name}]] {self.index + 1}: " if self.is_one_of_many else f"[{self.name}]: "

    def _place_of(self, name: str, known: list[str]) -> str:
        """Return where a key belongs: everything below a table's head is in that table."""
        near = get_close_matches(name, known, n=1)
        if near:
            return f"Did you mean {near[0]!r}?"
        if any(key.name == name for key in TABLES[""]):
            return "Move it to the top of the file, above the first [table]."
        homes = [table for table, keys in TABLES.items() if table and name in [key.name for key in keys]]
        return f"It belongs in [{homes[0]}]." if homes else f"Known keys: {', '.join(known)}."


def parse(text: str) -> Table:
    """Return the top of a site file. Raises UsageProblem for what is not TOML."""
    source = Source(Path("site"), "site", text)
    if len(text) > MAX_FILE_CHARACTERS:
        raise UsageProblem(f"line 1: the site file has more than {MAX_FILE_CHARACTERS} characters. Split it.")
    try:
        return Table(source, "", 0, tomllib.loads(text))
    except RecursionError as error:
        raise UsageProblem(
            "line 1: the file nests values too deep, so the site file was not taken. Two levels are enough."
        ) from error
    except ValueError as error:
        raise UsageProblem(
            f"The site file is not TOML, so it was not taken: {error}. Correct that line."
        ) from error
