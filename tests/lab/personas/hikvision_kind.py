"""Hikvision's own devices that are no plain cameras: recorders, moving cameras, doors, alarms.

Models, builds and captures are named beside each; serial numbers are composed by the maker's grammar
(ipcamtalk.com thread 12108). CVE5 = the CVE Project's record of the CVE named.
"""

from tests.lab.certificate import Certificate
from tests.lab.datagram import Sadp
from tests.lab.firmware.hikvision import (
    ACTIVATION,
    CONTROL_PORT,
    RECORDER_NAMES,
    RECORDER_RTSP,
    SADP_2014,
    USER_CHECK,
    camera_rtsp,
    camera_web,
    recorder_web,
    search,
    terminal_web,
)
from tests.lab.persona import Persona, Service, Truth
from tests.lab.personas.hikvision import SADP_SHOWS
from tests.lab.stream import Page, Talk, Web, reply


def device(
    name: str, mac: str, serial: str, kind: str, software: tuple[str, str, str], *services: Service
) -> Persona:
    """Return a device of Hikvision's own label; ``software`` is model, version and ISO build date."""
    model, version, built = software
    return Persona(
        name=name,
        mac=mac,
        serial=serial,
        truth=Truth(
            verdict="flagged",
            maker="Hikvision",
            brand="Hikvision",
            model=model,
            device_class=kind,
            firmware_version=version,
            firmware_build_date=built,
            shown=(*SADP_SHOWS, "brand", "device_class"),
            announced=("maker",),
        ),
        services=(*services, CONTROL_PORT),
    )


# Source: model and build in CVE5 CVE-2025-66173, Server in rapid7/recog, realm in Greenbone's detection.
HIK_DVR = device(
    *("hik-dvr", "a4:14:37:5b:20:6e", "DS-7204HGHI-F10420190611CCRRD31845067WCVU", "recorder"),
    ("DS-7204HGHI-F1", "V4.30.122", "2020-11-07"),
    search("DS-7204HGHI-F1", channels=4),
    recorder_web("DVRDVS-Webs", "DVRNVRDVS"),
    RECORDER_RTSP,
)

# Source: 4n4nk3/HikPwn README, fields and values of a DS-2DE4220IW-D.
HIK_PTZ = device(
    *("hik-ptz", "54:c4:15:0c:77:a2", "DS-2DE4220IW-D20160905CCWR638451207W", "ptz_camera"),
    ("DS-2DE4220IW-D", "V5.4.3", "2016-08-10"),
    Sadp(
        fields=SADP_2014
        | ACTIVATION
        | {
            "DeviceDescription": "DS-2DE4220IW-D",
            "DSPVersion": "V7.3 build 160801",
            "BootTime": "2019-03-01 00:05:33",
        }
    ),
    camera_web("webserver", "IP Camera(63845)", "V4.0.1build160801"),
    camera_rtsp("IP Camera(63845)"),
)

# Source: model and realm in public file 61964899658, build in CVE5 CVE-2023-28810.
HIK_ACCESS = device(
    *("hik-access", "e0:ba:ad:31:c8:04", "DS-K1T343MWX20230302AAWRGC3015562", "access_terminal"),
    ("DS-K1T343MWX", "V3.14.0", "2023-01-17"),
    search("DS-K1T343MWX"),
    terminal_web("DS-0753f32c"),
    camera_rtsp("DS-0753f32c"),
)

# Source: model and certificate in public file 58559640099; the version line is DS-KV's of
# JoeyGE0/hikvision-fw-archive, its date composed.
HIK_DOOR = device(
    *("hik-door", "bc:9b:5e:60:0f:21", "DS-KV6113-WPE1(C)20210330AAWRFA1240338", "intercom"),
    ("DS-KV6113-WPE1(C)", "V2.1.35", "2021-02-03"),
    search("DS-KV6113-WPE1(C)"),
    Talk(port=443, tls=Certificate("CN=hikvision.com,OU=HZ,O=HIKVISION,L=HZ,ST=ZJ,C=CN")),
)

# Source: model and build in CVE5 CVE-2023-28810.
HIK_INDOOR = device(
    *("hik-indoor", "24:32:ae:19:7d:55", "DS-KH9310-WTE1(B)20220811AAWRK12004573", "intercom"),
    ("DS-KH9310-WTE1(B)", "V2.1.76", "2023-02-04"),
    search("DS-KH9310-WTE1(B)"),
)

# Source: prefix DS-67 with its number of channels in JoeyGE0/hikvision-fw-archive; digits and build
# composed. The web server is that of recorders of its age.
HIK_ENCODER = device(
    *("hik-encoder", "c4:2f:90:77:5e:10", "DS-6708HWI0820170420AAWR750118246", "encoder"),
    ("DS-6708HWI", "V1.0.5", "2017-02-21"),
    search("DS-6708HWI", channels=8),
    recorder_web("DNVRS-Webs", "DVRNVRDVS"),
    recorder_web("DNVRS-Webs", "DVRNVRDVS", port=443, tls=Certificate(RECORDER_NAMES)),
)

# Source: public file 24397865320, the answer of an AX PRO panel, with other random numbers.
ALARM_SESSION = f"""<?xml version="1.0" encoding="UTF-8" ?>
<SessionLoginCap version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<sessionID>{"5D" * 32}</sessionID>
<challenge>{"A7" * 16}</challenge>
<iterations>100</iterations>
<isIrreversible>true</isIrreversible>
<isSupportRTSPWithSession>true</isSupportRTSPWithSession>
<salt>{"C3" * 32}</salt>
<salt2>{"1E" * 32}</salt2>
<sessionIDVersion>2.1</sessionIDVersion>
</SessionLoginCap>
"""
ALARM_HEAD = "Content-Type: application/xml\nContent-Length: @LENGTH@\nConnection: close"
# Source: prefix DS-PWA in JoeyGE0/hikvision-fw-archive; digits and build composed.
HIK_ALARM = device(
    *("hik-alarm", "ec:a9:71:42:0b:9c", "DS-PWA64-L-WE20211018AAWRG30558120", "alarm_panel"),
    ("DS-PWA64-L-WE", "V1.2.3", "2021-07-15"),
    search("DS-PWA64-L-WE"),
    Web(
        pages=(
            Page(
                "/ISAPI/Security/sessionLogin/capabilities",
                reply(f"HTTP/1.1 200 OK\n{ALARM_HEAD}", ALARM_SESSION),
            ),
            Page("/ISAPI/System/deviceInfo", reply(f"HTTP/1.1 401 Unauthorized\n{ALARM_HEAD}", USER_CHECK)),
        ),
        otherwise=reply("HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: close"),
    ),
)

HIKVISION_KINDS = (HIK_DVR, HIK_PTZ, HIK_ACCESS, HIK_DOOR, HIK_INDOOR, HIK_ENCODER, HIK_ALARM)
