"""How Dahua's firmware writes: search replies, HTTP heads and pages, ONVIF, RTSP, WS-Discovery, SSDP.

Bytes come from captures named beside them; pages are cut to what identifies. AMCREST = capture of an
Amcrest boot, SeryioGonzalez/onvif_scripts (README and three pcaps).
"""

from typing import Any

from tests.lab.certificate import Certificate
from tests.lab.datagram import Dhip, Ssdp, WsDiscovery
from tests.lab.stream import Page, Rtsp, TcpService, Web, reply

# Keys and values of the reply of an IPC-HDW1431T1-S4. Source: public file 28717267299.
SEARCH_INFO: dict[str, Any] = {
    "AlarmInputChannels": 0,
    "AlarmOutputChannels": 0,
    "DeviceClass": "IPC",
    "DeviceID": "",
    "DeviceType": "IPC-HDW1431T1-S4",
    "Find": "BC",
    "FindVersion": 1,
    "HttpPort": 80,
    "IPv4Address": {
        "DefaultGateway": "10.77.0.1",
        "DhcpEnable": True,
        "IPAddress": "@IP@",
        "SubnetMask": "255.255.255.0",
    },
    "IPv6Address": {
        "DefaultGateway": None,
        "DhcpEnable": False,
        "IPAddress": "/0",
        "LinkLocalAddress": "@LINKLOCAL@/64",
    },
    "Init": 2714,
    "MachineName": "@SERIAL@",
    "Manufacturer": "Private",
    "Port": 37777,
    "RemoteVideoInputChannels": 0,
    "SerialNo": "@SERIAL@",
    "UnLoginFuncMask": 1,
    "Vendor": "Private",
    "Version": "@VERSION@",
    "VideoInputChannels": 1,
    "VideoOutputChannels": 0,
}


def search(kind: str, model: str, label: str = "Private", **more: int) -> Dhip:
    """Return the search server of a device; ``more`` are further numbers of its answer.

    ``label`` is the vendor: the buyer's name, or Private or General for none.
    """
    named = {"DeviceClass": kind, "DeviceType": model, "Vendor": label}
    return Dhip(info=SEARCH_INFO | named | {"Manufacturer": label} | more)


DVRIP_PORT = TcpService(port=37777)

# Source: rroller/dahua issue 647.
RECORDER_CERTIFICATE = Certificate(
    subject="CN=@IP@,C=CN",
    issuer=r"CN=NVR,C=CN,ST=Zhejiang,L=Hangzhou,O=ZheJiang Dahua Technology CO.\,LTD.,OU=NVR",
)

# Source: nmap capture in public file 41011309218; the Etag is Last-Modified and length.
CLASSIC_HEAD = """HTTP/1.1 200 OK
CONNECTION: close
Date: Sun, 22 Mar 2020 02:23:27 GMT
Last-Modified: Thu, 22 Nov 2018 16:32:26 GMT
Etag: "1542904346:@HEXLENGTH@"
CONTENT-LENGTH: @LENGTH@
P3P: CP=CAO PSA OUR
X-Frame-Options: SAMEORIGIN
CONTENT-TYPE: text/html"""
CLASSIC_PAGE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"> <html> <head> <title>WEB SERVICE</title>'
    '<script type="text/javascript" src="jsBase/lib/jquery.js"></script>'
    '<script type="text/javascript" src="debug/testPage.js"></script>'
    '<script type="text/javascript" src="jsBase/lib/jquery.pubsub.js"></script>'
    '<script type="text/javascript" src="jsBase/widget/js/jquery.ui.core.js"></script>'
    "</head><body></body></html>"
)
# Source: D4-project/Plum-Island issue 204, a recorder with a web package of 2026.
MODERN_HEAD = """HTTP/1.1 200 OK
CONNECTION: keep-alive
Date: Thu, 20 Aug 2026 19:53:42 GMT
Last-Modified: Fri, 05 Jun 2026 09:23:27 GMT
Etag: "1780651407:@HEXLENGTH@"
CONTENT-LENGTH: @LENGTH@
CACHE-CONTROL: max-age=0
Content-Security-Policy: script-src 'self' 'unsafe-inline' 'unsafe-eval'
P3P: CP=CAO PSA OUR
Strict-Transport-Security: max-age=604800; includeSubDomains
X-Content-Type-Options: nosniff
X-Frame-Options: SAMEORIGIN
X-XSS-Protection: 1;mode=block
CONTENT-TYPE: text/html"""
MODERN_PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>WEB</title></head><body></body></html>'
NOT_FOUND = reply(
    "HTTP/1.1 404 Not Found\nCONNECTION: close\nCONTENT-LENGTH: @LENGTH@\nCONTENT-TYPE: text/html",
    "<html><head><title>Error</title></head><body><h2>404 Not Found</h2></body></html>",
)

