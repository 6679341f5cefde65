"""Devices that run Hikvision firmware, of seven ages and brands.

GHIK = public file 19375522317, the SADP reply of a DS-2CD2320D-I; GNET as in the firmware module.
Serial numbers not from a capture are composed by the maker's grammar (ipcamtalk.com thread 12108).
"""

from tests.lab.certificate import Certificate
from tests.lab.datagram import Sadp
from tests.lab.firmware.hikvision import (
    CAMERA_RTSP_2014,
    CONTROL_PORT,
    RECORDER_NAMES,
    RECORDER_RTSP,
    SADP_2014,
    SADP_2018,
    SADP_2019,
    camera_rtsp,
    camera_web,
    camera_web_2014,
    discovery,
    recorder_web,
)
from tests.lab.link import SadpFrame
from tests.lab.persona import Persona, Truth
from tests.lab.stream import Talk

SADP_SHOWS = ("maker", "model", "firmware_version", "firmware_build_date", "serial")

HIK_IPC = Persona(
    name="hik-ipc",
    mac="58:50:ed:1f:e3:85",
    serial="DS-2CD2385G1-I20200414AAWRE33842150",
    ipv6=True,
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="Hikvision",
        model="DS-2CD2385G1-I",
        device_class="camera",
        firmware_version="V5.6.2",
        firmware_build_date="2019-07-01",
        shown=(*SADP_SHOWS, "brand", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    ),
    services=(
        # Source: GNET, verbatim but for addresses.
        Sadp(
            fields=SADP_2019
            | {
                "DeviceType": "141945",
                "DeviceDescription": "DS-2CD2385G1-I",
                "DHCP": "true",
                "DSPVersion": "V7.3 build 190626",
            }
        ),
        SadpFrame(dsp="V7.3 build 190626"),
        discovery("DS-2CD2385G1-I", "aa85c000-6324-11b3-819e", "Profile/T MAC/@MAC@"),
        camera_web("webserver", "IP Camera(E3384)", "V4.0.1build171121"),
        camera_rtsp("IP Camera(E3384)"),
        CONTROL_PORT,
    ),
)

HIK_IPC_2014 = Persona(
    name="hik-ipc-2014",
    mac="44:19:b6:3f:5e:51",
    serial="DS-2CD2032F-I20140806AAWR478123456",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="Hikvision",
        model="DS-2CD2032F-I",
        device_class="camera",
        firmware_version="V5.2.0",
        firmware_build_date="2014-07-21",
        shown=(*SADP_SHOWS, "brand", "device_class"),
        announced=(*SADP_SHOWS, "brand", "device_class"),
    ),
    services=(
        # This age multicasts its answers and says Hello (LLLL-M/privateCodeforItsc sadp.c). Model and
        # build are the first that CVE-2017-7921 names as affected.
        Sadp(
            answers_group=True,
            says_hello=True,
            fields=SADP_2014
            | {
                "DeviceDescription": "DS-2CD2032F-I",
                "DSPVersion": "V5.0 build 140714",
            },
        ),
        camera_web_2014(),
        CAMERA_RTSP_2014,
        CONTROL_PORT,
    ),
)

HIK_NVR = Persona(
    name="hik-nvr",
    mac="c0:56:e3:7a:20:11",
    serial="DS-7616NI-K21620200321CCRRE45012345WCVU",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="Hikvision",
        model="DS-7616NI-K2",
        device_class="recorder",
        firmware_version="V4.30.085",
        firmware_build_date="2020-09-16",
        shown=(*SADP_SHOWS, "brand", "device_class"),
        announced=("maker",),
    ),
    services=(
        Sadp(
            fields=SADP_2019
            | {
                "DeviceType": "77842",
                "DeviceDescription": "DS-7616NI-K2",
                "DigitalChannelNum": "16",
                "DiskNumber": "2",
                "DSPVersion": "V5.0 build 200821",
            }
        ),
        recorder_web("DNVRS-Webs", "fe12f37bd0a1b2c3d4bd35f1"),
        recorder_web("DNVRS-Webs", "fe12f37bd0a1b2c3d4bd35f1", port=443, tls=Certificate(RECORDER_NAMES)),
        RECORDER_RTSP,
        CONTROL_PORT,
    ),
)

