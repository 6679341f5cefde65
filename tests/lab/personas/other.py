"""Devices of other makers, as found beside cameras on any LAN.

Header values come from captures and public fingerprint collections, named beside them.
"""

from tests.lab.certificate import Certificate
from tests.lab.datagram import DnsService, Mdns, Ssdp
from tests.lab.firmware.plain import discovery, page, titled, web, windows_discovery
from tests.lab.persona import Persona, Truth
from tests.lab.stream import Page, Rtsp, Talk, TcpService, Web, reply

# Source: public files 3017253650 (OPTIONS, challenge) and 36660867240 (order of the 401).
AXIS_RTSP = Rtsp(
    options=reply("""RTSP/1.0 200 OK
CSeq: @CSEQ@
Public: OPTIONS, DESCRIBE, ANNOUNCE, GET_PARAMETER, PAUSE, PLAY, RECORD, SETUP, SET_PARAMETER, TEARDOWN
Server: GStreamer RTSP server
Date: Sat, 12 Dec 2020 10:44:25 GMT"""),
    describe=reply("""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="AXIS_@MACUPPER@", \
nonce="0000eb57Y1462133062b37999f0cd530f02755fa37b8df1", stale=FALSE
Server: GStreamer RTSP server
Date: Sat, 12 Dec 2020 10:44:25 GMT"""),
)
# Source: challenge in public file 11746348318.
AXIS_CHALLENGE = """WWW-Authenticate: Digest realm="AXIS_@MACUPPER@", \
nonce="0000a68bY73713f4c653733b86c8f878b3400ab8", stale=FALSE, qop="auth\""""
AXIS_WEB = Web(
    pages=(
        Page(
            "/", reply("HTTP/1.1 302 Found\nServer: Apache\nLocation: /camera/index.html\nContent-Length: 0")
        ),
        Page("/camera/index.html", page(titled("AXIS"), "Apache")),
        Page("/onvif/device_service", page("", "Apache", "401 Unauthorized", AXIS_CHALLENGE)),
    ),
    otherwise=page(titled("404 Not Found"), "Apache", "404 Not Found"),
)

AXIS = Persona(
    name="axis",
    mac="ac:cc:8e:4f:21:a9",
    ipv6=True,
    truth=Truth(
        verdict="other_maker",
        maker="Axis",
        brand="Axis",
        model="M2036-LE",
        device_class="camera",
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    ),
    services=(
        # Source: scopes of an M2036-LE in public file 10406894590.
        discovery(
            "Profile/Streaming Profile/G hardware/M2036-LE name/AXIS%20M2036-LE Profile/M Profile/T",
            "http://@IP@/onvif/device_service https://@IP@/onvif/device_service",
        ),
        # Source: instance name in public file 49264135820, TXT key in home-assistant/netdisco.
        Mdns(
            host="axis-@MACHEX@",
            services=(
                DnsService("AXIS M2036-LE - @MACUPPER@", "_axis-video._tcp", 80, ("macaddress=@MACUPPER@",)),
                DnsService("AXIS M2036-LE - @MACUPPER@", "_http._tcp", 80),
            ),
        ),
        AXIS_WEB,
        AXIS_RTSP,
    ),
)

UNIVIEW = Persona(
    name="uniview",
    mac="48:ea:63:8d:65:25",
    truth=Truth(
        verdict="other_maker",
        maker="Uniview",
        brand="Uniview",
        model="IPC2124LE-ADF28KM-H",
        device_class="camera",
        firmware_version="DIPC-B1232.9.3.C00010.251208",
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model"),
    ),
    services=(
        # Source: scopes of an IPC2124LE in public file 57617078315.
        discovery(
            "type/IPC manufacturer/UNIVIEW version/@VERSION@ serial/210235UEC3Q263000129 "
            "macaddr/@MACHEX@ hardware/IPC2124LE-ADF28KM-H name/IPC2124LE-ADF28KM-H"
        ),
        web("Login"),
    ),
)

