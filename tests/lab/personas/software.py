"""Management servers: the two makers' own, which are their products, and other people's, which are not."""

from tests.lab.certificate import Certificate
from tests.lab.firmware.plain import page, titled, web
from tests.lab.persona import Persona, Truth
from tests.lab.stream import Page, Rtsp, TcpService, Web, reply


def own(maker: str) -> Truth:
    """Return the truth of a maker's own management software."""
    return Truth(
        verdict="flagged",
        maker=maker,
        device_class="management_software",
        shown=("maker", "device_class"),
    )


def landing(body: str, server: str = "nginx") -> Web:
    """Return a web server with this landing page."""
    return Web(pages=(Page("/", page(body, server)),), otherwise=page(titled("404"), server, "404 Not Found"))


# Source: stream server of HikCentral and directory of its interface in chainreactors/fingers goby.json.
HIKCENTRAL = Persona(
    name="hikcentral",
    mac="00:50:56:3a:14:02",
    truth=own("Hikvision"),
    services=(
        landing('<html><head><link href="/common/hikui/base.css" rel="stylesheet"></head></html>'),
        Rtsp(
            options=reply(
                "RTSP/1.0 200 OK\nCSeq: @CSEQ@\nServer: StreamSystem4.1\nPublic: OPTIONS, DESCRIBE, SETUP"
            ),
            describe=reply("RTSP/1.0 401 Unauthorized\nCSeq: @CSEQ@\nServer: StreamSystem4.1"),
        ),
    ),
)
# Source: two paths of the portal in 0x727/FingerprintHub web_fingerprint_v4.json.
ISECURE = Persona(
    name="isecure",
    mac="00:50:56:3a:14:03",
    truth=own("Hikvision"),
    services=(
        landing(
            '<html><head><link rel="icon" href="/portal/ui/static/favicon.ico">'
            '<script src="/portal/ui/static/js/chunk-vendors.js"></script></head></html>'
        ),
    ),
)
# Source: cache variable in jorhelp/Ingram rules.csv, certificate in chainreactors/fingers goby.json.
IVMS = Persona(
    name="ivms",
    mac="00:50:56:3a:14:04",
    truth=own("Hikvision"),
    services=(
        landing(
            "<title>iVMS-8700</title><script>var g_szCacheTime = new Date().getTime();</script>", "Apache"
        ),
        Web(
            port=443,
            tls=Certificate("CN=ivms8700,OU=louyu,O=Hikvision,C=CN"),
            otherwise=page("<title>iVMS-8700</title>", "Apache"),
        ),
    ),
)
# Source: login action in chainreactors/fingers, directory with the maker's name in its goby.json.
DSS = Persona(
    name="dss",
    mac="00:50:56:3a:14:05",
    truth=own("Dahua"),
    services=(
        Web(
            pages=(
                Page(
                    "/",
                    reply(
                        "HTTP/1.1 302 Found\nLocation: /portal/login_init.action\nContent-Length: 0\n"
                        "Connection: close"
                    ),
                ),
                Page(
                    "/portal/login_init.action",
                    page('<script src="/portal/include/script/dahuaDefined/headCommon.js"></script>'),
                ),
            ),
            otherwise=page(titled("404 Not Found"), status="404 Not Found"),
        ),
    ),
)
# Source: chainreactors/fingers goby.json, the park platform's script.
ICC = Persona(
    name="icc",
    mac="00:50:56:3a:14:06",
    truth=own("Dahua"),
    services=(landing('<script src="/WPMS/asset/common/js/jsencrypt.min.js"></script>'),),
)

# Other people's software, which names the cameras that it can show.
BLUE_IRIS = Persona(
    name="blue-iris",
    mac="52:54:00:3a:14:10",
    truth=Truth(verdict="not_matched", device_class="management_software"),
    services=(
        # Source: title and Server in rapid7/recog; the sentence is anybody's.
        web(
            "Blue Iris Login",
            "BlueIris-HTTP/1.1",
            "<p>Cameras: Hikvision DS-2CD2032, Dahua IPC-HDW1431T1</p>",
        ),
        TcpService(port=8081),
    ),
)
SHOP = Persona(
    name="shop",
    mac="52:54:00:3a:14:11",
    truth=Truth(verdict="not_matched", device_class="server"),
    services=(
        web(
            "How to add a Hikvision or Dahua camera",
            "nginx/1.22.1",
            "<p>Supported brands: Hikvision, Dahua, EZVIZ, Imou, Amcrest.</p>"
            "<p>rtsp://camera/Streaming/Channels/101 or rtsp://camera/cam/realmonitor?channel=1</p>",
        ),
    ),
)

SOFTWARE = (HIKCENTRAL, ISECURE, IVMS, DSS, ICC, BLUE_IRIS, SHOP)
