"""Progress for people: one line at the bottom of a terminal, and nothing anywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from scanner.export.escape import escape
from scanner.sweep.plan import Observer
from scanner.sweep.plan import Progress as State

# Takes how many bytes were read, and what else was counted, in words.
FileObserver = Callable[[int, str], None]


@contextmanager
def shown(is_wanted: bool) -> Iterator[Observer]:
    """Show progress on standard error while the context is open, if it is a terminal."""
    if not (is_wanted and sys.stderr.isatty()):
        yield lambda _state: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("hosts", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def observe(state: State) -> None:
            bar.update(task, description=state.stage, total=state.met, completed=state.done)

        yield observe


@contextmanager
def of_file(is_wanted: bool, name: str, byte_count: int | None) -> Iterator[FileObserver]:
    """Show how far a file was read, on standard error while the context is open, if it is a terminal."""
    if not (is_wanted and sys.stderr.isatty()):
        yield lambda _read, _told: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[told]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(name), total=byte_count, told="")

        def observe(read: int, told: str) -> None:
            bar.update(task, completed=read, told=told)

        yield observe
