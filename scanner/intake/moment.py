"""When another tool saw something: its own time where that can be, else that of its file.

Nothing can have been seen after it was written down, so a time later than the file's is not believed.
"""

from datetime import UTC, datetime


def of_seconds(seconds: int | None, told_at: datetime) -> datetime:
    """Return the time of some seconds since 1970 in UTC; ``told_at`` is when the file was written."""
    if not seconds or seconds > told_at.timestamp():
        return told_at
    return datetime.fromtimestamp(seconds, UTC)


def of_text(text: str, told_at: datetime) -> datetime:
    """Return the time that an ISO 8601 text with an offset names, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return told_at if moment.tzinfo is None else min(moment.astimezone(UTC), told_at)
    except (ValueError, OverflowError):
        return told_at
