"""ONVIF: the device service's answers to anonymous questions."""

from scanner.model.host import Endpoint, Host
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.traffic import Reach, Traffic
from scanner.net.http import Request
from scanner.net.network import Network
from scanner.probes.contract import HTTP_PORTS, Findings
from scanner.probes.landing import read_reply
from scanner.protocols import http, onvif
from scanner.protocols.onvif import Operation

CONTENT_TYPE = "application/soap+xml; charset=utf-8"  # SOAP 1.2 Part 2, appendix A


class OnvifProbe:
    """Three questions that the ONVIF specification lets anybody ask, none with a security header.

    GetDeviceInformation is refused by most devices; the refusal is evidence too. Learns nothing where
    ONVIF is switched off, as it is by default on much current firmware.
    """

    name = "onvif"
    ports = HTTP_PORTS
    is_follow_up = False
    traffic = tuple(
        Traffic(
            Reach.UNICAST,
            "tcp 80 and the other web ports",
            f"POST {onvif.PATH} {operation}",
            "ONVIF Core 5.12.1",
        )
        for operation in Operation
    )

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Ask in turn; stop at the first reply that is not SOAP and no challenge."""
        findings = Findings(self.name, host, endpoint, network)
        for operation in Operation:
            request = Request(onvif.PATH, "POST", onvif.question(operation), CONTENT_TYPE)
            exchange = await network.fetch(endpoint, request, tls=False)
            reply = http.parse(exchange.data)
            if reply is None:
                return findings.result(exchange.status, exchange.detail)
            said = onvif.read(reply.body)
            if not said and reply.status != 401:
                return findings.result(ProbeStatus.NOT_UNDERSTOOD, "no ONVIF device service")
            findings.add(said)
            findings.add(read_reply(exchange))
        return findings.result(ProbeStatus.ANSWERED)
