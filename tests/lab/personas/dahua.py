"""Devices that run Dahua firmware, of seven kinds and brands."""

from tests.lab.datagram import DHIP_GROUP, Dhip, DnsService, DvripSearch, Mdns, UdpService
from tests.lab.firmware.dahua import (
    CLASSIC_PAGE,
    DVRIP_PORT,
    HASHED_REALM,
    MODERN_HEAD,
    MODERN_PAGE,
    RECORDER_CERTIFICATE,
    SEARCH_INFO,
    UPNP,
    discovery,
    open_rtsp,
    rtsp,
    web,
)
from tests.lab.link import DhcpRequest
from tests.lab.persona import Persona, Truth
from tests.lab.stream import TcpService

SEARCH_SHOWS = ("maker", "model", "device_class", "firmware_version", "serial")
SERIAL_REALM = "Login to @SERIAL@"

DAHUA_IPC = Persona(
    name="dahua-ipc",
    mac="08:ed:ed:87:42:7a",
    serial="6C01E93PAG69A7D",
    ipv6=True,
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Dahua",
        model="IPC-HDW1431T1-S4",
        device_class="camera",
        firmware_version="2.800.0000000.13.R",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("maker", "brand", "model"),
    ),
    services=(
        # Source: public file 28717267299, verbatim but for addresses.
        Dhip(info=SEARCH_INFO),
        discovery("Dahua", "IPC-HDW1431T1-S4", "Profile/G Profile/T"),
        web(HASHED_REALM),
        rtsp(HASHED_REALM),
        DVRIP_PORT,
    ),
)

DAHUA_NVR = Persona(
    name="dahua-nvr",
    mac="3c:ef:8c:18:a5:07",
    serial="4M0A52FPAZ11C84",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        model="NVR5232-4KS2",
        device_class="recorder",
        # Of a real NVR5232; the date shows only after login.
        firmware_version="4.002.0000000.8.R",
        firmware_build_date="2024-10-30",
        shown=SEARCH_SHOWS,
        announced=("maker",),
    ),
    services=(
        Dhip(
            info=SEARCH_INFO
            | {
                "DeviceClass": "NVR",
                "DeviceType": "NVR5232-4KS2",
                "RemoteVideoInputChannels": 32,
                "VideoInputChannels": 0,
            }
        ),
        DvripSearch(kind="NVR", model="NVR5232-4KS2"),
        web(HASHED_REALM, MODERN_HEAD, MODERN_PAGE),
        web(HASHED_REALM, MODERN_HEAD, MODERN_PAGE, port=443, tls=RECORDER_CERTIFICATE),
        rtsp(HASHED_REALM),
        DVRIP_PORT,
    ),
)

DAHUA_THERMAL = Persona(
    name="dahua-thermal",
    mac="38:af:29:51:0e:33",
    serial="5H07B1CPAG4D120",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        # CVE-2021-33044 names the model line; no search reply of a thermal camera is published, so this
        # one has the recorders' and cameras' layout.
        model="TPC-BF1241-T",
        device_class="thermal_camera",
        firmware_version="2.630.0000000.7.R",
        shown=SEARCH_SHOWS,
        announced=("maker",),
    ),
    services=(
        Dhip(
            info=SEARCH_INFO
            | {
                "DeviceClass": "TPC",
                "DeviceType": "TPC-BF1241-T",
                "VideoInputChannels": 2,
            }
        ),
        web(SERIAL_REALM),
        open_rtsp(SERIAL_REALM),
        DVRIP_PORT,
    ),
)

DAHUA_VTO = Persona(
    name="dahua-vto",
    mac="3c:ef:8c:41:6c:ce",
    serial="3C06520PAN00001",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        model="VTO2000A",
        device_class="intercom",
        firmware_version="3.120.0000.0.R",
        shown=SEARCH_SHOWS,
        announced=("maker",),
    ),
    services=(
        # Source: values in the tests of rroller/dahua; General is the maker's neutral label.
        Dhip(
            info=SEARCH_INFO
            | {
                "DeviceClass": "VTO",
                "DeviceType": "VTO2000A",
                "Init": 150,
                "Manufacturer": "General",
                "Vendor": "General",
            }
        ),
        web(SERIAL_REALM),
        rtsp(SERIAL_REALM),
        TcpService(port=5000),
        DVRIP_PORT,
    ),
)

