"""Milestones as they are typed."""

from collections.abc import Sequence
from datetime import date

from scanner.errors import UsageProblem
from scanner.removal.timeline import Milestone, check_milestones


def read_all(texts: Sequence[str]) -> tuple[Milestone, ...]:
    """Return milestones such as ``2027-04-30=70``. Raises UsageProblem when one is wrong or out of order."""
    milestones = tuple(map(_read, texts))
    check_milestones(milestones)
    return milestones


def _read(text: str) -> Milestone:
    day, _, share = text.partition("=")
    percent = share.strip().removesuffix("%").strip()
    try:
        if not (percent.isascii() and percent.isdecimal() and len(percent) <= 3):
            raise ValueError(share)
        return Milestone(date.fromisoformat(day.strip()), int(percent))
    except ValueError as error:
        raise UsageProblem(
            f"The milestone {text!r} cannot be read. Write a day and a share, such as 2027-04-30=70. "
            "Nothing was changed."
        ) from error
