"""Single facts told by name: the names that are accepted, and what else each fact implies."""

from collections.abc import Callable

from scanner.model.field import Field
from scanner.model.host import canonical_mac
from scanner.model.observation import Fact
from scanner.protocols import banner, challenge, http, mdns, rtsp, sadp, scope, ssdp, wsdiscovery

# Names that other tools use for our fields. Sources: the ``matches`` attributes of rapid7/recog's XML
# files, and the names in which banner collections label their columns.
ALIASES: dict[str, Field] = {
    "dhcp_vendor_class": Field.DHCP_VENDOR_CLASS,
    "favicon.hash": Field.FAVICON_MMH3,
    "http.body": Field.HTTP_BODY,
    "http.favicon_md5": Field.FAVICON_MD5,
    "http.favicon_mmh3": Field.FAVICON_MMH3,
    "http.head": Field.HTTP_HEAD,
    "http.realm": Field.HTTP_REALM,
    "http.server": Field.HTTP_SERVER,
    "http.title": Field.HTML_TITLE,
    "http_header.cookie": Field.HTTP_COOKIE,
    "http_header.www-authenticate": Field.HTTP_WWWAUTH,
    "mac": Field.MAC,
    "rtsp.realm": Field.RTSP_REALM,
    "rtsp.server": Field.RTSP_SERVER,
    "snmp.sys_description": Field.SNMP_DESCRIPTION,
    "snmp.sysdescr": Field.SNMP_DESCRIPTION,
    "snmp.sysobjectid": Field.SNMP_OBJECT_ID,
    "tls.issuer": Field.X509_ISSUER,
    "tls.subject": Field.X509_SUBJECT,
}
BY_NAME: dict[str, Field] = {field.value: field for field in Field} | ALIASES

# What a field's text is wrapped in, so that the reader of whole messages can take it.
_BODY_HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
_HEAD_END = b"\r\n\r\n"

_HTTP_CHALLENGE = challenge.Fields(Field.HTTP_WWWAUTH, Field.HTTP_REALM, Field.HTTP_NONCE_FORM)
_RTSP_CHALLENGE = challenge.Fields(Field.RTSP_WWWAUTH, Field.RTSP_REALM)
_HEAD_FIELDS = frozenset({Field.HTTP_HEAD, Field.HTTP_STATUS})

Expander = Callable[[str, bytes], tuple[Fact, ...]]


def read(field: Field, value: str) -> tuple[Fact, ...]:
    """Return the fact and what follows from it, as a sweep would have read it off the whole message.

    Empty text says nothing. The evidence is the text itself.
    """
    if not value:
        return ()
    raw = value.encode("utf-8", "backslashreplace")
    stated = (Fact(field, value, raw),)
    expand = _EXPANDERS.get(field)
    return (expand(value, raw) or stated) if expand else stated


def _hardware_address(field: Field) -> Expander:
    def canonical(value: str, raw: bytes) -> tuple[Fact, ...]:
        return (Fact(field, canonical_mac(value) or value, raw),)

    return canonical


def _page(_value: str, raw: bytes) -> tuple[Fact, ...]:
    return tuple(fact for fact in http.read(_BODY_HEAD + raw) if fact.field not in _HEAD_FIELDS)


def _http_head(_value: str, raw: bytes) -> tuple[Fact, ...]:
    return http.read(raw + _HEAD_END)


def _rtsp_head(_value: str, raw: bytes) -> tuple[Fact, ...]:
    return rtsp.read(raw + _HEAD_END)


def _wsd_endpoint(value: str, raw: bytes) -> tuple[Fact, ...]:
    mac = wsdiscovery.endpoint_mac(value)
    stamped = (Fact(Field.WSD_ENDPOINT_MAC, mac, raw),) if mac else ()
    return (Fact(Field.WSD_ENDPOINT, value, raw), *stamped)


_EXPANDERS: dict[Field, Expander] = {
    **{
        field: _hardware_address(field)
        for field in (Field.MAC, Field.SADP_MAC, Field.DHIP_MAC, Field.WSD_ENDPOINT_MAC)
    },
    Field.HTTP_BODY: _page,
    Field.HTTP_HEAD: _http_head,
    Field.HTTP_WWWAUTH: lambda value, raw: challenge.facts(value, _HTTP_CHALLENGE, raw),
    Field.RTSP_HEAD: _rtsp_head,
    Field.RTSP_WWWAUTH: lambda value, raw: challenge.facts(value, _RTSP_CHALLENGE, raw),
    Field.SSDP_HEAD: lambda _value, raw: ssdp.read(raw),
    Field.SADP_REPLY: lambda _value, raw: sadp.read(raw),
    Field.ONVIF_SCOPES: lambda value, _raw: scope.read_text(value),
    Field.WSD_ENDPOINT: _wsd_endpoint,
    Field.MDNS_SERVICE: lambda value, _raw: mdns.read_text(value),
    Field.SSH_BANNER: lambda _value, raw: banner.read_ssh(raw),
    Field.FTP_BANNER: lambda _value, raw: banner.read_ftp(raw),
    Field.TELNET_BANNER: lambda _value, raw: banner.read_telnet(raw),
}
