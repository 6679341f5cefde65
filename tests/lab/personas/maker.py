"""Other makers' cameras, and the rest of a building's LAN: precision comes from knowing them.

Values are from public fingerprint collections, named beside each: RECOG = rapid7/recog, NMAP =
nmap-service-probes, FINGERS = chainreactors/fingers, FAV = sansatart/scrapts. Address blocks are the
makers' own in the IEEE registry of August 2026.
"""

from tests.lab.certificate import Certificate
from tests.lab.datagram import Ssdp
from tests.lab.firmware.plain import discovery, page, titled, web
from tests.lab.persona import Persona, Service, Truth
from tests.lab.personas.trap import PLAIN_RTSP
from tests.lab.stream import Page, Talk, TcpService, Web, reply


def of(maker: str, kind: str = "", brand: str = "", model: str = "") -> Truth:
    """Return the truth of another maker's device; what is given is shown."""
    known = {"maker": maker, "brand": brand, "model": model, "device_class": kind}
    return Truth(
        verdict="other_maker",
        maker=maker,
        brand=brand,
        model=model,
        device_class=kind,
        shown=tuple(name for name, value in known.items() if value),
    )


def device(name: str, mac: str, truth: Truth, *services: Service) -> Persona:
    """Return a device of another maker."""
    return Persona(name=name, mac=mac, truth=truth, services=services)


def challenging(realm: str, server: str = "", status: str = "401 Unauthorized") -> Web:
    """Return a web server that wants a login for everything."""
    return Web(otherwise=page(titled(status), server, status, f'WWW-Authenticate: Digest realm="{realm}"'))


