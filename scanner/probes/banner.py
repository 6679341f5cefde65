"""Greetings: what a service says before it is asked anything."""

from scanner.model.host import Endpoint, Host
from scanner.model.probe import ProbeResult
from scanner.model.traffic import Reach, Traffic
from scanner.net.network import Network
from scanner.probes.contract import BANNER_PORTS, Findings
from scanner.protocols import banner


class BannerProbe:
    """Connects and listens; sends not one byte. Hears nothing from services that wait to be spoken to."""

    name = "banner"
    ports = BANNER_PORTS
    is_follow_up = False
    traffic = (Traffic(Reach.UNICAST, "tcp 21, 22, 23", "(connects and sends nothing)", "RFC 4253, 4.2"),)

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Read the greeting."""
        findings = Findings(self.name, host, endpoint, network)
        exchange = await network.converse(endpoint, b"", "banner")
        findings.add(banner.read(exchange.data, endpoint.port))
        return findings.result(exchange.status, exchange.detail)
