"""The table of targets: a line for each reader of bytes from outside.

A new decoder needs a line here and a seed in the directory of that name; a test fails without.
"""

from scanner.intake import findings_csv, findings_jsonl, protocol
from scanner.intake.kinds import BUILTIN_KINDS
from scanner.protocols import (
    arp,
    certificate,
    challenge,
    dhcp,
    dhip,
    favicon,
    frame,
    head,
    html,
    http,
    igmp,
    lldp,
    mdns,
    neighbour,
    nmap_xml,
    onvif,
    opening,
    rtsp,
    sadp,
    scope,
    ssdp,
    tcp,
    tls,
    upnp,
    wsdiscovery,
    xml,
)
from tests.fuzz import listening, reading
from tests.fuzz.reading import as_text, imported
from tests.fuzz.target import Target

# What one Ethernet frame carries, and what a discovery answer of several fragments does at most.
_FRAME = 1514
_DATAGRAM = 4096
_STREAM = 16 * 1024

# Earlier results, which name each fact.
_CENSUSES = (findings_csv.KIND, findings_jsonl.KIND)

TARGETS = (
    Target("frame", (reading.frame_parts, frame.read), _FRAME),
    Target("link", (listening.linked_frame,), _FRAME),
    Target("arp", (arp.read, arp.read_packet), 128),
    Target("neighbour", (neighbour.read,), 256),
    Target("igmp", (igmp.read, igmp.groups), _FRAME),
    Target("lldp", (lldp.read, lldp.parse), _FRAME),
    Target("tcp", (tcp.read, tcp.parse), _FRAME),
    Target("dhcp", (dhcp.read, dhcp.parse, dhcp.parse_grant), _FRAME),
    Target("mdns", (mdns.read, mdns.records, as_text(mdns.read_text)), _DATAGRAM),
    Target("ssdp", (ssdp.read,), _DATAGRAM),
    Target("wsdiscovery", (wsdiscovery.read, as_text(wsdiscovery.endpoint_mac)), _DATAGRAM),
    Target("sadp", (sadp.read,), _DATAGRAM),
    Target("sadp_frame", (sadp.read_frame, sadp.parse_frame), _FRAME),
    Target("dhip", (dhip.read,), _DATAGRAM),
    Target("dhip_legacy", (dhip.read_legacy, dhip.parse_legacy), _FRAME),
    Target("scope", (scope.read, as_text(scope.read_text)), _DATAGRAM),
    Target("xml", (xml.read_document, xml.parse, xml.decode), _DATAGRAM),
    Target("onvif", (onvif.read,), _STREAM),
    Target("upnp", (upnp.read,), _DATAGRAM),
    Target("opening", (opening.looks_like,), _DATAGRAM),
    Target("head", (head.parse, head.text), _DATAGRAM),
    Target("challenge", (as_text(challenge.read_challenges), as_text(challenge.nonce_form)), _DATAGRAM),
    Target("body", (reading.unwrapped,), _DATAGRAM, growth=400),
    Target("http", (http.read, http.parse), _STREAM, growth=400),
    Target("html", (as_text(html.read),), _STREAM),
    Target("favicon", (favicon.read,), _DATAGRAM),
    Target("rtsp", (rtsp.read, rtsp.parse, rtsp.is_whole), _DATAGRAM),
    Target("tls", (tls.read, tls.read_flight), _STREAM),
    Target("certificate", (certificate.read,), _DATAGRAM),
    Target("banner", (reading.greeting,), _DATAGRAM),
    Target("snmp", (protocol.read_sys_descr,), _FRAME),
    Target("nmap_xml", (nmap_xml.read, nmap_xml.parse, nmap_xml.is_complete), _STREAM),
    Target("ear", (listening.ear,), _STREAM, growth=400),
    Target("flow", (listening.conversation,), _STREAM, growth=400),
    Target("reply", (listening.server_words,), _STREAM, growth=400),
    Target("pcap", (listening.capture,), _STREAM),
    Target("pcapng", (listening.capture,), _STREAM),
    # One byte of these becomes some thousands; a longer bomb takes longer, and no more memory.
    Target("compressed_capture", (listening.capture,), 1024),
    *(
        Target(f"import-{kind.name}", (imported(kind.read),), _STREAM, 400, kind in _CENSUSES)
        for kind in BUILTIN_KINDS
    ),
    Target("record", (reading.records,), _DATAGRAM),
    Target("judge", (imported(reading.judge_lines),), _STREAM, growth=400, takes_facts=True),
    Target("labelled_record", (reading.labelled_records,), _STREAM, growth=400, takes_facts=True),
    Target("signature_file", (reading.signature_file,), _STREAM),
)

BY_NAME = {target.name: target for target in TARGETS}
