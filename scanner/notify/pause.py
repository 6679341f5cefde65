"""How long a receiver that failed is left alone. Pure: attempts and times in, seconds out."""

from datetime import datetime
from random import Random

# 2, 4, 8 ... seconds after each failure, so that a hiccup is over within one flush ...
FIRST_PAUSE_S = 2.0
# ... and never longer than this, so that a repaired receiver hears within the working day.
MAX_PAUSE_S = 6 * 3600.0
# Pauses differ by so much, so that receivers are not hit in step.
_SPREAD = (0.8, 1.2)
# Doubling further only makes a number too large for a date.
_MAX_DOUBLINGS = 20


def after(attempts: int, random: Random) -> float:
    """Return the seconds to wait after so many attempts (at least one)."""
    longest: float = FIRST_PAUSE_S * 2 ** min(attempts - 1, _MAX_DOUBLINGS)
    return min(longest, MAX_PAUSE_S) * random.uniform(*_SPREAD)


def until(at: datetime, now: datetime) -> float:
    """Return the seconds until an attempt is due; one further away than any pause is a clock set back."""
    seconds = (at - now).total_seconds()
    return seconds if 0.0 < seconds <= MAX_PAUSE_S * _SPREAD[1] else 0.0