# Source of everything it says unasked: capture of its boot, SeryioGonzalez/onvif_scripts.
AMCREST = Persona(
    name="amcrest",
    mac="9c:8e:cd:0f:0b:1c",
    serial="AMC000B0E09ECE1428",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Amcrest",
        model="IP2M-841B-EIG-IT",
        device_class="camera",
        firmware_version="2.420.AC00.18.R",
        firmware_build_date="2020-02-17",
        shown=("maker", "brand", "model", "device_class", "serial"),
        announced=("maker", "brand", "model", "device_class", "serial"),
    ),
    services=(
        # The capture shows that it joins this group; whether it answers a search is not known.
        UdpService(port=37810, group=DHIP_GROUP),
        discovery("Amcrest", "IP2M-841B-EIG-IT"),
        UPNP,
        Mdns(
            host="@SERIAL@",
            services=(
                DnsService(
                    "@SERIAL@",
                    "_http._tcp",
                    80,
                    (
                        *("host=@SERIAL@", "mac=@MAC@", "ip=@IP@", "subnet=255.255.255.0"),
                        *("gw=10.77.0.1", "dns1=8.8.8.8", "dns2=0.0.0.0"),
                    ),
                ),
                DnsService("IPC_DM368", "_psia._tcp", 80, ("path=/",)),
            ),
        ),
        DhcpRequest(hostname="@SERIAL8@_@SERIAL-6@", parameters=bytes([1, 3, 4, 5, 6, 12, 15, 28, 42])),
        # Source: nmap knows this page with an empty title as an Amcrest's.
        web(SERIAL_REALM, page=CLASSIC_PAGE.replace("WEB SERVICE", "")),
        rtsp(SERIAL_REALM),
        DVRIP_PORT,
    ),
)

# Order of the keys and values: public file 69222311444.
LOREX_KEYS = (
    *("AlarmInputChannels", "AlarmOutputChannels", "DeviceClass", "DeviceType", "HttpPort", "Port3", "Port"),
    *(
        "UnLoginFuncMask",
        "IPv4Address",
        "MachineName",
        "Manufacturer",
        "RemoteVideoInputChannels",
        "SerialNo",
    ),
    *("DeviceID", "Vendor", "Version", "VideoInputChannels", "VideoOutputChannels", "Init", "Find"),
    "FindVersion",
)
LOREX_VALUES = SEARCH_INFO | {
    "DeviceType": "W461ASC",
    "Init": 1162,
    "Port": 35000,
    "Port3": 80,
    "Vendor": "Lorex",
}

LOREX = Persona(
    name="lorex",
    mac="00:1f:54:a9:2e:58",
    # The serial number is that of another Lorex device: public file 10914380742.
    serial="ND021811019863",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Lorex",
        model="W461ASC",
        device_class="camera",
        firmware_version="2.800.030000000.3.R",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("brand",),
    ),
    services=(
        Dhip(info={key: LOREX_VALUES[key] for key in LOREX_KEYS}),
        web(SERIAL_REALM),
        rtsp(SERIAL_REALM),
        TcpService(port=35000),
    ),
)

INTELBRAS = Persona(
    name="intelbras",
    mac="b4:4c:3b:f4:e3:01",
    serial="K3LJ3400209RH",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        brand="Intelbras",
        model="SS 3530 MF FACE W",
        device_class="access_terminal",
        firmware_version="2.000.00IB004.0.R",
        shown=(*SEARCH_SHOWS, "brand"),
        announced=("maker",),
    ),
    services=(
        # Source: public file 68961566355, verbatim but for addresses.
        Dhip(
            info=SEARCH_INFO
            | {
                "AlarmInputChannels": 1,
                "DeviceClass": "BSC",
                "DeviceType": "SS 3530 MF FACE W",
                "FindVersion": 0,
                "Init": 2198,
                "Manufacturer": "Intelbras",
                "Vendor": "Intelbras",
                "VideoOutputChannels": 16,
            }
        ),
        web(SERIAL_REALM),
        rtsp(SERIAL_REALM),
        DVRIP_PORT,
    ),
)

DAHUA = (DAHUA_IPC, DAHUA_NVR, DAHUA_THERMAL, DAHUA_VTO, AMCREST, LOREX, INTELBRAS)
