"""The programs keep their libraries to themselves: the licences and rights of these are not ours."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.net.cable import ROOT

PROGRAMS = ROOT / "scanner" / "net" / "programs"


def imported(path: Path) -> Iterator[str]:
    """Yield the first word of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def importers(module: str) -> set[Path]:
    return {path for path in (ROOT / "scanner").rglob("*.py") if module in imported(path)}


def test_scapy_is_imported_by_the_capture_program_alone() -> None:
    assert importers("scapy") == {PROGRAMS / "capture.py"}


def test_python_nmap_is_imported_by_the_nmap_program_alone() -> None:
    assert importers("nmap") == {PROGRAMS / "nmap_runner.py"}


def test_the_programs_import_nothing_of_ours() -> None:
    assert not importers("scanner") & set(PROGRAMS.iterdir())
