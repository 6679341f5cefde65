"""What a kind tells of a file: the file read whole, and its sightings in a form that tests can write down."""

import io
from datetime import UTC, datetime
from pathlib import Path

from scanner.intake.contract import Kind, Source, Told
from scanner.model.sighting import Incident, Sighting

SAMPLES = Path(__file__).parent.parent / "captures" / "intake"
# When the files under test were written: after everything that the samples tell of.
TOLD_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def told(kind: Kind, data: bytes | str) -> list[Told]:
    encoded = data if isinstance(data, bytes) else data.encode()
    return list(kind.read(Source(io.BytesIO(encoded), "the-file", TOLD_AT)))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def sightings(told: list[Told]) -> list[Sighting]:
    return [each for each in told if isinstance(each, Sighting)]


def incidents(told: list[Told]) -> list[str]:
    return [each.text for each in told if isinstance(each, Incident)]


def values(sighting: Sighting) -> dict[str, str]:
    return {seen.field.value: seen.value for seen in sighting.observations}


def places(told: list[Told]) -> list[tuple[str, str | None, str | None]]:
    """Return address, MAC and interface of every sighting."""
    return [(str(each.host.address), each.host.mac, each.host.interface) for each in sightings(told)]


def time_of(text: str) -> datetime:
    """Return a time of the samples' day."""
    return datetime.fromisoformat(f"2026-11-22T{text}+00:00")
