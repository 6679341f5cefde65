"""Pages that answer without a login and that only some firmware has."""

from dataclasses import dataclass

from scanner.model.host import Endpoint, Host
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.traffic import Reach, Traffic
from scanner.net.http import Request
from scanner.net.network import Network
from scanner.probes.contract import HTTP_PORTS, TLS_PORTS, Findings
from scanner.probes.landing import read_reply
from scanner.protocols import http, upnp


@dataclass(frozen=True, slots=True)
class Page:
    """One path that any stranger may ask for, and where that is known from."""

    path: str
    source: str


# Every path here answers without credentials or draws a challenge at most, and changes nothing.
PAGES = (
    Page("/SDK/activateStatus", "answers 200 without login; four public captures and smoke tests agree"),
    Page("/doc/script/lib/seajs/config/sea-config.js", "web version file; public NASL and NSE detection"),
    Page("/doc/script/global_config.js", "older web version file; the same sources"),
    Page("/ISAPI/System/deviceInfo", "draws a 401 whose realm and body name the firmware family"),
    Page("/cgi-bin/magicBox.cgi?action=getDeviceType", "draws a 401 whose realm names the firmware family"),
    Page("/upnp_device_desc.xml", "UPnP description; announced by SSDP in two public captures"),
    Page("/custom_lang/English.txt", "static language pack; public NASL detection"),
)


class PageProbe:
    """Follow-up questions for hosts that the landing page, RTSP, ONVIF and discovery left unclear.

    Stops at the first page that does not come: a device that went silent is left in peace.
    """

    name = "page"
    ports = HTTP_PORTS | TLS_PORTS
    is_follow_up = True
    traffic = tuple(
        Traffic(Reach.UNICAST, "the web ports", f"GET {page.path}", page.source) for page in PAGES
    )

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Ask for each page once."""
        findings = Findings(self.name, host, endpoint, network)
        for page in PAGES:
            exchange = await network.fetch(endpoint, Request(page.path), tls=endpoint.port in TLS_PORTS)
            reply = http.parse(exchange.data)
            if reply is None:
                return findings.result(exchange.status, exchange.detail)
            if reply.status in (200, 401, 403):
                findings.add((*read_reply(exchange), *upnp.read(reply.body)))
        return findings.result(ProbeStatus.ANSWERED)
