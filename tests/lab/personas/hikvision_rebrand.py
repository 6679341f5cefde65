"""Hikvision firmware under other labels, each at an address block that is not Hikvision's.

A brand is part of what is shown only where the firmware's own answer or the seller's address block
tells it. Models and prefixes are named beside each; serial numbers are composed by the maker's grammar
(ipcamtalk.com thread 12108), builds taken from Hikvision's advisories of the same product line.
FWA = JoeyGE0/hikvision-fw-archive, OEM = public OEM directories and the notes they cite.
"""

from tests.lab.datagram import Sadp
from tests.lab.firmware.hikvision import (
    CAMERA_OPTIONS,
    CONTROL_PORT,
    RECORDER_RTSP,
    SADP_2018,
    camera_rtsp,
    camera_web,
    recorder_web,
    search,
)
from tests.lab.firmware.plain import page
from tests.lab.persona import Persona, Service, Truth
from tests.lab.personas.hikvision import SADP_SHOWS
from tests.lab.stream import Page, Rtsp, TcpService, Web, reply

# Espressif's, whose radios stand in anybody's devices: it tells neither maker nor label.
NEUTRAL_BLOCK = "e8:db:84"


def camera(
    name: str,
    mac: str,
    serial: str,
    truth: Truth,
    *services: Service,
) -> Persona:
    """Return a camera with the web and stream server of 2018; its realm is the short serial's start."""
    realm = f"IP Camera({serial[-9:][:5]})"
    web = camera_web("webserver", realm, "V4.0.1build171121")
    return Persona(
        name=name,
        mac=mac,
        serial=serial,
        truth=truth,
        services=(*services, web, camera_rtsp(realm), CONTROL_PORT),
    )


def label(
    brand: str, model: str, kind: str, version: str, built: str, *shown: str, by_block: bool = False
) -> Truth:
    """Return the truth of a relabelled device; ``by_block``: its address block names the label."""
    return Truth(
        verdict="flagged",
        maker="Hikvision",
        brand=brand,
        model=model,
        device_class=kind,
        firmware_version=version,
        firmware_build_date=built,
        shown=(*SADP_SHOWS, *shown),
        announced=("brand",) if by_block else (),
        link_only=("brand",) if by_block else (),
    )


# Eight relabelled units with this firmware were seen in this block, which is Shenzhen Kean Digital's.
# Source: model C800 in Supergiovane/node-red-contrib-hikvision-ultimate #24.
ANNKE = camera(
    "annke",
    "d0:3b:f4:20:81:3e",
    "C80020200914AAWRE71850263",
    label("Annke", "C800", "camera", "V5.5.6", "2018-03-26", "brand", "device_class"),
    search("C800"),
)

# Source: prefix PTZ-N of HiLook in FWA; the digits are composed.
HILOOK = camera(
    "hilook",
    f"{NEUTRAL_BLOCK}:31:0a:5c",
    "PTZ-N4225I-DE20210712AAWRF60127734",
    label("HiLook", "PTZ-N4225I-DE", "ptz_camera", "V5.5.41", "2020-09-11", "brand", "device_class"),
    search("PTZ-N4225I-DE"),
)

# Source: RTSP answer of a HiWatch DS-I213 in androidx/media #522.
HIWATCH = Persona(
    name="hiwatch",
    mac=f"{NEUTRAL_BLOCK}:64:e9:18",
    serial="DS-I21320200528AAWRE55120984",
    truth=label("HiWatch", "DS-I213", "camera", "V5.5.52", "2018-06-20", "brand", "device_class"),
    services=(
        search("DS-I213"),
        Rtsp(
            options=reply("""RTSP/1.0 200 OK
CSeq: @CSEQ@
Public: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER
Date: Fri, Jul 14 2023 10:02:09 GMT"""),
            describe=camera_rtsp("IP Camera(E5512)").describe,
        ),
        CONTROL_PORT,
    ),
)

# Source: prefix HM-TD of HIKMICRO in FWA; the digits are composed.
HIKMICRO = camera(
    "hikmicro",
    f"{NEUTRAL_BLOCK}:7f:02:44",
    "HM-TD2037T-3/P20220105AAWRJ04418275",
    label("HIKMICRO", "HM-TD2037T-3/P", "thermal_camera", "V5.5.42", "2021-01-06", "brand", "device_class"),
    search("HM-TD2037T-3/P", channels=2),
)

# Source: prefix IPCA of ABUS in judge/homebridge-hikconnect #12; the digits are composed.
ABUS = camera(
    "abus",
    "8c:11:cb:40:6d:f2",
    "IPCA6250020190815AAWRD84003361",
    label("ABUS", "IPCA62500", "camera", "V5.5.6", "2018-03-26", "brand", "device_class", by_block=True),
    search("IPCA62500"),
)