HIK_THERMAL = Persona(
    name="hik-thermal",
    mac="94:e1:ac:40:17:6c",
    serial="DS-2TD2136-1020210617AAWRF84512067",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="Hikvision",
        model="DS-2TD2136-10",
        device_class="thermal_camera",
        firmware_version="V5.5.30",
        firmware_build_date="2020-10-20",
        shown=(*SADP_SHOWS, "brand", "device_class"),
        announced=("maker", "brand", "model", "device_class"),
    ),
    services=(
        Sadp(
            fields=SADP_2018
            | {
                "DeviceType": "155650",
                "DeviceDescription": "DS-2TD2136-10",
                "DigitalChannelNum": "2",
                "DSPVersion": "V7.3 build 201013",
            }
        ),
        discovery("DS-2TD2136-10", "4cf1c000-7442-11b2-806e", "type/ptz"),
        # An empty Server header, as on cameras of 2020: public file 41652704996.
        camera_web("", "IP Camera(F8451)", "V4.0.1build200416"),
        camera_rtsp("IP Camera(F8451)"),
        CONTROL_PORT,
    ),
)

HIK_EZVIZ = Persona(
    name="hik-ezviz",
    mac="64:24:4d:0a:51:7e",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="EZVIZ",
        model="CS-H6c",
        device_class="camera",
        firmware_version="V5.3.8",
        shown=("maker", "brand"),
        announced=("maker", "brand"),
    ),
    # Source: RenierM26/pyEzvizApi #274: these four ports, no web, no RTSP, no ONVIF; the certificate
    # holds the words EZVIZ, Device and CAServer.
    services=(
        CONTROL_PORT,
        Talk(port=8443, tls=Certificate("CN=Device,O=EZVIZ,C=CN", issuer="CN=CAServer,O=EZVIZ,C=CN")),
        Talk(port=9010),
        Talk(port=9020),
    ),
)

HIK_LTS = Persona(
    name="hik-lts",
    mac="14:2f:fd:20:71:0c",
    serial="CMIP3342W-28M20191105AAWRD71502266",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="LTS",
        model="CMIP3342W-28M",
        device_class="camera",
        firmware_version="V5.5.6",
        firmware_build_date="2018-03-26",
        shown=(*SADP_SHOWS, "brand"),
        announced=("brand",),
        link_only=("brand",),
    ),
    services=(
        # Layout, type and build of GHIK; the model is the seller's, the serial number's tail the maker's.
        Sadp(
            fields=SADP_2018
            | {
                "DeviceType": "142378",
                "DeviceDescription": "CMIP3342W-28M",
                "DSPVersion": "V7.3 build 180326",
            }
        ),
        camera_web("webserver", "IP Camera(D7150)", "V4.0.1build171121"),
        camera_rtsp("IP Camera(D7150)"),
        CONTROL_PORT,
    ),
)

HIK_INTERLOGIX = Persona(
    name="hik-interlogix",
    # Shenzhen Kean Digital's block; eight rebranded units with this firmware were seen on it.
    mac="d0:3b:f4:11:5a:90",
    # Without a model, as in public file 67138178767 (NVR-216M-A, V3.4.95).
    serial="1620170915AARR831427436WCVU",
    truth=Truth(
        verdict="flagged",
        maker="Hikvision",
        brand="Interlogix",
        model="TVN-2216",
        device_class="recorder",
        firmware_version="V3.4.95",
        firmware_build_date="2017-10-17",
        shown=(*SADP_SHOWS, "brand"),
    ),
    services=(
        Sadp(
            fields=SADP_2018
            | {
                "DeviceDescription": "TVN-2216",
                "DigitalChannelNum": "16",
                "DSPVersion": "V5.0 build 170925",
            }
        ),
        # Server header: nmap; realm of that age: public file 67138178767.
        recorder_web("Interlogix-Webs", "DVRNVRDVS"),
        recorder_web(
            "Interlogix-Webs", "DVRNVRDVS", port=443, tls=Certificate(RECORDER_NAMES, only_tls10=True)
        ),
        RECORDER_RTSP,
        CONTROL_PORT,
    ),
)

HIKVISION = (HIK_IPC, HIK_IPC_2014, HIK_NVR, HIK_THERMAL, HIK_EZVIZ, HIK_LTS, HIK_INTERLOGIX)
