"""How long a receiver that failed is left alone."""

from datetime import timedelta
from random import Random

import pytest

from scanner.notify import pause
from scanner.notify.pause import MAX_PAUSE_S
from tests.notify.sweep import AT


def test_pauses_grow_to_the_longest_and_are_spread() -> None:
    random = Random(1)
    pauses = [pause.after(attempts, random) for attempts in range(1, 1000)]

    assert 1.6 <= pauses[0] <= 2.4
    assert 0.8 * MAX_PAUSE_S <= min(pauses[20:]) < max(pauses[20:]) <= 1.2 * MAX_PAUSE_S


@pytest.mark.parametrize(
    ("ahead_s", "wait_s"),
    [(-5.0, 0.0), (0.0, 0.0), (30.0, 30.0), (1.2 * MAX_PAUSE_S, 1.2 * MAX_PAUSE_S), (2 * MAX_PAUSE_S, 0.0)],
    ids=["over", "now", "soon", "longest", "clock-set-back"],
)
def test_an_attempt_is_waited_for_unless_no_pause_is_so_long(ahead_s: float, wait_s: float) -> None:
    assert pause.until(AT + timedelta(seconds=ahead_s), AT) == wait_s
