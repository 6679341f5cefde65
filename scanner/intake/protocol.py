"""The protocols whose raw messages are taken in, each with the reader that a live sweep uses, too."""

from collections.abc import Callable
from dataclasses import dataclass

from scanner.model.field import Field
from scanner.model.host import Transport
from scanner.model.observation import Fact
from scanner.protocols import (
    arp,
    banner,
    certificate,
    dhcp,
    dhip,
    favicon,
    frame,
    http,
    igmp,
    mdns,
    nmap_xml,
    onvif,
    rtsp,
    sadp,
    ssdp,
    upnp,
    wsdiscovery,
)
from scanner.protocols.text import decode


def read_sys_descr(data: bytes) -> tuple[Fact, ...]:
    """Return the sysDescr that the text is; empty text says nothing."""
    text = decode(data).strip()
    return (Fact(Field.SNMP_DESCRIPTION, text, data),) if text else ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """A kind of raw message: its name, what the message is, its reader and its other names.

    ``read`` never raises and returns () for bytes that are not this protocol.
    """

    name: str
    note: str
    read: Callable[[bytes], tuple[Fact, ...]]
    aliases: tuple[str, ...] = ()
    transport: Transport = Transport.TCP


_UDP = Transport.UDP

PROTOCOLS: tuple[Protocol, ...] = (
    Protocol("http", "HTTP reply, head and body", http.read, ("http.response", "https")),
    Protocol("favicon", "icon file of a site, whole", favicon.read),
    Protocol("onvif", "ONVIF SOAP response body", onvif.read, ("onvif.device_info",)),
    Protocol("upnp", "UPnP device description", upnp.read, ("upnp.description",)),
    Protocol("rtsp", "RTSP reply", rtsp.read, ("rtsp.response",)),
    Protocol("tls", "server certificate, DER or PEM", certificate.read, ("x509",)),
    Protocol("sadp", "SADP answer, UDP 37020", sadp.read, ("sadp.reply",), _UDP),
    Protocol("sadp_frame", "SADP answer behind ethertype 0x8033", sadp.read_frame, (), _UDP),
    Protocol("dhip", "DHIP answer, UDP 37810", dhip.read, ("dhip.reply",), _UDP),
    Protocol("dhip_legacy", "binary search answer, UDP 5050", dhip.read_legacy, (), _UDP),
    Protocol("wsdiscovery", "WS-Discovery message", wsdiscovery.read, ("wsd", "wsd.probematch"), _UDP),
    Protocol("ssdp", "SSDP announcement or answer", ssdp.read, ("ssdp.response",), _UDP),
    Protocol("mdns", "mDNS response", mdns.read, (), _UDP),
    Protocol("dhcp", "DHCP message of a client, from its op byte", dhcp.read, (), _UDP),
    Protocol("snmp", "sysDescr as text", read_sys_descr, ("snmp.sysdescr",), _UDP),
    Protocol("igmp", "IGMP report, behind its IP header", igmp.read),
    Protocol("arp", "ARP packet, behind its Ethernet header", arp.read),
    Protocol("frame", "Ethernet frame; its sender's address is read", frame.read),
    Protocol("ssh", "SSH greeting", banner.read_ssh, ("ssh.banner",)),
    Protocol("ftp", "FTP greeting", banner.read_ftp, ("ftp.banner",)),
    Protocol("telnet", "telnet greeting", banner.read_telnet, ("telnet.banner",)),
    Protocol("tcp", "what another TCP service says unasked", banner.read, ("tcp.banner", "banner")),
    Protocol("nmap", "XML of nmap -oX about this host", nmap_xml.read),
)

BY_NAME: dict[str, Protocol] = {
    name: protocol for protocol in PROTOCOLS for name in (protocol.name, *protocol.aliases)
}
