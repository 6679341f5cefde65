"""Devices that answer badly or not at all: each may cost a census its own deadline and nothing else."""

from tests.lab.datagram import Dhip, WsDiscovery
from tests.lab.firmware.dahua import SEARCH_INFO
from tests.lab.firmware.plain import page, titled, web
from tests.lab.link import ArpOnly
from tests.lab.misbehaviour import Endless, Fragile, Garbage, GzipBomb, Reset, Tarpit
from tests.lab.persona import Persona, Truth
from tests.lab.stream import Page, Web, reply

NOT_ASSESSED = Truth(verdict="not_assessed")
NOT_MATCHED = Truth(verdict="not_matched")

SILENT = Persona(
    name="silent", mac="02:a7:00:00:01:00", truth=NOT_ASSESSED, has_ip=False, services=(ArpOnly(),)
)
TARPIT = Persona(
    name="tarpit",
    mac="02:a7:00:00:02:00",
    truth=NOT_ASSESSED,
    services=tuple(Tarpit(port=port) for port in (80, 443, 554, 8000)),
)
RESETTER = Persona(
    name="resetter",
    mac="02:a7:00:00:03:00",
    truth=NOT_MATCHED,
    services=(Reset(port=80), Reset(port=554)),
)
GARBAGE = Persona(
    name="garbage",
    mac="02:a7:00:00:04:00",
    truth=NOT_MATCHED,
    services=tuple(Garbage(port=port) for port in (80, 443, 554, 8000)),
)
ENDLESS = Persona(name="endless", mac="02:a7:00:00:05:00", truth=NOT_MATCHED, services=(Endless(port=80),))
GZIP_BOMB = Persona(
    name="gzip-bomb", mac="02:a7:00:00:06:00", truth=NOT_MATCHED, services=(GzipBomb(otherwise=b""),)
)

# Nested entities and an external one, as in CWE-776 and CWE-611.
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "http://10.77.0.2:9/x">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    + '<!ENTITY a0 "ha">]>'
)
HOSTILE_XML = Persona(
    name="hostile-xml",
    mac="02:a7:00:00:07:00",
    truth=NOT_MATCHED,
    services=(
        web(
            "Camera",
            "nginx",
            more=(
                Page("/onvif/device_service", page(BILLION_LAUGHS + "<Envelope>&a9;&x;</Envelope>", "nginx")),
                Page("/SDK/activateStatus", page("<a>" * 100_000, "nginx")),
            ),
        ),
        WsDiscovery(
            types=frozenset({"NetworkVideoTransmitter", "Device"}),
            match=BILLION_LAUGHS + "<Envelope><Body>&a9;&x;@RELATES@</Body></Envelope>",
        ),
    ),
)

# A terminal escape, rich's markup, a spreadsheet formula and a right-to-left override.
HOSTILE_TEXT = "=1+1\x1b]0;owned\x07\x1b[31m[red]DS[/red][/foo]\u202e"
CONTROL_CHARACTERS = Persona(
    name="control-characters",
    mac="02:a7:00:00:08:00",
    serial="=2K0488CPAGS0ND",
    truth=Truth(
        verdict="flagged",
        maker="Dahua",
        model=HOSTILE_TEXT,
        firmware_version="2.800.0000000.13.R",
        shown=("maker", "model", "firmware_version", "serial"),
    ),
    services=(
        web(HOSTILE_TEXT, HOSTILE_TEXT),
        Dhip(info=SEARCH_INFO | {"DeviceType": HOSTILE_TEXT}),
    ),
)
HUGE_HEADER = Persona(
    name="huge-header",
    mac="02:a7:00:00:09:00",
    truth=NOT_MATCHED,
    services=(
        Web(
            otherwise=reply(f"HTTP/1.1 200 OK\nServer: nginx\nX-Filler: {'x' * 1_000_000}\nContent-Length: 0")
        ),
    ),
)
FRAGILE = Persona(
    name="fragile",
    mac="02:a7:00:00:0a:00",
    truth=NOT_MATCHED,
    services=(Fragile(lives=5, otherwise=page(titled("Sensor"), "thttpd")),),
)

AWKWARD = (
    *(SILENT, TARPIT, RESETTER, GARBAGE, ENDLESS, GZIP_BOMB, HOSTILE_XML, CONTROL_CHARACTERS),
    *(HUGE_HEADER, FRAGILE),
)