REOLINK = Persona(
    name="reolink",
    mac="ec:71:db:5a:0c:11",
    truth=Truth(
        verdict="other_maker",
        maker="Reolink",
        brand="Reolink",
        model="RLC-810A",
        device_class="camera",
        shown=("maker", "brand"),
        announced=("maker",),
    ),
    services=(
        # Source: title in sansatart/scrapts; realm in public files 52981449669 and 55803339698.
        web("Reolink", "nginx"),
        Rtsp(
            options=reply("RTSP/1.0 200 OK\nCSeq: @CSEQ@\nPublic: OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY"),
            describe=reply("""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="BC Streaming Media", nonce="dd254a1bf54837d77c191359850451cf\""""),
        ),
        TcpService(port=9000),
    ),
)

TP_LINK = Persona(
    name="tp-link",
    mac="50:c7:bf:31:7d:02",
    truth=Truth(
        verdict="other_maker",
        maker="TP-Link",
        brand="TP-Link",
        model="C200",
        device_class="camera",
        shown=("maker", "brand"),
        announced=("maker",),
    ),
    services=(
        # Source: scopes and port in edgexfoundry/device-onvif-camera tests, realm in AlexxIT/go2rtc #999,
        # certificate in rapid7/recog x509_subjects.xml.
        discovery(
            "name/TP-IPC hardware/MODEL Profile/Streaming location/ShenZhen type/NetworkVideoTransmitter",
            "http://@IP@:2020/onvif/device_service",
        ),
        Rtsp(
            options=reply("RTSP/1.0 200 OK\nCSeq: @CSEQ@\nPublic: DESCRIBE, OPTIONS, PLAY, SETUP, TEARDOWN"),
            describe=reply(
                'RTSP/1.0 401 Unauthorized\nCSeq: @CSEQ@\nWWW-Authenticate: Basic realm="TP-Link IP-Camera"'
            ),
        ),
        Talk(
            port=443,
            tls=Certificate(r"CN=TP-LINK CA,O=TP-LINK Technologies CO.\, LTD.,L=Shenzhen,ST=Guangdong,C=CN"),
        ),
    ),
)

XIONGMAI = Persona(
    name="xiongmai",
    mac="00:12:16:c4:09:7e",
    truth=Truth(verdict="other_maker", maker="Xiongmai", device_class="recorder", shown=("maker",)),
    services=(
        # Source: rapid7/recog http_servers.xml (Server), a Besder 6024PB (title), public file 27199934108
        # (telnet), scottlamb/retina h264dvr_setup_video.txt (RTSP), ZoneMinder PR #1645 (scopes).
        web("NETSurveillance WEB", "uc-httpd 1.0.0"),
        Talk(port=23, says=b"\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\nLocalHost login: "),
        Rtsp(
            options=reply(
                "RTSP/1.0 200 OK\nServer: H264DVR 1.0\nCseq: @CSEQ@\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY"
            ),
            describe=reply("RTSP/1.0 401 Unauthorized\nServer: H264DVR 1.0\nCseq: @CSEQ@"),
        ),
        discovery(
            "type/video_encoder type/audio_encoder hardware/IPC-model location/country/china name/NVT",
            "http://@IP@:8899/onvif/device_service",
        ),
        TcpService(port=34567),
    ),
)

PRINTER = Persona(
    name="printer",
    mac="30:05:5c:9e:10:42",
    truth=Truth(
        verdict="other_maker",
        maker="Brother",
        brand="Brother",
        model="MFC-L5900DW",
        device_class="printer",
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    ),
    services=(
        # Source: title in rapid7/recog html_title.xml, Server in public file 36593781347.
        web("Brother MFC-L5900DW series", "debut/1.30"),
        Mdns(
            host="BRW@MACHEX@",
            services=(
                DnsService(
                    "Brother MFC-L5900DW series",
                    "_ipp._tcp",
                    631,
                    ("txtvers=1", "rp=ipp/print", "ty=Brother MFC-L5900DW series"),
                ),
                DnsService("Brother MFC-L5900DW series", "_pdl-datastream._tcp", 9100, ("txtvers=1",)),
            ),
        ),
        TcpService(port=631),
        TcpService(port=9100),
    ),
)

