"""The closed list of facts that a device can show, each with the layer it was learned on."""

from enum import Enum, StrEnum
from typing import Self


class Layer(Enum):
    """An independent way of knowing; two strong matches count double only when their layers differ."""

    LINK = "link"
    DISCOVERY = "discovery"
    WEB = "web"
    STREAM = "stream"
    TLS = "tls"
    SERVICE = "service"


class Field(StrEnum):
    """One kind of fact, named ``protocol.element``; signatures match on exactly one of these."""

    layer: Layer
    note: str

    def __new__(cls, value: str, layer: Layer, note: str) -> Self:
        """Make a member whose value is the dotted name."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.layer = layer
        member.note = note
        return member

    # link
    MAC = "link.mac", Layer.LINK, "hardware address, lower-case hex with colons"
    OUI_REGISTRANT = "link.oui_registrant", Layer.LINK, "exact registry name of the address block's owner"
    DHCP_VENDOR_CLASS = "dhcp.vendor_class", Layer.LINK, "DHCP option 60"
    DHCP_HOSTNAME = "dhcp.hostname", Layer.LINK, "DHCP option 12"
    DHCP_PARAMETERS = "dhcp.parameter_list", Layer.LINK, "DHCP option 55, decimal numbers with commas"
    DHCP_CLIENT_ID = "dhcp.client_id", Layer.LINK, "DHCP option 61, hex"
    IGMP_GROUP = "igmp.group", Layer.LINK, "multicast group that the host joined"
    SWITCH_PORT = "link.switch_port", Layer.LINK, "switch and port behind which the MAC was learned"

    # discovery protocols
    LLDP_CHASSIS = "lldp.chassis_id", Layer.DISCOVERY, "LLDP chassis id; a MAC in lower-case hex with colons"
    LLDP_NAME = "lldp.system_name", Layer.DISCOVERY, "LLDP system name"
    LLDP_DESCRIPTION = "lldp.system_description", Layer.DISCOVERY, "LLDP system description"
    LLDP_PORT = "lldp.port_description", Layer.DISCOVERY, "LLDP port description"
    SADP_MODEL = "sadp.device_description", Layer.DISCOVERY, "SADP DeviceDescription: the model"
    SADP_SERIAL = "sadp.serial_number", Layer.DISCOVERY, "SADP DeviceSN"
    SADP_SOFTWARE = "sadp.software_version", Layer.DISCOVERY, "SADP SoftwareVersion with its build"
    SADP_DSP = "sadp.dsp_version", Layer.DISCOVERY, "SADP DSPVersion"
    SADP_TYPE = "sadp.device_type", Layer.DISCOVERY, "SADP DeviceType number"
    SADP_MAC = "sadp.mac", Layer.DISCOVERY, "SADP MAC, normalised"
    SADP_ACTIVATED = "sadp.activated", Layer.DISCOVERY, "SADP Activated: true or false"
    SADP_CHANNELS = "sadp.channels", Layer.DISCOVERY, "SADP analogue plus digital channels"
    SADP_REPLY = "sadp.reply", Layer.DISCOVERY, "the whole SADP message, as text"
    DHIP_MODEL = "dhip.device_type", Layer.DISCOVERY, "DHIP DeviceType: the model"
    DHIP_CLASS = "dhip.device_class", Layer.DISCOVERY, "DHIP DeviceClass, e.g. IPC"
    DHIP_SERIAL = "dhip.serial_number", Layer.DISCOVERY, "DHIP SerialNo"
    DHIP_VERSION = "dhip.version", Layer.DISCOVERY, "DHIP Version: the firmware"
    DHIP_VENDOR = "dhip.vendor", Layer.DISCOVERY, "DHIP Vendor"
    DHIP_MANUFACTURER = "dhip.manufacturer", Layer.DISCOVERY, "DHIP Manufacturer"
    DHIP_MAC = "dhip.mac", Layer.DISCOVERY, "DHIP mac, normalised"
    DHIP_CHANNELS = "dhip.channels", Layer.DISCOVERY, "DHIP video plus remote video input channels"
    DHIP_INIT = "dhip.init", Layer.DISCOVERY, "DHIP Init number"
    DHIP_METHOD = "dhip.method", Layer.DISCOVERY, "DHIP JSON method of the message"
    DHIP_LEGACY = "dhip.legacy", Layer.DISCOVERY, "device type in a valid UDP 5050 search reply"
    WSD_NAMESPACE = "wsd.namespace", Layer.DISCOVERY, "one XML namespace declared in the envelope"
    WSD_ENDPOINT = "wsd.endpoint", Layer.DISCOVERY, "WS-Discovery endpoint address"
    WSD_ENDPOINT_MAC = "wsd.endpoint_mac", Layer.DISCOVERY, "node of a version 1 UUID stamped 1970-1975"
    WSD_TYPES = "wsd.types", Layer.DISCOVERY, "WS-Discovery Types"
    WSD_XADDR = "wsd.xaddr", Layer.DISCOVERY, "one XAddrs URL; evidence, never a target"
    ONVIF_SCOPES = "onvif.scopes", Layer.DISCOVERY, "the whole scope list, in wire order, blank separated"
    ONVIF_SCOPE = "onvif.scope", Layer.DISCOVERY, "one scope, percent-decoded, without its prefix"
    MDNS_SERVICE = "mdns.service", Layer.DISCOVERY, "DNS-SD service type or instance name"
    MDNS_HOST = "mdns.host", Layer.DISCOVERY, "mDNS host name"
    MDNS_TXT = "mdns.txt", Layer.DISCOVERY, "one TXT string, key=value"
    MDNS_TXT_KEYS = "mdns.txt_keys", Layer.DISCOVERY, "TXT keys of one record in wire order, with commas"
    SSDP_SERVER = "ssdp_header.server", Layer.DISCOVERY, "SSDP SERVER line"
    SSDP_USN = "ssdp_header.usn", Layer.DISCOVERY, "SSDP USN"
    SSDP_ST = "ssdp_header.st", Layer.DISCOVERY, "SSDP ST or NT"
    SSDP_LOCATION = "ssdp_header.location", Layer.DISCOVERY, "SSDP LOCATION; evidence, never a target"
    SSDP_HEAD = "ssdp_head", Layer.DISCOVERY, "the whole SSDP message"
    UPNP_MANUFACTURER = "upnp.manufacturer", Layer.DISCOVERY, "UPnP description manufacturer"
    UPNP_MODEL_NAME = "upnp.model_name", Layer.DISCOVERY, "UPnP description modelName"
    UPNP_MODEL_NUMBER = "upnp.model_number", Layer.DISCOVERY, "UPnP description modelNumber"
    UPNP_MODEL_DESCRIPTION = "upnp.model_description", Layer.DISCOVERY, "UPnP modelDescription"
    UPNP_FRIENDLY_NAME = "upnp.friendly_name", Layer.DISCOVERY, "UPnP description friendlyName"
    UPNP_SERIAL = "upnp.serial_number", Layer.DISCOVERY, "UPnP description serialNumber"
    UPNP_DEVICE_TYPE = "upnp.device_type", Layer.DISCOVERY, "UPnP description deviceType"

    # web
    HTTP_HEAD = "http_head", Layer.WEB, "status line and headers as sent, lines ended by LF"
    HTTP_STATUS = "http_status", Layer.WEB, "status code"
    HTTP_SERVER = "http_header.server", Layer.WEB, "Server header"
    HTTP_WWWAUTH = "http_header.wwwauth", Layer.WEB, "one WWW-Authenticate line"
    HTTP_LOCATION = "http_header.location", Layer.WEB, "Location header; evidence, never a target"
    HTTP_COOKIE = "http_header.set_cookie", Layer.WEB, "one Set-Cookie line"
    HTTP_POWERED_BY = "http_header.x_powered_by", Layer.WEB, "X-Powered-By header"
    HTTP_NAMES = "http_header.names", Layer.WEB, "header names as spelled, in wire order, with commas"
    HTTP_ETAG_FORM = "http_header.etag_form", Layer.WEB, "shape of an ETag whose sums agree"
    HTTP_REALM = "http_auth.realm", Layer.WEB, "realm of a challenge"
    HTTP_NONCE_FORM = "http_auth.nonce_form", Layer.WEB, "shape that the nonce decodes to"
    HTTP_BODY = "http_body", Layer.WEB, "page text, capped"
    HTML_TITLE = "html_title", Layer.WEB, "page title"
    HTML_SCRIPT = "html_script", Layer.WEB, "one script address in the page"
    HTML_GENERATOR = "html_generator", Layer.WEB, "meta generator"
    FAVICON_MMH3 = "favicon.mmh3", Layer.WEB, "MurmurHash3 of the base64 icon, signed decimal"
    FAVICON_MD5 = "favicon.md5", Layer.WEB, "MD5 of the icon, hex"
    XML_NAMESPACE = "xml.namespace", Layer.WEB, "XML namespace that an HTTP body declares, or its root"
    ONVIF_NAMESPACE = "onvif.namespace", Layer.WEB, "one service namespace that ONVIF GetServices lists"
    ONVIF_FAULT = "onvif.fault", Layer.WEB, "reason text of a SOAP fault"
    ONVIF_MANUFACTURER = "onvif.manufacturer", Layer.WEB, "GetDeviceInformation Manufacturer"
    ONVIF_MODEL = "onvif.model", Layer.WEB, "GetDeviceInformation Model"
    ONVIF_FIRMWARE = "onvif.firmware_version", Layer.WEB, "GetDeviceInformation FirmwareVersion"
    ONVIF_SERIAL = "onvif.serial_number", Layer.WEB, "GetDeviceInformation SerialNumber"
    ONVIF_HARDWARE = "onvif.hardware_id", Layer.WEB, "GetDeviceInformation HardwareId"

    # stream
    RTSP_HEAD = "rtsp_head", Layer.STREAM, "status line and headers as sent, lines ended by LF"
    RTSP_SERVER = "rtsp_header.server", Layer.STREAM, "Server header"
    RTSP_PUBLIC = "rtsp_header.public", Layer.STREAM, "Public header"
    RTSP_WWWAUTH = "rtsp_header.wwwauth", Layer.STREAM, "one WWW-Authenticate line"
    RTSP_REALM = "rtsp_auth.realm", Layer.STREAM, "realm of a challenge"

    # TLS
    X509_SUBJECT = "x509.subject", Layer.TLS, "subject as RFC 4514 writes it, last part first: CN=..,C=.."
    X509_ISSUER = "x509.issuer", Layer.TLS, "issuer, likewise"
    X509_SHA256 = "x509.sha256", Layer.TLS, "SHA-256 of the certificate"

    # other services
    SSH_BANNER = "ssh.banner", Layer.SERVICE, "SSH identification line"
    FTP_BANNER = "ftp.banner", Layer.SERVICE, "FTP greeting"
    TELNET_BANNER = "telnet.banner", Layer.SERVICE, "telnet greeting without negotiation bytes"
    TCP_BANNER = "tcp.banner", Layer.SERVICE, "what another TCP service says"
    SNMP_DESCRIPTION = "snmp.sys_descr", Layer.SERVICE, "SNMP sysDescr"
    SNMP_OBJECT_ID = "snmp.sys_object_id", Layer.SERVICE, "SNMP sysObjectID"
    NMAP_PRODUCT = "nmap.product", Layer.SERVICE, "product name from nmap's service detection"
    NMAP_SERVICE = "nmap.service", Layer.SERVICE, "port/service as nmap names it"
    NMAP_CPE = "nmap.cpe", Layer.SERVICE, "one CPE from nmap"
    PORT_OPEN = "port.open", Layer.SERVICE, "open port, e.g. 8000/tcp"


_BY_VALUE = {field.value: field for field in Field}


def field_named(value: str) -> Field:
    """Return the field of a dotted name. Raises ValueError when there is none."""
    found = _BY_VALUE.get(value)
    if found is None:
        raise ValueError(f"{value!r} is no field")
    return found
