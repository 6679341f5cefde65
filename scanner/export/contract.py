"""What an exporter is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.export.report import Report

# Yields the text of a file piece by piece, line ends included.
Lines = Callable[[Report], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format: its name, the file suffixes that mean it, and how it is written."""

    name: str
    suffixes: tuple[str, ...]
    lines: Lines
