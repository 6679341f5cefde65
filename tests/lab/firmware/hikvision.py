"""How Hikvision's firmware writes: SADP fields by age, HTTP heads and pages, RTSP, WS-Discovery.

Bytes come from captures named beside them; pages are cut to what identifies. Names of sources:
GNET = public file 28488762960 (replies of one DS-2CD2385G1-I); OVAS = Greenbone detection scripts;
SMOKE = public file 68961378332 (a DS-7608NXI-I2).
"""

from tests.lab.certificate import Certificate
from tests.lab.datagram import Sadp, WsDiscovery
from tests.lab.stream import Page, Rtsp, Talk, Web, reply

# Order of a reply's elements as in the SADP reply of GNET; each age adds some.
SADP_2014 = {
    "DeviceType": "2",
    "DeviceDescription": "",
    "DeviceSN": "@SERIAL@",
    "CommandPort": "8000",
    "HttpPort": "80",
    "MAC": "@MAC-@",
    "IPv4Address": "@IP@",
    "IPv4SubnetMask": "255.255.255.0",
    "IPv4Gateway": "10.77.0.1",
    "IPv6Address": "::",
    "IPv6Gateway": "::",
    "IPv6MaskLen": "64",
    "DHCP": "false",
    "AnalogChannelNum": "0",
    "DigitalChannelNum": "1",
    "SoftwareVersion": "@VERSION@build @BUILD@",
    "DSPVersion": "",
    "BootTime": "1970-01-15 02:44:11",
    "Encrypt": "true",
    "ResetAbility": "false",
    "DiskNumber": "0",
}
ACTIVATION = {"Activated": "true", "PasswordResetAbility": "true", "PasswordResetModeSecond": "true"}
# "flase" is the firmware's own spelling, in three independent captures.
PLATFORM = {
    "SupportSecurityQuestion": "true",
    "SupportHCPlatform": "true",
    "HCPlatformEnable": "flase",
    "IsModifyVerificationCode": "true",
    "Salt": "d8eebc414effc857bed4c3cc203c8b4413f60b00a9f4acc410084358d5fd3f91",
    "DeviceLock": "flase",
}
SDK_OVER_TLS = {
    "SDKOverTLSPort": "8443",
    "SDKServerStatus": "true",
    "SDKOverTLSServerStatus": "true",
    "SupportMailBox": "true",
}
SADP_2018 = SADP_2014 | ACTIVATION | PLATFORM
SADP_2019 = SADP_2014 | ACTIVATION | {"DetailOEMCode": "1"} | PLATFORM | SDK_OVER_TLS


def search(model: str, channels: int = 1) -> Sadp:
    """Return the SADP server of a device since 2019; field order and DSP version from GNET."""
    named = {"DeviceDescription": model, "DSPVersion": "V7.3 build 190626"}
    return Sadp(fields=SADP_2019 | named | {"DigitalChannelNum": str(channels)})


# Source: nmap's match for its SMBProgNeg probe, and the same frame seen on an EZVIZ H6c.
CONTROL_FRAME = bytes.fromhex("000000100000000d0000000d00000000")
CONTROL_PORT = Talk(port=8000, answers=((rb"\0\0\0", CONTROL_FRAME),))

# Source: rapid7/recog xml/x509_subjects.xml.
RECORDER_NAMES = "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"

# Source: public file 34128402832; the two blanks after "Date:" are in four captures.
CAMERA_OPTIONS = reply("""RTSP/1.0 200 OK
CSeq: @CSEQ@
Public: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER
Date:  Thu, May 14 2020 16:45:35 GMT""")
# Source: bluenviron/gortsplib pkg/base/response_test.go; the realm is the MAC, the blank single.
CAMERA_RTSP_2014 = Rtsp(
    options=CAMERA_OPTIONS.replace(b"Date:  ", b"Date: "),
    describe=reply("""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
Date: Sat, Aug 16 2014 02:22:28 GMT
Session: 645252166
WWW-Authenticate: Digest realm="@MACHEX@", nonce="8b84a3b789283a8bea8da7fa7d41f08b", stale="FALSE"
WWW-Authenticate: Basic realm="@MACHEX@\""""),
)
# Source: nmap (OPTIONS), public files 46714700498 and 62641953974 (DESCRIBE).
RECORDER_RTSP = Rtsp(
    options=reply("RTSP/1.0 200 OK\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, PAUSE"),
    describe=reply("""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="Embedded Net DVR", nonce="152883479", algorithm="MD5\""""),
)

