"""How hard the network may be asked: the profiles, and the caps on every exchange."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates, deadlines and caps of one sweep.

    Cameras are fragile: devices are known to reboot under an ordinary HTTP probe of a scanner, so
    the defaults ask one question at a time.
    """

    packets_per_s: float = 100.0  # what masscan sends by default; a switch's CPU port bears it
    connections_per_s: float = 50.0
    connections_per_host: int = 1
    host_gap_ms: int = 300  # pause between two connections to one host
    hosts_in_flight: int = 32
    connect_timeout_s: float = 3.0
    first_byte_timeout_s: float = 5.0
    probe_deadline_s: float = 8.0  # the whole exchange: a peer may send one byte a second for ever
    host_deadline_s: float = 60.0
    discovery_wait_s: float = 3.0  # SSDP and WS-Discovery answers come within 1 s; a loaded camera's later
    arp_tries: int = 2
    # The largest landing page in the captures is 41 KiB; web scanners of the field cut at 256 KiB.
    max_reply_bytes: int = 256 * 1024
    max_host_bytes: int = 1024 * 1024


GENTLE = Limits(
    packets_per_s=20.0, connections_per_s=10.0, host_gap_ms=1000, hosts_in_flight=8, host_deadline_s=180.0
)
NORMAL = Limits()
FAST = Limits(
    packets_per_s=10_000.0,
    connections_per_s=1500.0,
    connections_per_host=4,
    host_gap_ms=0,
    hosts_in_flight=128,
    connect_timeout_s=1.0,
    first_byte_timeout_s=2.0,
    probe_deadline_s=4.0,
    host_deadline_s=15.0,
    discovery_wait_s=1.2,
)
PROFILES: dict[str, Limits] = {"gentle": GENTLE, "normal": NORMAL, "fast": FAST}
DEFAULT_PROFILE = "normal"