# Shape of a current realm: public files 49016412451 and 39778423400.
HASHED_REALM = "Login to 11839e10161ff4ebab8e3260b8779f14"


def web(
    realm: str,
    head: str = CLASSIC_HEAD,
    page: str = CLASSIC_PAGE,
    port: int = 80,
    tls: Certificate | None = None,
) -> Web:
    """Return the web server: landing page, CGI challenge, ONVIF with and without need of a login.

    Source: CGI challenge in public file 10914380742; SOAP head in AMCREST; ONVIF challenge in public
    file 15392671631 (its nonce is base64 of "onvif-digest:<number>").
    """
    digest = f'WWW-Authenticate: Digest realm="{realm}",qop="auth"'
    cgi = f"""HTTP/1.1 401 Unauthorized
CONNECTION: close
CONTENT-LENGTH: 0
CONTENT-TYPE: text/html
{digest},nonce="211955164",opaque="9a206a55e922ee7900769ec61ae49bf0c1f30242\""""
    soap = """
Content-Type: application/soap+xml; charset=utf-8
Connection: close
Content-Length: @LENGTH@"""
    found = f"HTTP/1.1 200 OK{soap}"
    refused = f"""HTTP/1.1 401 Unauthorized{soap}
{digest},nonce="b252aWYtZGlnZXN0OjQzMjYxNjc5MTQw",opaque="", stale="false\""""
    onvif = "/onvif/device_service"
    return Web(
        port=port,
        tls=tls,
        pages=(
            Page("/", reply(head, page)),
            Page("/cgi-bin/magicBox.cgi", reply(cgi)),
            Page(onvif, reply(found, DATE_AND_TIME), asks=b"GetSystemDateAndTime"),
            Page(onvif, reply(found, SERVICES), asks=b"GetServices"),
            Page(onvif, reply(refused), asks=b"Envelope"),
        ),
        otherwise=NOT_FOUND,
    )


def rtsp(realm: str) -> Rtsp:
    """Return an RTSP server that wants a login for everything. Source: public file 41011309218."""
    challenge = reply(f"""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="{realm}", nonce="e1db55bf91821ceb8ab5f9fd65de03f9\"""")
    return Rtsp(options=challenge, describe=challenge)


def open_rtsp(realm: str) -> Rtsp:
    """Return an RTSP server that answers OPTIONS. Source: public files 9185467836 and 33165026613."""
    methods = "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN"
    options = reply(f"""RTSP/1.0 200 OK
CSeq: @CSEQ@
Server: Rtsp Server/3.0
Public: {methods}, SET_PARAMETER, GET_PARAMETER""")
    return Rtsp(options=options, describe=rtsp(realm).describe)


# Prefixes of the ProbeMatches in AMCREST, in their order.
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "sc": "http://www.w3.org/2003/05/soap-encoding",
        "s": "http://www.w3.org/2003/05/soap-envelope",
        "dn": "http://www.onvif.org/ver10/network/wsdl",
        "tds": "http://www.onvif.org/ver10/device/wsdl",
        "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
        "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    }.items()
)


