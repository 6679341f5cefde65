"""Dahua firmware under other labels, each at an address block that is not Dahua's.

A brand is part of what is shown only where the firmware's own answer or the seller's address block
tells it. SHADOW = intelmq Shadowserver test data, scan_dvr_dhcpdiscover.csv.
"""

from tests.lab.firmware.dahua import DVRIP_PORT, HASHED_REALM, discovery, open_rtsp, rtsp, search, web
from tests.lab.persona import Persona, Service, Truth
from tests.lab.personas.dahua import SEARCH_SHOWS, SERIAL_REALM
from tests.lab.personas.hikvision_rebrand import NEUTRAL_BLOCK
from tests.lab.stream import Web, reply


def rebrand(name: str, mac: str, serial: str, truth: Truth, *services: Service) -> Persona:
    """Return a device with the maker's own port open."""
    return Persona(name=name, mac=mac, serial=serial, truth=truth, services=(*services, DVRIP_PORT))


def found(brand: str, model: str, kind: str, version: str, by_block: bool = False) -> Truth:
    """Return the truth of a device that answers a search; ``by_block``: its block names the label."""
    return Truth(
        verdict="flagged",
        maker="Dahua",
        brand=brand,
        model=model,
        device_class=kind,
        firmware_version=version,
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("brand",) if by_block else (),
        link_only=("brand",) if by_block else (),
    )


def listed(brand: str, model: str, kind: str = "camera") -> Truth:
    """Return the truth of a camera that says label and model among its ONVIF scopes."""
    return Truth(
        verdict="flagged",
        maker="Dahua",
        brand=brand,
        model=model,
        device_class=kind,
        shown=("maker", "brand", "model", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    )


def pages_only(brand: str, *shown: str, by_block: bool = False) -> Truth:
    """Return the truth of a device known by web and stream server alone."""
    return Truth(
        verdict="flagged",
        maker="Dahua",
        brand=brand,
        shown=("maker", *shown),
        announced=("brand",) if by_block else (),
        link_only=("brand",) if by_block else (),
    )


# Source: git-moe/dahua-camera-ptz #1, verbatim.
IMOU = rebrand(
    "imou",
    f"{NEUTRAL_BLOCK}:4a:b0:66",
    "",
    Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Imou",
        device_class="camera",
        shown=("maker", "brand", "device_class"),
    ),
    Web(
        otherwise=reply("""HTTP/1.1 401 Unauthorized
Cache-Control: no-cache
Session-Id: 2606109608
User-Agent: AEDA HTTP Server/1.0
x-pcs-request-id:\x20
WWW-Authenticate: Digest realm="Login to 54FFB94ED89C7ABB",nonce="4bac67d2-084d-41d2-b0e2-145994c4b6f2\"""")
    ),
    open_rtsp("Login to 54FFB94ED89C7ABB"),
)

# Source: version of an Amcrest recorder in CVE-2020-5735, prefix NV41 in Frigate's documentation; the
# neutral label and the class are those of recorders in SHADOW.
AMCREST_DVR = rebrand(
    "amcrest-dvr",
    "a0:60:32:04:7b:19",
    "AMC018D1C4F2A93B57",
    found("Amcrest", "NV4108", "recorder", "4.000.00AC000.0.R"),
    search("HCVR", "NV4108", "General", VideoInputChannels=8),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)

# Source: challenge of a Lorex NR900 in public file 10914380742 and rapid7/recog xml/http_wwwauth.xml.
LOREX_NR900 = rebrand(
    "lorex-nr900",
    "00:1f:54:1c:60:d4",
    "ND021811019863",
    Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Lorex",
        device_class="recorder",
        shown=("maker", "brand", "device_class", "serial"),
        announced=("brand",),
    ),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)

# Source: scopes of an H4W2PER3 in public file 21239549041, verbatim but for the address; the block is
# Honeywell's.
HONEYWELL = rebrand(
    "honeywell",
    "00:40:84:f6:9e:2c",
    "4K03B57PAG8C201",
    listed("Honeywell", "H4W2PER3"),
    discovery("Honeywell", "H4W2PER3", "extension/Honeywell_mask/37777 MAC/@MAC@ Profile/Q/Operational"),
    web(HASHED_REALM),
    rtsp(HASHED_REALM),
)