# Source: mezz64/pyHik #15 (401) and maciej-or/hikvision_next #196 (its 404 twin).
ERROR_PAGE = """<!DOCTYPE html>
<html><head><title>Document Error: {0}</title></head>
<body><h2>Access Error: {1} -- {0}</h2>
<p>{2}</p></body></html>
"""
UNAUTHORIZED = ERROR_PAGE.format("Unauthorized", 401, "Authentication Error")
NOT_FOUND = ERROR_PAGE.format("Not Found", 404, "Can't locate document")

# Source: public files 29293732417 and 14231824060; the byte-order mark from nmap's match.
LOGIN_REDIRECT = """\ufeff<!doctype html>\r
<html>\r
<head>\r
\t<title></title>\r
\t<meta http-equiv="X-UA-Compatible" content="IE=edge" />\r
\t<meta http-equiv="Pragma" content="no-cache" />\r
\t<meta http-equiv="Cache-Control" content="no-cache, must-revalidate" />\r
\t<meta http-equiv="Expires" content="0" />\r
</head>\r
<body></body>\r
<script>\r
\twindow.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();\r
</script>\r
</html>\r
"""

# Source: SMOKE and public file 70950145328.
ACTIVATE_STATUS = """<?xml version="1.0" encoding="UTF-8" ?>
<ActivateStatus>
<Activated>true</Activated>
</ActivateStatus>
"""
# Source: maciej-or/hikvision_next #50.
USER_CHECK = """<?xml version="1.0" encoding="UTF-8" ?>
<userCheck>
<statusValue>401</statusValue>
<statusString>Unauthorized</statusString>
</userCheck>
"""
# Source: SMOKE, with other random numbers.
SESSION_LOGIN_CAP = f"""<?xml version="1.0" encoding="UTF-8" ?>
<SessionLoginCap version="2.0">
<sessionID>{"5d" * 32}</sessionID>
<challenge>{"a7" * 16}</challenge>
<iterations>100</iterations>
<isIrreversible>true</isIrreversible>
<salt>{"c3" * 32}</salt>
<isSessionIDValidLongTerm opt="true,false">false</isSessionIDValidLongTerm>
<isSupportSessionTag opt="true,false">false</isSupportSessionTag>
<sessionIDVersion>2</sessionIDVersion>
</SessionLoginCap>
"""


def camera_rtsp(realm: str) -> Rtsp:
    """Return the RTSP server of a camera since 2015. Source: public file 34128402832."""
    describe = reply(f"""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="{realm}", nonce="938032d91ffc30ca80b5da94c18887ac", stale="FALSE"
Date:  Thu, May 14 2020 16:45:35 GMT""")
    return Rtsp(options=CAMERA_OPTIONS, describe=describe)


def camera_web(server: str, realm: str, web_version: str) -> Web:
    """Return the web server of a camera since 2018; ``server`` may be empty.

    Source: header order from nmap's match, challenge from public file 4221388363 (its nonce is hex of
    base64 of two hex words), version script from OVAS.
    """
    shared = f"Date: Fri, 27 Sep 2019 10:10:10 GMT\nServer: {server}"
    found = f"""HTTP/1.1 200 OK
{shared}
X-Frame-Options: SAMEORIGIN
ETag: "0-2dc-@HEXLENGTH@"
Content-Length: @LENGTH@
Content-Type: text/html
Connection: close
Last-Modified: Mon, 01 Jul 2019 08:00:00 GMT"""
    refused = f"""HTTP/1.1 401 Unauthorized
{shared}
Content-Length: @LENGTH@
Content-Type: text/html
Connection: keep-alive
Keep-Alive: timeout=10, max=99
WWW-Authenticate: Digest qop="auth", realm="{realm}", \
nonce="4d3249794e324d305a6d4d364e7a4d784f5459795a47493d", stale="FALSE\""""
    closing = f"{shared}\nContent-Length: @LENGTH@\nConnection: close\nContent-Type: "
    script = f'seajs.config({{base: "/doc/script/lib/seajs/"}});\nseajs.web_version="{web_version}";\n'
    return Web(
        pages=(
            Page("/", reply(found, LOGIN_REDIRECT)),
            Page("/SDK/activateStatus", reply(f"HTTP/1.1 200 OK\n{closing}application/xml", ACTIVATE_STATUS)),
            Page("/doc/script/lib/seajs/config/sea-config.js", reply(found, script)),
            Page("/ISAPI/System/deviceInfo", reply(refused, UNAUTHORIZED)),
            Page("/onvif/device_service", DATE_AND_TIME, asks=b"GetSystemDateAndTime"),
            Page("/onvif/device_service", NOT_AUTHORIZED, asks=b"Envelope"),
        ),
        otherwise=reply(f"HTTP/1.1 404 Not Found\n{closing}text/html", NOT_FOUND),
    )


