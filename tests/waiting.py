"""Waiting for the thing itself instead of for a time: how fast a machine is decides nothing."""

import time
from collections.abc import Callable

# Whatever has not come by then, on however busy a machine, never will.
PATIENCE_S = 90.0
LOOK_EVERY_S = 0.1


def until(has_come: Callable[[], bool], what: str) -> None:
    """Return as soon as something has come; raises AssertionError that says what never came."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not has_come():
        assert time.monotonic() < deadline_s, f"never came: {what}"
        time.sleep(LOOK_EVERY_S)