# Source: scopes in public file 15992457061, which spells the label in three ways.
CP_PLUS = rebrand(
    "cp-plus",
    "28:18:fd:5b:11:c0",
    "5H0A2C4PAGD11E0",
    listed("CP Plus", "CP-UNC-DA21PL3C-V3"),
    discovery("CP_PLUS", "CP-UNC-DA21PL3C-V3", "Profile/T"),
    web(HASHED_REALM),
    rtsp(HASHED_REALM),
)
# Source: the other spelling of the same file, version in public file 67362586998; the label in a search
# answer is spelled as among the scopes, at a block that says nothing.
CP_PLUS_FOUND = rebrand(
    "cp-plus-found",
    f"{NEUTRAL_BLOCK}:5e:27:f1",
    "5H0A2C4PAGD22F1",
    found("CP Plus", "CP-UNC-DA21PL3-Y", "camera", "4.001.00AT009.0.R"),
    search("IPC", "CP-UNC-DA21PL3-Y", "CPPLUS"),
    web(HASHED_REALM),
    rtsp(HASHED_REALM),
)
# Source: title and head in nmap's match "CP Plus DVR http interface".
CP_PLUS_DVR = rebrand(
    "cp-plus-dvr",
    "14:07:08:33:0e:92",
    "",
    Truth(
        verdict="flagged",
        maker="Dahua",
        brand="CP Plus",
        device_class="recorder",
        shown=("maker", "brand", "device_class"),
        announced=("brand",),
    ),
    Web(
        otherwise=reply(
            "HTTP/1.1 200 OK\nCONNECTION: close\nCONTENT-LENGTH: @LENGTH@\nCONTENT-TYPE: text/html",
            "<html><head><title>CPPLUS DVR \u2013Web View</title></head><body></body></html>",
        )
    ),
)

# Source: model in the report behind CVE-2024-13130, letters IB of Intelbras versions in public file
# 68961566355; the version's number and the serial number are composed, the block is Intelbras' own.
INTELBRAS_CAMERA = rebrand(
    "intelbras-camera",
    "00:1a:3f:62:08:b5",
    "K5QD0800417TB",
    found("Intelbras", "VIP S4020 G2", "camera", "2.800.00IB003.0.R", by_block=True),
    search("IPC", "VIP S4020 G2", "Intelbras"),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)

# Source: SHADOW, two devices of BCS; the block is its seller's.
BCS = rebrand(
    "bcs",
    "38:c4:e8:03:b3:e2",
    "6J0E022PAG35073",
    found("BCS", "BCS-TIP3401IR-E-V", "camera", "2.800.106F004.0.R", by_block=True),
    search("IPC", "BCS-TIP3401IR-E-V", "General"),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)
BCS_XVR = rebrand(
    "bcs-xvr",
    "38:c4:e8:02:74:da",
    "5L034FAPAZA0E30",
    found("BCS", "BCS-XVR0401-IV", "recorder", "4.000.0000002.11", by_block=True),
    search("HCVR", "BCS-XVR0401-IV", "General", VideoInputChannels=4),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)

# Only sellers' blocks tell these two; that the firmware is Dahua's in CamioCam/rtsp #140 and IPVM's list.
IC_REALTIME = rebrand(
    "ic-realtime",
    "20:de:88:15:a7:03",
    "3K04A1DPAG00C42",
    pages_only("IC Realtime", "brand", "serial", by_block=True),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)
KBVISION = rebrand(
    "kbvision",
    "b4:36:e3:70:2c:8e",
    "",
    pages_only("KBVISION", "brand", by_block=True),
    web(HASHED_REALM),
    rtsp(HASHED_REALM),
)
# Source: Greenbone's Q-See detection names the same pages; the label shows only where it must not be
# asked (webCapsConfig).
Q_SEE = rebrand(
    "q-see",
    f"{NEUTRAL_BLOCK}:b2:50:37",
    "2E03F9CPAU01264",
    pages_only("Q-See", "serial"),
    web(SERIAL_REALM),
    rtsp(SERIAL_REALM),
)

DAHUA_REBRANDS = (
    *(IMOU, AMCREST_DVR, LOREX_NR900, HONEYWELL, CP_PLUS, CP_PLUS_FOUND, CP_PLUS_DVR, INTELBRAS_CAMERA),
    *(BCS, BCS_XVR, IC_REALTIME, KBVISION, Q_SEE),
)
