"""One message of every protocol that is taken in, and a fact that it must give."""

import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scanner.model.field import Field


def certificate() -> bytes:
    """Return a certificate with names of a Hikvision device (rapid7/recog x509_subjects.xml)."""
    pairs = ((NameOID.ORGANIZATION_NAME, "HIKVISION"), (NameOID.COMMON_NAME, "www.hikvision.com"))
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in pairs])
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


# Headers after captures of DNVRS-Webs devices in maciej-or/hikvision_next issue 50.
HTTP = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: DNVRS-Webs\r\nContent-Length: 0\r\n"
    b'WWW-Authenticate: Digest realm="DVRNVRDVS", qop="auth"\r\n\r\n'
)
# public file 3871947592.
RTSP = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 3\r\nWWW-Authenticate: Digest realm="IP Camera(C5654)"\r\n\r\n'
# Cut from the answer of a DS-2CD2385G1-I quoted in public file 28488762960.
SADP = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<ProbeMatch>\n<Types>inquiry</Types>\n'
    b"<DeviceDescription>DS-2CD2385G1-I</DeviceDescription>\n<MAC>58-50-ed-1f-e3-85</MAC>\n"
    b"<SoftwareVersion>V5.6.2build 190701</SoftwareVersion>\n</ProbeMatch>"
)
# Laid out after sadp.c in LLLL-M/privateCodeforItsc.
SADP_FRAME = (
    bytes.fromhex("210201f6 0000115e 0604 04 00 0000 4419b6aabbcc c0a80140 020000000001 c0a8010a ffffff00")
    + b"DS-2CD1301-I20200921AAWRE28576815".ljust(48, b"\0")
    + bytes.fromhex("00000002 00001f40 00000001 00000000")
    + b"V5.4.5build 170123".ljust(48, b"\0")
    + b"V7.3 build 170111".ljust(48, b"\0")
    + b"2020-10-01 08:00:00".ljust(48, b"\0")
)
# Cut from the answer of an IPC-HDW1431T1-S4 quoted in public file 28717267299.
DHIP = (
    b'{"mac":"08:ed:ed:87:42:7a","method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceClass":"IPC",'
    b'"DeviceType":"IPC-HDW1431T1-S4","Version":"2.800.0000000.13.R"}}}\n\0'
)
# julienblitte/UniversalScanner Dahua1.selftest.
DHIP_LEGACY = (
    bytes.fromhex(
        "b30018005800000000000000000000000200000058000000000000000000000000000000000000005669727475616c00"
        "0000000000000000f0000300ff0000007f000001000000000a070809b8223200000000000000320000000000000050"
        "00bb0191930a00909392930000efff2a2a3a8f000000000000"
    )
    + b"00:11:22:33:44:55Virtual"
    + b"Name:Dahua\r\nDevice:Virtual\r\nIPv6Addr:fe80::1/64;gateway:fe80::\r\n\r\nSerialNo:123456789\r\n\r\n"
)
# Cut from the answer of an Amcrest camera in SeryioGonzalez/onvif_scripts onvif_device_discovery.pcap.
WSDISCOVERY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    b' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
    b"<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
    b"<a:Address>uuid:8092f7b0-f116-4d9b-960c-dc3287594be5</a:Address></a:EndpointReference>"
    b"<d:Types>dn:NetworkVideoTransmitter</d:Types>"
    b"<d:Scopes>onvif://www.onvif.org/hardware/IP2M-841B-EIG-IT</d:Scopes>"
    b"</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
)
# public file 52463413560.
ONVIF = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body><tds:GetDeviceInformationResponse>'
    b"<tds:Manufacturer>Hikvision</tds:Manufacturer><tds:Model>DS-2CD2085G1-I</tds:Model>"
    b"</tds:GetDeviceInformationResponse></s:Body></s:Envelope>"
)
# SeryioGonzalez/onvif_scripts onvif_device_restart.pcap.
SSDP = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nSERVER: Linux, UPnP/1.0, Private Upnp SDK\r\n"
    b"NT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    b"USN: uuid:device_3_0-AMC000B0E09ECE1428::upnp:rootdevice\r\n\r\n"
)
# home-assistant/core issue 76383, cut.
UPNP = (
    b'<root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
    b"<manufacturer>D-link</manufacturer><modelName>DSL-X1852E</modelName></device></root>"
)
# The PTR record of _psia._tcp.local in SeryioGonzalez/onvif_scripts onvif_device_restart.pcap.
MDNS = (
    bytes.fromhex("000084000000000100000000")
    + b"\x05_psia\x04_tcp\x05local\0"
    + bytes.fromhex("000c0001000011940017")
    + b"\x09IPC_DM368\x05_psia\x04_tcp\xc0\x17"
)
# RFC 2131 layout: a DISCOVER with options 53, 12 and 60.
DHCP = (
    bytes.fromhex("01010600 00003d1d 00000000") + bytes(16) + bytes.fromhex("5850ed1fe385") + bytes(10 + 192)
    + bytes.fromhex("63825363 350101 0c05") + b"cam-7" + b"\x3c\x0cudhcp 1.19.4\xff"
)  # fmt: skip
# RFC 2236 layout: a version 2 report for SADP's and SSDP's group.
IGMP = bytes.fromhex("1600fa02 effffffa")
ARP = bytes.fromhex("0001080006040002 5850ed1fe385 0a000005 020000000001 0a000001")
FRAME = bytes.fromhex("020000000001 5850ed1fe385 0806") + ARP
# docs/nmap.dtd of the nmap distribution.
NMAP = (
    b'<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap"><host><status state="up"/>'
    b'<address addr="10.0.0.5" addrtype="ipv4"/><ports><port protocol="tcp" portid="554">'
    b'<state state="open"/><service name="rtsp" product="Hikvision 7513 POE IP camera rtspd"/></port></ports>'
    b"</host></nmaprun>"
)