def envelope(body: str, header: str = "") -> str:
    """Return a SOAP message as this firmware writes it."""
    declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes" ?>'
    head = f"<s:Header>{header}</s:Header>"
    return f"{declaration}<s:Envelope {NAMESPACES}>{head}<s:Body>{body}</s:Body></s:Envelope>"


DATE_AND_TIME = envelope(
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType "
    'xmlns:tt="http://www.onvif.org/ver10/schema">Manual</tt:DateTimeType></tds:SystemDateAndTime>'
    "</tds:GetSystemDateAndTimeResponse>",
)
# Service paths: AMCREST and public file 49016412451.
SERVICE_PATHS = {
    "ver10/device": "device",
    "ver10/media": "media",
    "ver20/media": "media2",
    "ver10/events": "event",
    "ver20/analytics": "analytics",
    "ver20/imaging": "imaging",
}
SERVICES = envelope(
    "<tds:GetServicesResponse>"
    + "".join(
        f"<tds:Service><tds:Namespace>http://www.onvif.org/{namespace}/wsdl</tds:Namespace>"
        f"<tds:XAddr>http://@IP@/onvif/{path}_service</tds:XAddr></tds:Service>"
        for namespace, path in SERVICE_PATHS.items()
    )
    + "</tds:GetServicesResponse>",
)


def discovery(brand: str, model: str, extra_scopes: str = "") -> WsDiscovery:
    """Return ProbeMatches and Hello. Source: AMCREST, verbatim but for names and addresses."""
    scopes = f"location/country/china name/{brand} hardware/{model} Profile/Streaming "
    scopes += f"type/Network_Video_Transmitter extension/unique_identifier {extra_scopes}"
    listed = " ".join(f"onvif://www.onvif.org/{scope}" for scope in scopes.split())
    device = (
        "<a:EndpointReference><a:Address>uuid:@UUID@</a:Address></a:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{listed}</d:Scopes>"
        "<d:XAddrs>http://@IP@/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
    )
    header = (
        "<a:MessageID>uuid:b631bac8-5b00-4bd3-a1af-a3633a54238e</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/{}</a:Action>"
    )
    return WsDiscovery(
        types=frozenset({"NetworkVideoTransmitter", "Device"}),
        match=envelope(
            f"<d:ProbeMatches><d:ProbeMatch>{device}</d:ProbeMatch></d:ProbeMatches>",
            header.format("ProbeMatches") + "<a:RelatesTo>@RELATES@</a:RelatesTo>",
        ),
        hello=envelope(f"<d:Hello>{device}</d:Hello>", header.format("Hello")),
    )


# Source: NOTIFY in AMCREST, search reply in public file 70086143393.
UPNP = Ssdp(
    uuid="uuid:device_3_0-@SERIAL@",
    targets=(
        "upnp:rootdevice",
        "uuid:device_3_0-@SERIAL@",
        "urn:schemas-upnp-org:device:3.0-@SERIAL@",
        "urn:schemas-upnp-org:service:Dummy:1",
    ),
    found="""HTTP/1.1 200 OK
CACHE-CONTROL: max-age=1800
DATE: Sun, 19 Jun 2022 14:22:14 GMT
EXT:
LOCATION: http://@IP@:49152/upnp_device_desc.xml
SERVER: Linux, UPnP/1.0, Private Upnp SDK
X-User-Agent: redsonic
ST: @ST@
USN: @USN@""",
    alive="""NOTIFY * HTTP/1.1
HOST: 239.255.255.250:1900
CACHE-CONTROL: max-age=1800
DATE: Sun, 19 Jun 2022 14:22:14 GMT
X-User-Agent: redsonic
LOCATION: http://@IP@:49152/upnp_device_desc.xml
SERVER: Linux, UPnP/1.0, Private Upnp SDK
NT: @ST@
NTS: ssdp:alive
USN: @USN@""",
)
