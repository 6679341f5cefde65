"""What Ctrl-C and SIGTERM do: end a run politely, so that what is known is judged and written."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any, Self, TypeVar

from scanner.cli import talk
from scanner.model.coverage import Coverage

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

T = TypeVar("T")


@dataclass(slots=True)
class Brake:
    """Of an event loop's run: the first signal stops it, the second one does not wait for what is open."""

    stop: Callable[[], None]
    abort: Callable[[], None]
    notice: str
    pulls: int = 0

    def pull(self) -> None:
        """Stop, or stop at once."""
        self.pulls += 1
        if self.pulls == 1:
            talk.warning(self.notice)
            self.stop()
        else:
            self.abort()

    def hold(self) -> None:
        """Let signals pull, until the running loop ends."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.pull)


class Bookmark:
    """Of a file's reading: a signal ends it between two things that the file tells.

    As a context manager it catches signals, also while what was read is judged and written, so that an
    impatient one cannot interrupt that.
    """

    def __init__(self) -> None:
        self.is_set = False
        self._is_reading = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._set) for number in _SIGNALS}
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def until_set(self, told: Iterator[T]) -> Iterator[T]:
        """Yield what a file tells, to its end or until a signal comes."""
        while not self.is_set:
            self._is_reading = True
            try:
                item = next(told)
            except (StopIteration, KeyboardInterrupt):
                return
            finally:
                self._is_reading = False
            yield item

    def _set(self, _number: int, _frame: FrameType | None) -> None:
        self.is_set = True
        if self._is_reading:
            # A file may be a pipe into which nobody writes any more: only an exception ends the waiting.
            raise KeyboardInterrupt


def interrupted(covered: Coverage, what: str) -> Coverage:
    """Return the coverage of something that a signal ended early."""
    return replace(covered, gaps=(*covered.gaps, f"the {what} was interrupted before its end"))
