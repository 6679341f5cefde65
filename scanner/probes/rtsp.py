"""RTSP: what the stream server says of itself before any login."""

from scanner.model.host import Endpoint, Host
from scanner.model.probe import ProbeResult
from scanner.model.traffic import Reach, Traffic
from scanner.net.network import Network
from scanner.probes.contract import RTSP_PORTS, Findings
from scanner.probes.landing import read_reply
from scanner.protocols import rtsp


class RtspProbe:
    """OPTIONS, then one DESCRIBE without credentials to draw the challenge; no stream is set up.

    Learns little from servers that name no realm and answer every request alike.
    """

    name = "rtsp"
    ports = RTSP_PORTS
    is_follow_up = False
    traffic = (
        Traffic(
            Reach.UNICAST,
            "tcp 554, 8554, 10554",
            "OPTIONS rtsp://<address>:<port>/ RTSP/1.0",
            "RFC 2326, 10.1",
        ),
        Traffic(
            Reach.UNICAST,
            "tcp 554, 8554, 10554",
            "DESCRIBE rtsp://<address>:<port>/ RTSP/1.0",
            "RFC 2326, 10.2",
        ),
    )

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Ask both questions, each on a connection of its own; stop when the first is not answered."""
        findings = Findings(self.name, host, endpoint, network)
        for question in (rtsp.options, rtsp.describe):
            asked = question(endpoint.address, endpoint.port)
            exchange = await network.converse(endpoint, asked, "rtsp request", rtsp.is_whole)
            findings.add(read_reply(exchange))
            if not exchange.data:
                break
        return findings.result(exchange.status, exchange.detail)