def camera_web_2014() -> Web:
    """Return the web server of an old camera. Source: nmap's App-webs match, challenges from OVAS."""
    shared = "Date: Sat, 16 Aug 2014 02:22:28 GMT\nServer: App-webs/\nContent-Length: @LENGTH@"
    head = f"{shared}\nContent-Type: text/html"
    challenges = (
        'WWW-Authenticate: Digest qop="auth", realm="I21AE", '
        'nonce="4e445244524446424d5463365a445930596a5978597a453d", stale="FALSE"\n'
        'WWW-Authenticate: Basic realm="I21AE"'
    )
    return Web(
        pages=(
            Page("/", reply(f"HTTP/1.0 200 OK\n{head}", LOGIN_REDIRECT.removeprefix("\ufeff"))),
            Page(
                "/ISAPI/System/deviceInfo",
                reply(f"HTTP/1.0 401 Unauthorized\n{head}\n{challenges}", UNAUTHORIZED),
            ),
        ),
        otherwise=reply(f"HTTP/1.0 404 Not Found\n{head}", NOT_FOUND),
    )


def recorder_web(server: str, realm: str, port: int = 80, tls: Certificate | None = None) -> Web:
    """Return the web server of a recorder.

    Source: 401 and its header order from maciej-or/hikvision_next #50, the ETag's form from
    eu-evops/homebridge-hikvision #2 (its last number is the length).
    """
    shared = f"Date: Sun, 28 May 2023 09:56:24 GMT\nServer: {server}"
    kept = "Connection: keep-alive\nKeep-Alive: timeout=60, max=99"
    html = f"Content-Length: @LENGTH@\nContent-Type: text/html\n{kept}"
    xml = f"""{shared}
Cache-Control: no-cache
Content-Length: @LENGTH@
Content-Type: application/xml; charset="UTF-8"
{kept}"""
    challenge = (
        f'WWW-Authenticate: Digest realm="{realm}", domain="::", qop="auth", '
        'nonce="300b7e88f3d69ebf0a2b3c4df04218aa:1685267784756", opaque="", algorithm="MD5", stale="FALSE"'
    )
    found = f'HTTP/1.1 200 OK\n{shared}\nETag: "0-5e0-@HEXLENGTH@"\n{html}'
    refused = reply(f"HTTP/1.1 401 Unauthorized\n{xml}\n{challenge}", USER_CHECK)
    return Web(
        port=port,
        tls=tls,
        pages=(
            Page("/", reply(found, LOGIN_REDIRECT)),
            Page("/SDK/activateStatus", reply(f"HTTP/1.1 200 OK\n{xml}", ACTIVATE_STATUS)),
            Page(
                "/ISAPI/Security/sessionLogin/capabilities",
                reply(f"HTTP/1.1 200 OK\n{xml}", SESSION_LOGIN_CAP),
            ),
            Page("/ISAPI/System/deviceInfo", refused),
        ),
        otherwise=reply(f"HTTP/1.1 404 Not Found\n{shared}\n{html}", NOT_FOUND),
    )


def terminal_web(realm: str) -> Web:
    """Return the web server of an access terminal.

    Source: challenge of a DS-K1T343MWX in public file 61964899658 (its nonce is base64 of 32 hex digits),
    error page as on cameras of its time.
    """
    challenge = (
        f'WWW-Authenticate: Digest qop="auth", realm="{realm}", '
        'nonce="ZmVkYzNiNzZlYzUyZTk4MGVmM2U1YTg0ZGZjYmJlMDE=", stale="false", opaque="", domain="::"'
    )
    html = "Content-Length: @LENGTH@\nContent-Type: text/html\nConnection: close"
    return Web(
        pages=(
            Page("/SDK/activateStatus", reply(f"HTTP/1.1 200 OK\n{html}", ACTIVATE_STATUS)),
            Page(
                "/ISAPI/System/deviceInfo",
                reply(f"HTTP/1.1 401 Unauthorized\n{html}\n{challenge}", UNAUTHORIZED),
            ),
        ),
        otherwise=reply(f"HTTP/1.1 404 Not Found\n{html}", NOT_FOUND),
    )


