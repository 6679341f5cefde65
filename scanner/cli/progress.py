"""Progress for people: one line at the bottom of a terminal, and nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from scanner.sweep.plan import Observer
from scanner.sweep.plan import Progress as State


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
