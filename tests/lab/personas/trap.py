"""Devices that a list of names, brands or addresses would flag, and whose firmware is another's.

Seven brands have lines of other makers. Documented stream paths prove five (ch-bas/cctv-camera-database
3xlogic.json, abus.json, honeywell.json, swann.json, american-dynamics.json); Matrix designs its own, and
Verkada's are reported to be Vivotek's. A page with the line's name stands for their interfaces. Names and
blocks come from the IEEE registry of August 2026.
"""

from typing import Literal

from tests.lab.firmware.plain import web
from tests.lab.persona import Persona, Truth
from tests.lab.stream import Rtsp, TcpService, reply

# A server of that kind, without a name of its own: RFC 2326 sections 10.1 and 11.3.
PLAIN_RTSP = Rtsp(
    options=reply("RTSP/1.0 200 OK\nCSeq: @CSEQ@\nPublic: DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE"),
    describe=reply('RTSP/1.0 401 Unauthorized\nCSeq: @CSEQ@\nWWW-Authenticate: Basic realm="stream"'),
)


def negative(
    name: str,
    mac: str,
    title: str,
    path: str,
    kind: Literal["camera", "recorder"] = "camera",
    maker: str = "",
) -> Persona:
    """Return a device of a mixed brand whose firmware is not a target's; ``maker``: its block names one."""
    return Persona(
        name=name,
        mac=mac,
        truth=Truth(
            verdict="other_maker" if maker else "not_matched",
            maker=maker,
            device_class=kind,
            shown=("maker",) if maker else (),
        ),
        services=(web(title, body=f"<p>rtsp://@IP@{path}</p>" if path else ""), PLAIN_RTSP),
    )


VISIX = negative("visix", "1c:82:59:10:7a:31", "VISIX Camera", "/ch0_unicast_firststream", maker="3xLOGIC")
ABUS_TVIP = negative("abus-tvip", "8c:11:cb:02:d4:4e", "ABUS TVIP62000", "/h264")
HONEYWELL_35 = negative("honeywell-35", "00:40:84:2b:90:f5", "Honeywell 35 Series", "/live1s1.sdp")
SWANN_DVR = negative("swann-dvr", "bc:51:fe:71:05:18", "Swann DVR-1590", "/ch01/0", "recorder")
ILLUSTRA = negative(
    "illustra", "00:50:f9:3c:81:06", "Illustra 610", "/primarystream", maker="American Dynamics"
)
SATATYA = negative("satatya", "00:1b:09:44:6e:d0", "Matrix SATATYA", "", "recorder")
VERKADA = negative("verkada", "e0:a7:00:18:5f:c2", "Verkada", "", maker="Verkada")

# Older recorders under this label are another maker's: the note of its row in signatures/brands.toml. The
# block names the label, and nothing else names anybody.
LOREX_OTHER = Persona(
    name="lorex-other",
    mac="00:1f:54:2d:81:b6",
    truth=Truth(
        verdict="not_matched",
        brand="Lorex",
        device_class="recorder",
        shown=("brand",),
        announced=("brand",),
        link_only=("brand",),
    ),
    services=(web("DVR"), PLAIN_RTSP),
)


def block(name: str, mac: str, maker: str = "") -> Persona:
    """Return a device whose block's name sounds like a target's or stands in wrong lists as one's."""
    return Persona(
        name=name,
        mac=mac,
        truth=Truth(
            verdict="other_maker" if maker else "not_matched",
            maker=maker,
            device_class="other",
            shown=("maker",) if maker else (),
        ),
        services=(web("Control unit"), TcpService(port=8000)),
    )


# Zhejiang Hikailink Technology, Zhejiang Haikang Science and Technology, Yoshiki Electronics, and
# Zhejiang Guoli in the block that a public table gives to Dahua as a whole.
HIKAILINK = block("hikailink", "44:6f:d8:a0:31:7c")
HAIKANG = block("haikang", "c0:61:9a:e4:02:95")
YOSHIKI = block("yoshiki", "c0:b3:57:5d:10:a8")
GUOLI = block("guoli", "40:2c:76:71:e5:04")
# Public lists call these Hikvision's; the registry says EFM Networks and Apple.
EFM = block("efm", "70:5d:cc:29:b8:43")
APPLE = block("apple", "a4:5e:60:d7:36:1e", maker="Apple")

TRAPS = (
    *(VISIX, ABUS_TVIP, HONEYWELL_35, SWANN_DVR, ILLUSTRA, SATATYA, VERKADA, LOREX_OTHER),
    *(HIKAILINK, HAIKANG, YOSHIKI, GUOLI, EFM, APPLE),
)
