"""The table of a listening as it grows, at the bottom of a terminal, and nothing anywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from scanner.export import Report, table
from scanner.export.escape import escape
from scanner.model.verdict import Status

# A link that comes and goes for days must not push the hosts off the screen; the result has them all.
MAX_SHOWN_GAPS = 3

Draw = Callable[[Report], None]
_ORDER = list(Status)


@contextmanager
def shown(is_wanted: bool) -> Iterator[Draw | None]:
    """Yield what draws a report in place of the last one, or None where nobody is looking.

    It is drawn on standard output if that is a terminal, and gone when the context ends, so that the final
    table stands there alone. What is said on standard error meanwhile appears above it.
    """
    if not (is_wanted and sys.stdout.isatty()):
        yield None
        return
    console = table.console_on(sys.stdout)
    live = Live(
        console=console,
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=sys.stderr.isatty(),
    )
    with live:
        yield lambda report: live.update(_Screen(report), refresh=True)


@dataclass(frozen=True, slots=True)
class _Screen:
    """So much of a report as fits on the screen: what is flagged first, and the counts below."""

    report: Report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        footer = console.render_lines(Text("\n".join(self._footer()), style="dim"), options, pad=False)
        room = max(0, console.height - len(footer) - 1)
        foremost = sorted(self.report.verdicts, key=lambda verdict: _ORDER.index(verdict.status))[:room]
        first = replace(self.report, verdicts=tuple(foremost))
        rows = console.render_lines(table.rendered(first, has_evidence=False), options, pad=False)
        for line in chain(rows[:room], footer):
            yield from line
            yield Segment.line()

    def _footer(self) -> Iterator[str]:
        covered = self.report.coverage
        yield table.counts(verdict.status for verdict in self.report.verdicts)
        yield from map(escape, (*covered.notes, *covered.gaps[-MAX_SHOWN_GAPS:]))
        seconds = int((covered.ended_at - covered.started_at).total_seconds())
        yield f"Listening for {seconds} s; Ctrl-C ends it. What does not fit here is in the result."
