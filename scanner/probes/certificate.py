"""The TLS certificate: subject, issuer and fingerprint."""

import os

from scanner.model.host import Endpoint, Host
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.traffic import Reach, Traffic
from scanner.net.network import Network
from scanner.probes.contract import TLS_PORTS, Findings
from scanner.protocols import certificate, tls


class CertificateProbe:
    """A TLS handshake, closed as soon as the certificate is shown.

    Falls back to a bare ClientHello of TLS 1.2 and older, whose certificate comes in clear, for devices
    that this machine's TLS library refuses to talk to. Sees no certificate of a TLS 1.3 server that
    asks for one of ours first.
    """

    name = "certificate"
    ports = TLS_PORTS
    is_follow_up = False
    traffic = (
        Traffic(Reach.UNICAST, "tcp 443, 8443", "TLS handshake, then close", "RFC 8446"),
        Traffic(Reach.UNICAST, "tcp 443, 8443", "TLS 1.2 ClientHello, then close", "RFC 5246, 7.4.1.2"),
    )

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Shake hands; where that fails, read the clear part of an old handshake."""
        findings = Findings(self.name, host, endpoint, network)
        handshake = await network.handshake(endpoint)
        if handshake.certificate:
            findings.add(certificate.read(handshake.certificate))
            return findings.result(ProbeStatus.ANSWERED)
        if handshake.status is not ProbeStatus.NOT_UNDERSTOOD:
            return findings.result(handshake.status, handshake.detail)
        hello = tls.question(os.urandom(tls.RANDOM_BYTES))
        exchange = await network.converse(endpoint, hello, "tls client hello", _is_over)
        flight = tls.read_flight(exchange.data)
        if not flight.certificates:
            return findings.result(ProbeStatus.NOT_UNDERSTOOD, handshake.detail)
        findings.add(certificate.read(flight.certificates[0]))
        return findings.result(ProbeStatus.ANSWERED, "certificate read from an unfinished handshake")


def _is_over(data: bytes) -> bool:
    return tls.read_flight(data).is_over
