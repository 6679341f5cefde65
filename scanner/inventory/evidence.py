"""What a host showed as stored bytes: compressed JSON, each message once, enough to be judged again."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from itertools import groupby
from operator import attrgetter
from typing import Any

from scanner.errors import StorageProblem
from scanner.model.field import field_named
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import Fact, Observation, Via
from scanner.model.probe import ProbeResult, ProbeStatus

# A thousand observations with 4 KiB each, in base64: what a device may show at most.
MAX_BYTES = 8 * 1024 * 1024

# What the facts of one message have in common is written once.
_SHARED = attrgetter("source", "via", "observed_at", "endpoint", "raw")
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def packed(observations: Iterable[Observation], results: Iterable[ProbeResult] = ()) -> tuple[bytes, str]:
    """Return the stored form and its SHA-256, which is that of the JSON and not of its compression."""
    text = _ENCODER.encode(entry_of(observations, results)).encode()
    return zlib.compress(text), sha256(text).hexdigest()


def entry_of(observations: Iterable[Observation], results: Iterable[ProbeResult] = ()) -> dict[str, Any]:
    """Return what a host showed as JSON holds it: each message once, and facts that refer to it."""
    messages: dict[bytes, int] = {}
    where = cache(_place)
    shown = [
        [
            *(source, via.value, _time(at), where(endpoint), messages.setdefault(raw, len(messages))),
            [(one.field.value, one.value) for one in facts],
        ]
        for (source, via, at, endpoint, raw), facts in groupby(observations, _SHARED)
    ]
    return {
        "messages": [b64encode(raw).decode() for raw in messages],
        "shown": shown,
        "results": [
            [one.probe, where(one.endpoint), one.status.value, one.elapsed_ms, one.detail] for one in results
        ],
    }


def unpacked(
    stored: bytes, digest: str, host: Host
) -> tuple[tuple[Observation, ...], tuple[ProbeResult, ...]]:
    """Return observations and results. Raises StorageProblem when they are not what was stored."""
    try:
        unzip = zlib.decompressobj()
        text = unzip.decompress(stored, MAX_BYTES)
        if unzip.unconsumed_tail or sha256(text).hexdigest() != digest:
            raise ValueError("its checksum is another")
        entry = json.loads(text)
        return observations_of(entry, host), tuple(map(_result, entry["results"]))
    except (zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise StorageProblem(
            f"The stored evidence of {host.label} is damaged ({error}), so it cannot be judged again. "
            "Its verdict of that day still stands in the inventory; take the evidence from a backup."
        ) from error


def observations_of(entry: dict[str, Any], host: Host) -> tuple[Observation, ...]:
    """Return what a host showed. Raises ValueError, KeyError, TypeError or IndexError for no entry."""
    messages = [b64decode(message) for message in entry["messages"]]
    return tuple(one for row in entry["shown"] for one in _observations(row, messages, host))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _place(endpoint: Endpoint | None) -> list[Any] | None:
    return [str(endpoint.address), endpoint.port, endpoint.transport.value] if endpoint else None


def _observations(row: list[Any], messages: list[bytes], host: Host) -> Iterator[Observation]:
    source, via, time, place, message, facts = row
    how, at, endpoint = Via(via), datetime.fromisoformat(time), _endpoint(place) if place else None
    for name, value in facts:
        yield Fact(field_named(name), value, messages[message]).seen(host, source, how, at, endpoint)


def _result(row: list[Any]) -> ProbeResult:
    probe, place, status, elapsed_ms, detail = row
    return ProbeResult(probe, _endpoint(place), ProbeStatus(status), (), elapsed_ms, detail)


def _endpoint(place: list[Any]) -> Endpoint:
    return Endpoint(ip_address(place[0]), place[1], Transport(place[2]))
