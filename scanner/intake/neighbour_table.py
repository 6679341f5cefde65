"""What ``ip neigh`` prints: the neighbours that a Linux machine has resolved, IPv4 and IPv6.

Text, also with ``-s`` (statistics), and the JSON of ``-j``. Format and states: ip-neighbour(8) and
ip/ipneigh.c of iproute2. A neighbour that was asked for and did not answer (FAILED, INCOMPLETE) is not
a host, and neither is a mapping that needs no asking (NOARP, NONE): multicast, tunnels. The table tells
no time unless asked for statistics; then the moment when a neighbour was last confirmed counts.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, pairwise

from scanner.intake.contract import Kind, Source, Told
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading, address, is_one_host, mac
from scanner.model.host import Address, Host
from scanner.model.sighting import Sighting

NAME = "ip-neigh"
EXPECTED = "the output of 'ip neigh', such as '10.0.0.5 dev eth0 lladdr 02:00:00:00:00:05 REACHABLE'"

_STATES_OF_HOSTS = frozenset({"REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT"})
_STATES = _STATES_OF_HOSTS | {"FAILED", "INCOMPLETE", "NOARP", "NONE"}
# 'ip -j neigh' writes the whole table on one line; 65,536 neighbours with their statistics take less.
_MAX_LINE_CHARACTERS = 16 * 1024 * 1024
_JSON_OPENING = re.compile(r"\s*\[")
# The first thing in the array, perhaps on a line of its own; or an array of nothing.
_JSON_SIGN = re.compile(r'[\s\[{]*"dst"\s*:|\s*\[\s*\]')
# An entry holds a list of states, but no object.
_JSON_ENTRY = re.compile(r"\{[^{}]*\}")
# Of an entry that goes over several lines; the longest has half a thousand.
_MAX_ENTRY_CHARACTERS = 4096
# An address, a state, and pairs of a word and its value; statistics have most.
_MAX_WORDS = 32
_AGES = re.compile(r"[0-9]{1,10}/(?P<confirmed>[0-9]{1,10})/[0-9]{1,10}")
# Ages begin when the machine starts; one of ten years is a mistake.
_MAX_AGE_S = 10 * 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One entry; ``confirmed_s`` is its age in seconds, and 0 without statistics."""

    address: Address
    interface: str | None
    mac: str
    states: frozenset[str]
    confirmed_s: int = 0

    @property
    def is_host(self) -> bool:
        """Whether a host has answered from there."""
        return bool(self.states & _STATES_OF_HOSTS) and not self.address.is_multicast


def read(source: Source) -> Iterator[Told]:
    """Yield every neighbour that has answered."""
    reading = Reading(source, _MAX_LINE_CHARACTERS)
    lines = reading.opened(EXPECTED, _is_ours)
    first = next(lines)
    whole = chain((first,), lines)
    if _JSON_OPENING.match(first.text):
        yield from reading.understood(_entries(whole), partial(_shown, _parse_json, source.told_at))
    else:
        yield from reading.understood(whole, partial(_shown, _parse_text, source.told_at))
    yield from reading.closed()


KIND = Kind(NAME, "the output of 'ip neigh', also of 'ip -s neigh' and 'ip -j neigh'", read)


def _shown(parse: Callable[[str], Neighbour], told_at: datetime, line: Line) -> Iterator[Sighting]:
    seen = parse(line.text)
    if seen.is_host and is_one_host(hardware := mac(seen.mac)):
        at = told_at - timedelta(seconds=min(seen.confirmed_s, _MAX_AGE_S))
        yield line.shows(Host(seen.address, hardware, seen.interface), NAME, at)


def _is_ours(text: str) -> bool:
    return _JSON_SIGN.match(text) is not None or bool(_parse_text(text))


def _parse_text(text: str) -> Neighbour:
    """Return the entry that a line of text is: an address, then words and pairs in any order."""
    place, *words = text.split(maxsplit=_MAX_WORDS) or [""]
    states = _STATES.intersection(words)
    if not states:
        raise BadLine("it names no state of a neighbour, such as REACHABLE or STALE")
    named = dict(pairwise(words))
    # iproute2 prints no blank between the ages and the word after them: "used 198/96/51probes 4".
    ages = _AGES.match(named.get("used", ""))
    confirmed_s = int(ages["confirmed"]) if ages else 0
    return Neighbour(address(place), named.get("dev"), named.get("lladdr", ""), states, confirmed_s)


def _parse_json(text: str) -> Neighbour:
    try:
        entry = json.loads(text)
        states = _STATES.intersection(entry["state"])
        confirmed_s = int(entry.get("confirmed", 0))
        texts = [_text(entry.get(name)) for name in ("dst", "dev", "lladdr")]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadLine(f"{text[:40]!r} is not a neighbour in JSON") from error
    return Neighbour(address(texts[0]), texts[1] or None, texts[2], states, max(confirmed_s, 0))


def _text(value: object) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, which JSON allows, becomes its escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""


def _entries(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield each object of the array as a line of its own, however the array is broken into lines."""
    rest, number = "", 0
    for line in lines:
        text, end, number = rest + line.text, 0, line.number
        for entry in _JSON_ENTRY.finditer(text):
            yield Line(number, entry[0])
            end = entry.end()
        rest = text[end:][:_MAX_ENTRY_CHARACTERS]
        if not line.is_whole:
            yield line
    if rest.strip("[], \t"):
        yield Line(number, rest.strip())
