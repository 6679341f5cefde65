"""The section of the page that compares the reading of a capture."""

from bench.capture import Result, Row
from bench.measure import Cost
from bench.page import capture_section


def row(tool: str, frames: int, wall_s: float, peak_mib: float, hosts: int | None = None) -> Row:
    return Row(tool, frames, Cost(wall_s, wall_s, peak_mib, 0, "", False), hosts)


STEPS = (row("reading", 2_000_000, 2.0, 60), row("hearing", 2_000_000, 5.0, 70))
HALF = row("camcensus listen --pcap", 1_000_000, 3.0, 90, 240)
WHOLE = row("camcensus listen --pcap", 2_000_000, 5.0, 91, 240)


def test_rates_memory_and_the_peers_share_are_told() -> None:
    peer = row("tshark -T json", 600_000, 50.0, 400), row("tshark -T json", 1_200_000, 100.0, 700)

    text = "\n".join(capture_section(Result(900.0, STEPS, HALF, WHOLE, peer)))

    assert "| camcensus listen --pcap | 2,000,000 | 5.0 | 5.0 | 400,000 | 400,000 | 91 | 240 |" in text
    assert "Twice the frames, +1 MiB." in text
    assert "reads 33 times as many frames as tshark -T json, which was given the first 1,200,000." in text


def test_without_a_peer_nothing_is_compared() -> None:
    lines = capture_section(Result(900.0, STEPS, HALF, WHOLE, None))

    assert lines[-2:] == ["Twice the frames, +1 MiB.", ""]