CAMERAS = (
    # Scope: Jazea/Onvif.Core #55.
    device(
        "hanwha",
        "e4:30:22:10:8d:5a",
        of("Hanwha Vision"),
        discovery("manufacturer/Hanwha%20Techwin type/NetworkVideoTransmitter Profile/Streaming"),
        web("Wisenet WEBVIEWER"),
        PLAIN_RTSP,
    ),
    # Realm and certificate: RECOG http_wwwauth.xml, x509_subjects.xml.
    device(
        "bosch",
        "00:04:63:71:20:c9",
        of("Bosch", "camera"),
        challenging("Use 'live' as User Name in order to log in to the respective level"),
        Talk(
            port=443,
            tls=Certificate(
                "CN=local.myboschcam.net,O=Bosch Sicherheitssysteme GmbH,L=Grasbrunn,ST=Bayern,C=DE"
            ),
        ),
    ),
    # Server: NMAP; scope: networkoptix/nx_open.
    device(
        "vivotek",
        "00:02:d1:5e:03:f7",
        of("Vivotek", "camera", "Vivotek", "FD9187-HT"),
        discovery("name/VIVOTEK%20FD9187-HT Profile/Streaming"),
        web("FD9187-HT", "Vivotek Network Camera"),
    ),
    # Title: RECOG html_title.xml.
    device(
        "mobotix",
        "00:03:c5:18:44:6d",
        of("Mobotix", "camera"),
        web("Redirect to userimage: /control/userimage.html"),
    ),
    # Only their blocks tell these three: a plain login page.
    device("tiandy", "bc:51:6c:90:d2:13", of("Tiandy", "camera"), web("Login"), PLAIN_RTSP),
    device("foscam", "00:62:6e:4c:31:b8", of("Foscam", "camera"), web("IPCam Client")),
    device("milesight", "1c:c3:16:25:7f:0a", of("Milesight"), web("Login"), PLAIN_RTSP),
    # Server: RECOG http_servers.xml.
    device("tvt", "00:18:ae:63:1c:82", of("TVT", "recorder"), web("Login", "Cross Web Server")),
    # Server: NMAP.
    device("geovision", "00:13:e2:0a:95:4f", of("GeoVision"), web("GeoVision", "GeoHttpServer")),
    # Realm: FINGERS.
    device(
        "sony",
        "10:4f:a8:3b:60:c1",
        of("Sony", "camera", model="SNC-ER580"),
        challenging("Sony Network Camera SNC-ER580", "gen5th/1.80.00"),
    ),
    # Title: RECOG html_title.xml.
    device(
        "i-pro",
        "d4:2d:c5:07:e8:29",
        of("Panasonic", "camera", model="WV-NS954"),
        web("WV-NS954 Network Camera"),
    ),
    # Server and title: NMAP, urbanadventurer/WhatWeb.
    device(
        "d-link",
        "b0:c5:54:81:2a:77",
        of("D-Link", "camera", model="DCS-2530L"),
        web("DCS-2530L", "DCS-2530L"),
    ),
)
NETWORK = (
    # Certificate: RECOG x509_subjects.xml; cookie of an access point: FAV.
    device(
        "ubiquiti",
        "24:a4:3c:50:b1:0e",
        of("Ubiquiti", "access_point"),
        Web(
            otherwise=page(
                titled("Login"), "lighttpd", more="Set-Cookie: AIROS_SESSIONID=2d7cb8af0b1e4b0f; path=/"
            )
        ),
    ),
    # Server and realm: RECOG; SSH banner: RECOG ssh_banners.xml. Beside it a router's default certificate.
    device(
        "cisco-switch",
        "00:1b:2b:46:0f:d3",
        of("Cisco", brand="Cisco"),
        challenging("level_15_access", "cisco-IOS"),
        Talk(port=22, says=b"SSH-2.0-Cisco-1.25\r\n"),
    ),
    device(
        "cisco-router",
        "00:00:0c:9d:17:60",
        of("Cisco", "router"),
        Talk(port=443, tls=Certificate("CN=IOS-Self-Signed-Certificate-4163115936")),
    ),
)
OFFICE = (
    # Title: RECOG html_title.xml.
    device(
        "hp-printer",
        "00:01:e6:2c:58:94",
        of("HP", "printer", "HP"),
        web("HP LaserJet M1536dnf MFP 1.1.1.1"),
        TcpService(port=9100),
    ),
    # Title: urbanadventurer/WhatWeb; certificate: RECOG.
    device(
        "qnap",
        "24:5e:be:33:a0:1d",
        of("QNAP", "nas", "QNAP"),
        web("Welcome to QNAP Turbo NAS", "http server 1.0"),
        Talk(port=443, tls=Certificate(r"CN=QNAP NAS,OU=QTS,O=QNAP Systems\, Inc.,L=Taipei,ST=Taipei,C=TW")),
    ),
    # Server: FINGERS.
    device(
        "yealink",
        "80:5e:0c:68:f4:21",
        of("Yealink", "phone", "Yealink"),
        web("Yealink", "yealink embed httpd"),
        TcpService(port=5060),
    ),
    # Title: RECOG html_title.xml; port of S7 communication.
    device(
        "siemens-plc",
        "00:1b:1b:7c:02:e6",
        of("Siemens", "plc"),
        web("Miniweb Start Page"),
        TcpService(port=102),
    ),
    # Title: RECOG html_title.xml, as ESXi's welcome page builds it.
    device(
        "esxi",
        "00:0c:29:15:c8:3f",
        of("VMware", "hypervisor"),
        Web(
            pages=(Page("/", page('<html><head><title>" + ID_EESX_Welcome + "</title></head></html>')),),
            otherwise=reply("HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: close"),
        ),
        TcpService(port=902),
    ),
    # Answer: ntop/nDPI captures and intelmq Shadowserver test data; the second target: home-assistant/core.
    device(
        "tv",
        "5c:c1:d7:4e:90:b2",
        of("Samsung", "tv"),
        Ssdp(
            uuid="uuid:@UUID@",
            targets=("upnp:rootdevice", "urn:samsung.com:device:RemoteControlReceiver:1"),
            found="""HTTP/1.1 200 OK
CACHE-CONTROL: max-age = 1800
LOCATION: http://@IP@:52235/dmr/SamsungMRDesc.xml
SERVER: Linux/9.0 UPnP/1.0 PROTOTYPE/1.0
ST: @ST@
USN: @USN@""",
        ),
    ),
)

MAKERS = (*CAMERAS, *NETWORK, *OFFICE)
