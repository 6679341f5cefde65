"""ONVIF device service: SOAP 1.2 over HTTP POST, asked without credentials.

Sources: ONVIF Core Specification sections 5 and 8, ``devicemgmt.wsdl``; SOAP 1.2 part 1 section 5.4
(faults). GetSystemDateAndTime and GetServices answer without a login by specification;
GetDeviceInformation may answer with a fault instead, which is read too.

Finds nothing when ONVIF is switched off on the device.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import islice

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import scope, xml
from scanner.protocols.xml import Element

PATH = "/onvif/device_service"

# ONVIF defines about 30 services.
MAX_SERVICES = 64

_DEVICE_NAMESPACE = "http://www.onvif.org/ver10/device/wsdl"
_INFORMATION_FIELDS = {
    "Manufacturer": Field.ONVIF_MANUFACTURER,
    "Model": Field.ONVIF_MODEL,
    "FirmwareVersion": Field.ONVIF_FIRMWARE,
    "SerialNumber": Field.ONVIF_SERIAL,
    "HardwareId": Field.ONVIF_HARDWARE,
}


class Operation(StrEnum):
    """What may be asked of a device; each only reads, and none carries a security header."""

    GET_SYSTEM_DATE_AND_TIME = "GetSystemDateAndTime"
    GET_SERVICES = "GetServices"
    GET_DEVICE_INFORMATION = "GetDeviceInformation"

    @property
    def action(self) -> str:
        """The SOAP action, for the ``action`` parameter of the Content-Type header."""
        return f"{_DEVICE_NAMESPACE}/{self.value}"


_PARAMETERS = {Operation.GET_SERVICES: "<tds:IncludeCapability>false</tds:IncludeCapability>"}


def question(operation: Operation) -> bytes:
    """Return the request body."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:tds="{_DEVICE_NAMESPACE}">'
        f"<s:Body><tds:{operation}>{_PARAMETERS.get(operation, '')}</tds:{operation}></s:Body>"
        "</s:Envelope>"
    ).encode()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what a response body says; () when it holds no response of ours. Never raises.

    Every namespace that the envelope declares is a fact too: makers leave their own in it.
    """
    root = xml.parse(data)
    if root is None or xml.local_name(root) != "Envelope":
        return ()
    answer = xml.find(root, *_ANSWERS)
    if answer is None:
        return ()
    declared = (Fact(Field.XML_NAMESPACE, uri, data) for uri in xml.namespaces(root))
    reader = _READERS.get(xml.local_name(answer))
    stated = reader(answer, data) if reader else ()
    return tuple(dict.fromkeys((*declared, *stated)))


def _information(answer: Element, raw: bytes) -> Iterator[Fact]:
    said = xml.child_texts(answer)
    named = ((field, said.get(name)) for name, field in _INFORMATION_FIELDS.items())
    return (Fact(field, value, raw) for field, value in named if value)


def _services(answer: Element, raw: bytes) -> Iterator[Fact]:
    listed = islice(xml.find_all(answer, "Namespace"), MAX_SERVICES)
    return (Fact(Field.ONVIF_NAMESPACE, uri, raw) for uri in map(xml.text_of, listed) if uri)


def _scopes(answer: Element, raw: bytes) -> Iterator[Fact]:
    items = (xml.text_of(item) for item in xml.find_all(answer, "ScopeItem"))
    return iter(scope.scope_facts((item for item in items if item), raw))


def _fault(answer: Element, raw: bytes) -> Iterator[Fact]:
    # SOAP 1.1, which old firmware still speaks, calls the reason faultstring.
    reason = xml.text_of(xml.find(answer, "Text", "faultstring"))
    return iter([Fact(Field.ONVIF_FAULT, reason, raw)] if reason else [])


_READERS: dict[str, Callable[[Element, bytes], Iterator[Fact]]] = {
    "GetDeviceInformationResponse": _information,
    "GetServicesResponse": _services,
    "GetScopesResponse": _scopes,
    "Fault": _fault,
}
# The clock itself tells no maker, so of that answer only the envelope counts.
_ANSWERS = (*_READERS, "GetSystemDateAndTimeResponse")
