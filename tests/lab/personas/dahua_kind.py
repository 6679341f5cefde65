"""Dahua's own devices that are no fixed cameras: recorders for coax, moving cameras, access terminals.

Models and versions are named beside each; serial numbers have the classic grammar, the eighth
character a P.
"""

from tests.lab.firmware.dahua import DVRIP_PORT, HASHED_REALM, MODERN_HEAD, MODERN_PAGE, rtsp, search, web
from tests.lab.persona import Persona, Truth
from tests.lab.personas.dahua import SEARCH_SHOWS, SERIAL_REALM

# Source: model among the scopes in public file 71340579231, version and class of an XVR in the intelmq
# Shadowserver test data: an XVR calls itself HCVR.
DAHUA_XVR = Persona(
    name="dahua-xvr",
    mac="e0:50:8b:27:4d:91",
    serial="5L034FAPAZA0E31",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Dahua",
        model="DH-XVR5108HS-X",
        device_class="recorder",
        firmware_version="4.000.0000002.11",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("maker",),
    ),
    services=(
        search("HCVR", "DH-XVR5108HS-X", VideoInputChannels=8),
        web(SERIAL_REALM),
        rtsp(SERIAL_REALM),
        DVRIP_PORT,
    ),
)

# Source: the model as a page names it in chainreactors/fingers goby.json; the version is a camera's.
DAHUA_PTZ = Persona(
    name="dahua-ptz",
    mac="a0:bd:1d:60:35:c8",
    serial="4F0311BPAG1E774",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Dahua",
        model="DH-SD29204T-GN-W",
        device_class="ptz_camera",
        firmware_version="2.800.0000018.0.R",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("maker",),
    ),
    services=(
        search("IPC", "DH-SD29204T-GN-W"),
        web(HASHED_REALM),
        rtsp(HASHED_REALM),
        DVRIP_PORT,
    ),
)

# Source: DHI-ASI7213X in the model lists of public tools, class BSC of such terminals in public file
# 68961566355; the version is composed.
DAHUA_ACCESS = Persona(
    name="dahua-access",
    mac="f4:b1:c2:11:90:6b",
    serial="6J07C45PBQ20D18",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Dahua",
        model="DHI-ASI7213X",
        device_class="access_terminal",
        firmware_version="1.000.0000000.3.R",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("maker",),
    ),
    services=(
        search("BSC", "DHI-ASI7213X"),
        web(HASHED_REALM, MODERN_HEAD, MODERN_PAGE),
        DVRIP_PORT,
    ),
)

DAHUA_KINDS = (DAHUA_XVR, DAHUA_PTZ, DAHUA_ACCESS)