# Source: description of a DVR8-1550 in public file 52222251960; that Swann's recorders answer SADP in
# public file 70950828218. The version is composed.
SWANN_DESCRIPTION = """<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0">
<specVersion>
<major>1</major>
<minor>0</minor>
</specVersion>
<device>
<deviceType>urn:schemas-upnp-org:device:EmbeddedNetDevice:1</deviceType>
<friendlyName>SWANN @IP@</friendlyName>
<manufacturer>SWANN</manufacturer>
<modelName>SWANN DVR8-1550</modelName>
</device>
</root>
"""
XML_HEAD = "Content-Type: text/xml\nContent-Length: @LENGTH@\nConnection: close"
SWANN_WEB = recorder_web("DNVRS-Webs", "DVRNVRDVS")
SWANN = Persona(
    name="swann",
    mac="bc:51:fe:0d:92:37",
    serial="DVR8-15500820140916AAWR481200357WCVU",
    truth=label(
        "Swann", "DVR8-1550", "recorder", "V3.0.0", "2014-07-21", "brand", "device_class", by_block=True
    ),
    services=(
        Sadp(
            fields=SADP_2018
            | {
                "DeviceDescription": "DVR8-1550",
                "DigitalChannelNum": "8",
                "DSPVersion": "V5.0 build 140714",
            }
        ),
        Web(
            pages=(
                *SWANN_WEB.pages,
                Page(
                    "/upnp_device_desc.xml",
                    reply(f"HTTP/1.1 200 OK\n{XML_HEAD}", SWANN_DESCRIPTION),
                ),
            ),
            otherwise=SWANN_WEB.otherwise,
        ),
        RECORDER_RTSP,
        CONTROL_PORT,
    ),
)

# Source: model and firmware line of a Prama recorder in public file 68412526665; firmware V4.71 has
# the paths of Hikvision's own. The version's last number and its date are composed.
PRAMA = Persona(
    name="prama",
    mac=f"{NEUTRAL_BLOCK}:90:3d:b7",
    serial="PT-NRAS2B32-K43220230118CCRRK60114427WCVU",
    truth=label("Prama", "PT-NRAS2B32-K4", "recorder", "V4.71.110", "2022-11-02", "brand", "device_class"),
    services=(
        search("PT-NRAS2B32-K4", channels=32),
        recorder_web("DNVRS-Webs", "c1d0a4e27f5b38961d20ab47"),
        RECORDER_RTSP,
        CONTROL_PORT,
    ),
)

# Source: SF-NVR3104-W of Safire in OEM; the build is that of recorders of its age.
SAFIRE = Persona(
    name="safire",
    mac=f"{NEUTRAL_BLOCK}:a5:60:0e",
    serial="SF-NVR3104-W0420180703CCWRC40881326WCVU",
    truth=label("Safire", "SF-NVR3104-W", "recorder", "V3.4.95", "2017-10-17", "brand", "device_class"),
    services=(
        search("SF-NVR3104-W", channels=4),
        recorder_web("DNVRS-Webs", "DVRNVRDVS"),
        CONTROL_PORT,
    ),
)

# Source: IPVM's directory and judge/homebridge-hikconnect #12 name LV-PTK66802 with this firmware; no
# rule ties the model to the label, so the wire does not show the label.
LAVIEW = Persona(
    name="laview",
    mac=f"{NEUTRAL_BLOCK}:c3:15:d8",
    serial="LV-PTK6680220161122AAWR661204482",
    truth=label("LaView", "LV-PTK66802", "camera", "V5.4.0", "2016-08-11"),
    services=(
        search("LV-PTK66802"),
        camera_rtsp("IP Camera(66120)"),
        CONTROL_PORT,
    ),
)


def nameless_recorder(name: str, mac: str, brand: str) -> Persona:
    """Return a recorder with its search switched off, whose web server alone tells the firmware.

    Source: Server beside Luma's and Alibi's icons in sansatart/scrapts shodan-favicon-hashes.csv; the
    icons themselves are not published, so the wire does not show the label.
    """
    return Persona(
        name=name,
        mac=mac,
        truth=Truth(
            verdict="flagged",
            maker="Hikvision",
            brand=brand,
            device_class="recorder",
            shown=("maker", "device_class"),
        ),
        services=(recorder_web("DNVRS-Webs", "0a6e51c2d7f48b39e6145c70"), RECORDER_RTSP, CONTROL_PORT),
    )


# Blocks of SnapAV, which sells Luma, and of Observint, which sells Alibi.
LUMA = nameless_recorder("luma", "d4:6a:91:37:c0:1b", "Luma")
ALIBI = nameless_recorder("alibi", "64:25:5e:08:1f:a6", "Alibi")

# Source: bluenviron/mediamtx #1631, a realm that is an address of EZVIZ's block; here the port that
# carries it has another. The rest of the challenge is a Hikvision camera's, the page a plain error.
EZVIZ_RTSP = Persona(
    name="ezviz-rtsp",
    mac=f"{NEUTRAL_BLOCK}:d1:84:20",
    truth=Truth(
        verdict="flagged", maker="Hikvision", brand="EZVIZ", device_class="camera", shown=("maker", "brand")
    ),
    services=(
        Web(otherwise=page("", "", "404 Not Found")),
        Rtsp(
            options=CAMERA_OPTIONS,
            describe=reply("""RTSP/1.0 401 Unauthorized
CSeq: @CSEQ@
WWW-Authenticate: Digest realm="588fcf7a1dc6", nonce="8b84a3b789283a8bea8da7fa7d41f08b", stale="FALSE\""""),
        ),
        CONTROL_PORT,
        TcpService(port=9010),
    ),
)

HIKVISION_REBRANDS = (
    *(ANNKE, HILOOK, HIWATCH, HIKMICRO, ABUS, SWANN, PRAMA, SAFIRE, LAVIEW, LUMA, ALIBI, EZVIZ_RTSP),
)