# Source: public file 31475150469.
GOAHEAD_CHALLENGE = """Pragma: no-cache
Cache-Control: no-cache
WWW-Authenticate: Digest realm="GoAhead", domain=":80",qop="auth", nonce="405448722b302b85aa6ef2b444ea6b5c", \
opaque="5ccc069c403ebaf9f0171e9517f40e41",algorithm="MD5", stale="FALSE\""""
# GoAhead's own words, which a Hikvision camera's error page shares.
GOAHEAD_ERROR = titled("Document Error: Unauthorized", "<h2>Access Error: Unauthorized</h2>")

ROUTER = Persona(
    name="router",
    mac="0e:30:44:1c:52:8b",
    truth=Truth(verdict="not_matched", device_class="router", shown=("device_class",)),
    services=(
        Web(otherwise=page(GOAHEAD_ERROR, "GoAhead-Webs", "401 Unauthorized", GOAHEAD_CHALLENGE)),
        # Source: home-assistant/core #106951, without that router's maker.
        Ssdp(
            uuid="uuid:@UUID@",
            targets=("upnp:rootdevice", "urn:schemas-upnp-org:device:InternetGatewayDevice:1"),
            found="""HTTP/1.1 200 OK
CACHE-CONTROL: max-age=120
ST: @ST@
USN: @USN@
EXT:
SERVER: Linux/2.6.39.3 UPnP/1.1 MiniUPnPd/2.1
LOCATION: http://@IP@:5000/rootDesc.xml""",
            alive="""NOTIFY * HTTP/1.1
HOST: 239.255.255.250:1900
CACHE-CONTROL: max-age=120
LOCATION: http://@IP@:5000/rootDesc.xml
SERVER: Linux/2.6.39.3 UPnP/1.1 MiniUPnPd/2.1
NT: @ST@
USN: @USN@
NTS: ssdp:alive""",
        ),
    ),
)

NAS = Persona(
    name="nas",
    mac="00:11:32:80:fd:b5",
    serial="17A0PCN482002",
    truth=Truth(
        verdict="other_maker",
        maker="Synology",
        brand="Synology",
        model="DS218+",
        device_class="nas",
        firmware_version="6.2-25556",
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    ),
    services=(
        # Source: TXT record in certtools/intelmq's Shadowserver tests; title and FTP greeting in
        # rapid7/recog.
        Mdns(
            host="DiskStation",
            services=(
                DnsService(
                    "DiskStation",
                    "_http._tcp",
                    5000,
                    (
                        *("vendor=Synology", "model=DS218+", "serial=@SERIAL@", "version_major=6"),
                        *("version_minor=2", "version_build=25556", "admin_port=5000"),
                        *("secure_admin_port=5001", "mac_address=@MAC@"),
                    ),
                ),
                DnsService("DiskStation", "_smb._tcp", 445),
            ),
        ),
        web("DiskStation&nbsp;-&nbsp;Synology&nbsp;DiskStation", "nginx"),
        Talk(port=21, says=b"220 Synology FTP server ready.\r\n"),
        TcpService(port=445),
        TcpService(port=5000),
    ),
)

WINDOWS = Persona(
    name="windows",
    mac="00:15:5d:60:31:f4",
    ipv6=True,
    truth=Truth(
        verdict="other_maker",
        maker="Microsoft",
        device_class="workstation",
        shown=("maker",),
        announced=("maker",),
    ),
    services=(
        windows_discovery(),
        # Source: title and Server of HTTP.sys in public file 28901806219.
        Web(port=5357, otherwise=page(titled("Not Found"), "Microsoft-HTTPAPI/2.0", "404 Not Found")),
        # Source: MS-RDPBCGR section 4.1.2, connection confirm.
        Talk(port=3389, answers=((rb"\x03\0", bytes.fromhex("030000130ed000001234000200080000000000")),)),
        TcpService(port=445),
    ),
)

NGINX = Persona(
    name="nginx",
    mac="52:54:00:8c:33:1d",
    truth=Truth(verdict="not_matched", device_class="server", shown=("device_class",)),
    services=(
        web("Welcome to nginx!", "nginx/1.22.1"),
        Talk(port=22, says=b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
    ),
)

OTHER = (AXIS, UNIVIEW, REOLINK, TP_LINK, XIONGMAI, PRINTER, ROUTER, NAS, WINDOWS, NGINX)