ICON = b"\0\0\1\0icon"

MESSAGES: dict[str, tuple[bytes, Field, str]] = {
    "http": (HTTP, Field.HTTP_REALM, "DVRNVRDVS"),
    "favicon": (ICON, Field.FAVICON_MD5, hashlib.md5(ICON).hexdigest()),
    "onvif": (ONVIF, Field.ONVIF_MODEL, "DS-2CD2085G1-I"),
    "upnp": (UPNP, Field.UPNP_MODEL_NAME, "DSL-X1852E"),
    "rtsp": (RTSP, Field.RTSP_REALM, "IP Camera(C5654)"),
    "tls": (certificate(), Field.X509_SUBJECT, "CN=www.hikvision.com,O=HIKVISION"),
    "sadp": (SADP, Field.SADP_MODEL, "DS-2CD2385G1-I"),
    "sadp_frame": (SADP_FRAME, Field.SADP_SOFTWARE, "V5.4.5build 170123"),
    "dhip": (DHIP, Field.DHIP_MODEL, "IPC-HDW1431T1-S4"),
    "dhip_legacy": (DHIP_LEGACY, Field.DHIP_LEGACY, "Virtual"),
    "wsdiscovery": (WSDISCOVERY, Field.ONVIF_SCOPE, "hardware/IP2M-841B-EIG-IT"),
    "ssdp": (SSDP, Field.SSDP_SERVER, "Linux, UPnP/1.0, Private Upnp SDK"),
    "mdns": (MDNS, Field.MDNS_SERVICE, "IPC_DM368._psia._tcp.local"),
    "dhcp": (DHCP, Field.DHCP_VENDOR_CLASS, "udhcp 1.19.4"),
    "snmp": (b"DH-NVR4108HS-8P-4KS2", Field.SNMP_DESCRIPTION, "DH-NVR4108HS-8P-4KS2"),
    "igmp": (IGMP, Field.IGMP_GROUP, "239.255.255.250"),
    "arp": (ARP, Field.MAC, "58:50:ed:1f:e3:85"),
    "frame": (FRAME, Field.MAC, "58:50:ed:1f:e3:85"),
    "ssh": (b"SSH-2.0-dropbear_2019.78\r\n", Field.SSH_BANNER, "SSH-2.0-dropbear_2019.78"),
    "ftp": (b"220 (vsFTPd 3.0.3)\r\n", Field.FTP_BANNER, "220 (vsFTPd 3.0.3)"),
    "telnet": (b"\xff\xfd\x01LocalHost login: ", Field.TELNET_BANNER, "LocalHost login:"),
    "tcp": (b"+OK hello\r\n", Field.TCP_BANNER, "+OK hello\r\n"),
    "nmap": (NMAP, Field.NMAP_PRODUCT, "Hikvision 7513 POE IP camera rtspd"),
}
