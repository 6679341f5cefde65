"""What the sender of the listening measurement sends is what the page says that it sends."""

from bench.flood import BULK_PER_ANNOUNCEMENT, HOSTS, frames
from scanner.hearing.ear import Ear
from scanner.protocols import frame


def test_nineteen_of_twenty_frames_are_full_frames_of_bulk_tcp() -> None:
    parsed = [(len(data), frame.parse(data)) for data in frames()]
    bulk = [size for size, got in parsed if got and got.protocol == frame.PROTOCOL_TCP]

    assert set(bulk) == {1514}
    assert len(bulk) == BULK_PER_ANNOUNCEMENT * (len(parsed) - len(bulk))


def test_every_host_announces_itself_in_three_ways() -> None:
    ear = Ear("eth0")
    told = list(ear.hear((1_800_000_000.0 + n / 20_000, data) for n, data in enumerate(frames())))
    announced = [sighting for sighting in told if sighting.host.mac]

    assert len(announced) == 3 * HOSTS
    assert len({sighting.host for sighting in announced}) == HOSTS
