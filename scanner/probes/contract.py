"""What a probe is, and what it returns."""

from collections.abc import Iterable
from typing import Protocol

from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.traffic import Traffic
from scanner.net.network import Network

# Ports on which cameras, recorders and their look-alikes serve plain HTTP. Sources: the port tables of
# the makers' fact sheets; 8899 and 2020 are ONVIF ports of common other makers.
HTTP_PORTS = frozenset({80, 81, 88, 2020, 5000, 8080, 8899, 49152})
TLS_PORTS = frozenset({443, 8443})
RTSP_PORTS = frozenset({554, 8554, 10554})
BANNER_PORTS = frozenset({21, 22, 23})
# Asked for nothing; that they are open is the fact. 8000, 9010, 34567, 35000, 37777: control ports.
SILENT_PORTS = frozenset({8000, 9010, 34567, 35000, 37777})
ALL_PORTS = tuple(sorted(HTTP_PORTS | TLS_PORTS | RTSP_PORTS | BANNER_PORTS | SILENT_PORTS))


class Probe(Protocol):
    """One exchange with one endpoint."""

    @property
    def name(self) -> str:
        """The name in results and docs."""

    @property
    def ports(self) -> frozenset[int]:
        """The TCP ports on which it is worth asking."""

    @property
    def traffic(self) -> tuple[Traffic, ...]:
        """Everything it may send."""

    @property
    def is_follow_up(self) -> bool:
        """Whether it is only asked of hosts that the other probes left unclear."""

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Ask, and return the outcome; never raises for what the device does."""


class Findings:
    """The facts that one probe run collects, stamped with who saw them, where and when."""

    def __init__(self, probe: str, host: Host, endpoint: Endpoint, network: Network) -> None:
        self._probe, self._host, self._endpoint, self._network = probe, host, endpoint, network
        self._started_s = network.clock.monotonic()
        self._observations: dict[Observation, None] = {}

    def add(self, facts: Iterable[Fact]) -> None:
        """Keep facts once each."""
        at = self._network.clock.now()
        for fact in facts:
            seen = fact.seen(self._host, self._probe, Via.CONNECTION, at, self._endpoint)
            self._observations.setdefault(seen)

    def result(self, status: ProbeStatus, detail: str = "") -> ProbeResult:
        """Return the outcome with everything collected."""
        elapsed_ms = round((self._network.clock.monotonic() - self._started_s) * 1000)
        observations = tuple(self._observations)
        if observations and not status.has_reply:
            status = ProbeStatus.PARTIAL
        if not observations and status is ProbeStatus.ANSWERED:
            status = ProbeStatus.NOT_UNDERSTOOD
        return ProbeResult(self._probe, self._endpoint, status, observations, elapsed_ms, detail)