# Prefixes and namespaces on the root of every envelope in Phenomite/AMP-Research WellFormed.xml and
# public file 15098440597.
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "env": "http://www.w3.org/2003/05/soap-envelope",
        "tds": "http://www.onvif.org/ver10/device/wsdl",
        "tt": "http://www.onvif.org/ver10/schema",
        "ter": "http://www.onvif.org/ver10/error",
        "dn": "http://www.onvif.org/ver10/network/wsdl",
        "tns1": "http://www.onvif.org/ver10/topics",
        "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
        "wsadis": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "tnshik": "http://www.hikvision.com/2011/event/topics",
        "hikwsd": "http://www.onvifext.com/onvif/ext/ver10/wsdl",
        "hikxsd": "http://www.onvifext.com/onvif/ext/ver10/schema",
    }.items()
)


def envelope(body: str, header: str = "") -> str:
    """Return a SOAP message as this firmware writes it."""
    head = f"<env:Header>{header}</env:Header>" if header else ""
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{declaration}\n<env:Envelope {NAMESPACES}>{head}<env:Body>{body}</env:Body></env:Envelope>"


SOAP_HEAD = "Content-Type: application/soap+xml; charset=utf-8\nContent-Length: @LENGTH@\nConnection: close"
DATE_AND_TIME = reply(
    f"HTTP/1.1 200 OK\n{SOAP_HEAD}",
    envelope(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
        "<tt:UTCDateTime><tt:Time><tt:Hour>16</tt:Hour><tt:Minute>45</tt:Minute><tt:Second>35</tt:Second>"
        "</tt:Time><tt:Date><tt:Year>2020</tt:Year><tt:Month>5</tt:Month><tt:Day>14</tt:Day></tt:Date>"
        "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    ),
)
# Source: fault text in agsh/onvif #184 and #210; status 400 noted in GNET.
NOT_AUTHORIZED = reply(
    f"HTTP/1.1 400 Bad Request\n{SOAP_HEAD}",
    envelope(
        "<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized"
        '</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">The action requested '
        "requires authorization and the sender is not authorized</env:Text></env:Reason></env:Fault>"
    ),
)


def discovery(model: str, stamp: str, extra_scopes: str = "") -> WsDiscovery:
    """Return ProbeMatches and Hello of a camera; ``stamp`` begins its version-1 UUID of 1970-1975.

    Source: element order and prefixes from AMP-Research WellFormed.xml, scope order from GNET.
    """
    scopes = f"type/video_encoder Profile/Streaming Profile/G {extra_scopes} hardware/{model}"
    scopes += f" name/HIKVISION%20{model} location/city/hangzhou"
    listed = " ".join(f"onvif://www.onvif.org/{scope}" for scope in scopes.split())
    endpoint = f"urn:uuid:{stamp}-@MACHEX@"
    device = (
        f"<wsadis:EndpointReference><wsadis:Address>{endpoint}</wsadis:Address></wsadis:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{listed}</d:Scopes>"
        "<d:XAddrs>http://@IP@/onvif/device_service http://[@LINKLOCAL@]/onvif/device_service</d:XAddrs>"
        "<d:MetadataVersion>10</d:MetadataVersion>"
    )
    header = (
        f"<wsadis:MessageID>{endpoint}</wsadis:MessageID>{{}}"
        "<wsadis:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/{}</wsadis:Action>"
        '<d:AppSequence InstanceId="705289" MessageNumber="11682"/>'
    )
    answering = (
        "<wsadis:RelatesTo>@RELATES@</wsadis:RelatesTo><wsadis:To>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsadis:To>"
    )
    announcing = "<wsadis:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsadis:To>"
    return WsDiscovery(
        types=frozenset({"NetworkVideoTransmitter", "Device"}),
        match=envelope(
            f"<d:ProbeMatches><d:ProbeMatch>{device}</d:ProbeMatch></d:ProbeMatches>",
            header.format(answering, "ProbeMatches"),
        ),
        hello=envelope(f"<d:Hello>{device}</d:Hello>", header.format(announcing, "Hello")),
    )
