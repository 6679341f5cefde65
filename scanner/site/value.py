"""What a key of a site file may hold.

Every reader here takes what TOML gave and returns what the model takes. It raises ValueError with the
rest of a sentence that begins with the name of the key.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from ipaddress import ip_network
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scanner.errors import UsageProblem
from scanner.model.scope import Network, Range
from scanner.model.target import parse_exclusion

T = TypeVar("T")
Reader = Callable[[object], T]

# Names and remarks stand in tables and messages; what is longer is a document.
MAX_TEXT_CHARACTERS = 200
MAX_NAME_CHARACTERS = 64
# What one site is assigned at most: an old class B network, and RFC 6177's upper end for IPv6.
WIDEST_PUBLIC = {4: 16, 6: 48}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The end of a day, as people write it; for a clock it is the beginning of the next.
MIDNIGHT = "24:00"

_NAME = re.compile(r"[^\W_](?:[\w. -]*[\w.])?")
_WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*|::[0-9A-Fa-f:.]*")
_MAILBOX = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def text(value: object) -> str:
    """Read a text that says something, on one line."""
    if not isinstance(value, str):
        raise ValueError("is not a text in quotes")
    if not value.strip():
        raise ValueError("is blank")
    if len(value) > MAX_TEXT_CHARACTERS:
        raise ValueError(f"is longer than {MAX_TEXT_CHARACTERS} characters")
    if not value.isprintable():
        raise ValueError("holds characters that do not print")
    return value


def name(value: object) -> str:
    """Read a name that can be given on a command line and stands in file names."""
    told = text(value)
    if len(told) > MAX_NAME_CHARACTERS or not _NAME.fullmatch(told):
        raise ValueError(f"is {told!r}, which cannot be a name")
    return told


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def whole(first: int, last: int) -> Reader[int]:
    """Return the reader of a whole number from ``first`` to ``last``."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not first <= value <= last:
            raise ValueError(f"is not a whole number from {first} to {last}")
        return value

    return read


def rate(value: object) -> float:
    """Read packets per second, in the bounds of the option ``--max-rate``."""
    # A number that is infinite or not a number at all is TOML, too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 1e6:
        raise ValueError("is not a number from 0.1 to 1000000")
    return float(value)


def one_of(words: tuple[str, ...]) -> Reader[str]:
    """Return the reader of one word out of several."""

    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"is {value!r:.80}, which is not known here")
        return str(value)

    return read


def each(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Return the reader of a list with at least one entry, each of which ``read`` takes."""

    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError("is not a list with at least one entry")
        try:
            return tuple(map(read, value))
        except ValueError as error:
            raise ValueError(f"holds an entry that {error}") from error

    return read_all


def word(value: object) -> str:
    """Read a lower-case word; hyphens and underscores may join several."""
    return _fitting(value, _WORD, "is not lower-case words joined by hyphens")


def variable(value: object) -> str:
    """Read the name of an environment variable."""
    return _fitting(value, _VARIABLE, "is not the name of an environment variable")


def host(value: object) -> str:
    """Read a host name or an address, without a port."""
    return _fitting(value, _HOST, "is neither a host name nor an address")


def mailbox(value: object) -> str:
    """Read the address of a mailbox."""
    return _fitting(value, _MAILBOX, "is not an address such as noc@example.org")


def _fitting(value: object, pattern: re.Pattern[str], fault: str) -> str:
    told = text(value)
    if not pattern.fullmatch(told):
        raise ValueError(fault)
    return told


def url(value: object) -> str:
    """Read a web address without a name and password in it, since site files are passed around."""
    told = text(value)
    parts = urlsplit(told)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in told:
        raise ValueError("is not an address that begins with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError("holds a name or a password")
    return told


def network(value: object) -> Network:
    """Read a network, exactly: 10.0.0.5/24 is a host."""
    told = text(value)
    if "%" in told:
        raise ValueError(f"is {told!r}, which names an interface")
    try:
        return ip_network(told)
    except ValueError as error:
        raise ValueError(f"is no network: {error}") from error


def public_network(value: object) -> Network:
    """Read a network that may be examined though it is public; one that no site can have is a slip."""
    told = network(value)
    if told.prefixlen < WIDEST_PUBLIC[told.version]:
        raise ValueError(f"is {told}, which is wider than one site, /{WIDEST_PUBLIC[told.version]}")
    return told


def exclusion(value: object) -> tuple[Range, ...]:
    """Read what is never examined, as the option ``--exclude`` takes it."""
    told = text(value)
    try:
        return parse_exclusion(told)
    except UsageProblem as error:
        raise ValueError(f"cannot be read: {told!r} ({error.__cause__})") from error


def zone(value: object) -> ZoneInfo:
    """Read a time zone of the IANA database."""
    told = text(value)
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"is {told!r}, which the time zone database does not know") from error


def day(value: object) -> date:
    """Read a date, as TOML has it or as a text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError as error:
        raise ValueError("is not a date") from error


def time_of_day(value: object) -> time:
    """Read a time to the minute, from 00:00 to 23:59."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("is not a time of day in quotes")
    return time(int(found[1]), int(found[2]))


def end_of_hours(value: object) -> time:
    """Read a time to the minute; 24:00 is the next midnight."""
    return time_of_day("00:00" if value == MIDNIGHT else value)


def weekdays(value: object) -> frozenset[int]:
    """Read days of the week, Monday as 0: ``"mon-fri"`` or a list such as ``["mon", "wed-fri"]``."""
    entries = value if isinstance(value, list) else [value]
    found = frozenset(number for entry in entries for number in _span(entry))
    if not found:
        raise ValueError("names no day")
    return found


def _span(entry: object) -> list[int]:
    names = str(entry).split("-")
    if not isinstance(entry, str) or len(names) > 2 or not set(names) <= set(DAYS):
        raise ValueError(f"holds {entry!r:.80}, which is no day")
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(first + step) % len(DAYS) for step in range((last - first) % len(DAYS) + 1)]
