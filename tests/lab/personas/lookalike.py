"""Devices that are not Hikvision's or Dahua's, but carry something of theirs: none may be flagged."""

from tests.lab.firmware.plain import discovery, web
from tests.lab.persona import Persona, Truth
from tests.lab.personas.other import AXIS, AXIS_RTSP, AXIS_WEB
from tests.lab.stream import Page, TcpService, reply

# A third party's video management server whose page lists the cameras that it records.
VMS = Persona(
    name="vms",
    mac="52:54:00:41:7e:c2",
    truth=Truth(verdict="not_matched", device_class="management_software"),
    services=(
        web(
            "ZoneMinder",
            "Apache/2.4.57 (Debian)",
            "<table><tr><td>Lobby</td><td>HIKVISION DS-2CD2385G1-I</td>"
            "<td>rtsp://10.77.0.10/Streaming/Channels/101</td></tr>"
            "<tr><td>Yard</td><td>Dahua IPC-HDW1431T1-S4</td>"
            "<td>rtsp://10.77.0.17/cam/realmonitor?channel=1&amp;subtype=0</td></tr></table>",
        ),
    ),
)

# IEEE registry, a block of 28 bits: Shanghai Dahua Scale Factory.
SCALE = Persona(
    name="scale",
    mac="40:2c:76:10:20:30",
    truth=Truth(verdict="not_matched", device_class="other"),
    services=(web("Weighing terminal"), TcpService(port=502)),
)

# Realm and title of web applications that public fingerprint projects keep as hard negatives.
COPIED_REALM = Persona(
    name="copied-realm",
    mac="52:54:00:0f:92:6b",
    truth=Truth(verdict="not_matched", device_class="server"),
    services=(
        web(
            "Web Service",
            "Apache",
            more=(
                Page(
                    "/cgi-bin/magicBox.cgi",
                    reply(
                        "HTTP/1.1 401 Unauthorized\nServer: Apache\nContent-Length: 0\n"
                        'WWW-Authenticate: Digest realm="Login to use!", nonce="5b1c0a9e", qop="auth"'
                    ),
                ),
            ),
        ),
    ),
)

# The name among the scopes is the owner's to choose; this one kept that of the camera it replaced.
BORROWED_NAME = Persona(
    name="borrowed-name",
    mac="ac:cc:8e:4f:3c:10",
    truth=AXIS.truth,
    services=(
        discovery(
            "Profile/Streaming Profile/G hardware/M2036-LE name/HIKVISION%20DS-2CD2042 Profile/T "
            "location/city/hangzhou"
        ),
        AXIS_WEB,
        AXIS_RTSP,
    ),
)

# A camera maker adds the last scope so that Dahua's recorders list the camera: public file 3373844981.
BORROWED_SCOPE = Persona(
    name="borrowed-scope",
    mac="48:ea:63:20:4b:77",
    truth=Truth(
        verdict="other_maker",
        maker="Uniview",
        brand="Uniview",
        model="IPC3232SB-ADZK-I0",
        device_class="camera",
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model"),
    ),
    services=(
        discovery(
            "type/IPC manufacturer/UNIVIEW hardware/IPC3232SB-ADZK-I0 name/IPC3232SB-ADZK-I0 "
            "type/Network_Video_Transmitter extension/unique_identifier"
        ),
        web("WEB SERVICE"),
    ),
)

LOOKALIKE = (VMS, SCALE, COPIED_REALM, BORROWED_NAME, BORROWED_SCOPE)
