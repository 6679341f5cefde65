"""How other makers' devices write: plain web pages, gSOAP-style WS-Discovery, Windows hosts."""

from tests.lab.datagram import WsDiscovery
from tests.lab.stream import Page, Web, reply


def page(body: str, server: str = "", status: str = "200 OK", more: str = "") -> bytes:
    """Return an HTML reply; ``more`` is further header lines."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"Server: {server}"] if server else []
    lines += [more] if more else []
    lines += ["Content-Type: text/html", "Content-Length: @LENGTH@", "Connection: close"]
    return reply("\n".join(lines), body)


def titled(title: str, body: str = "") -> str:
    """Return a small HTML document."""
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


def web(title: str, server: str = "", body: str = "", more: tuple[Page, ...] = (), port: int = 80) -> Web:
    """Return a web server with a titled landing page and a plain 404 for the rest."""
    missing = page(titled("404 Not Found", f"<hr>{server}"), server, "404 Not Found")
    return Web(port=port, pages=(Page("/", page(titled(title, body), server)), *more), otherwise=missing)


def discovery(scopes: str, xaddr: str = "http://@IP@/onvif/device_service") -> WsDiscovery:
    """Return plain gSOAP-style ProbeMatches and Hello with the given scopes, in their order.

    Source: envelope of a TP-Link reply (edgexfoundry/device-onvif-camera tests).
    """
    listed = " ".join(f"onvif://www.onvif.org/{scope}" for scope in scopes.split())
    inner = (
        "<wsa:EndpointReference><wsa:Address>urn:uuid:@UUID@</wsa:Address></wsa:EndpointReference>"
        f"<wsdd:Types>dn:NetworkVideoTransmitter</wsdd:Types><wsdd:Scopes>{listed}</wsdd:Scopes>"
        f"<wsdd:XAddrs>{xaddr}</wsdd:XAddrs><wsdd:MetadataVersion>1</wsdd:MetadataVersion>"
    )
    match = f"<wsdd:ProbeMatches><wsdd:ProbeMatch>{inner}</wsdd:ProbeMatch></wsdd:ProbeMatches>"
    relates = "<wsa:RelatesTo>@RELATES@</wsa:RelatesTo>"
    return WsDiscovery(
        types=frozenset({"NetworkVideoTransmitter"}),
        match=_envelope("ProbeMatches", relates, match),
        hello=_envelope("Hello", "", f"<wsdd:Hello>{inner}</wsdd:Hello>"),
    )


def _envelope(kind: str, relates: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
        'xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
        f"<SOAP-ENV:Header><wsa:MessageID>urn:uuid:@UUID@</wsa:MessageID>{relates}"
        f"<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/{kind}</wsa:Action></SOAP-ENV:Header>"
        f"<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )


def windows_discovery() -> WsDiscovery:
    """Return what a Windows host says. Source: its Hello in ntop/nDPI tests, gnutella.pcap."""
    computer = (
        "<wsa:EndpointReference><wsa:Address>urn:uuid:@UUID@</wsa:Address></wsa:EndpointReference>"
        "<wsd:Types>wsdp:Device pub:Computer</wsd:Types>"
        "<wsd:XAddrs>http://@IP@:5357/@UUID@/</wsd:XAddrs><wsd:MetadataVersion>2</wsd:MetadataVersion>"
    )
    relates = "<wsa:RelatesTo>@RELATES@</wsa:RelatesTo>"
    match = f"<wsd:ProbeMatches><wsd:ProbeMatch>{computer}</wsd:ProbeMatch></wsd:ProbeMatches>"
    return WsDiscovery(
        types=frozenset({"Device", "Computer"}),
        match=_windows_envelope("ProbeMatches", relates, match),
        hello=_windows_envelope("Hello", "", f"<wsd:Hello>{computer}</wsd:Hello>"),
    )


def _windows_envelope(kind: str, relates: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
        'xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
        'xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof" '
        'xmlns:pub="http://schemas.microsoft.com/windows/pub/2005/07"><soap:Header>'
        "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
        f"<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/{kind}</wsa:Action>"
        f"<wsa:MessageID>urn:uuid:@UUID@</wsa:MessageID>{relates}</soap:Header>"
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    )
