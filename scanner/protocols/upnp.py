"""UPnP device descriptions: the XML document to which an SSDP LOCATION points.

Source: UPnP Device Architecture 1.1, section 2.3.
"""

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import xml

_FIELDS = {
    "deviceType": Field.UPNP_DEVICE_TYPE,
    "friendlyName": Field.UPNP_FRIENDLY_NAME,
    "manufacturer": Field.UPNP_MANUFACTURER,
    "modelDescription": Field.UPNP_MODEL_DESCRIPTION,
    "modelName": Field.UPNP_MODEL_NAME,
    "modelNumber": Field.UPNP_MODEL_NUMBER,
    "serialNumber": Field.UPNP_SERIAL,
}


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what a description says of the root device; () for anything else. Never raises.

    Devices embedded in the root device are left out: they often carry names of the software's author.
    """
    root = xml.parse(data)
    if root is None or xml.local_name(root) != "root":
        return ()
    device = xml.find(root, "device")
    if device is None:
        return ()
    said = xml.child_texts(device)
    named = ((field, said.get(name)) for name, field in _FIELDS.items())
    return tuple(Fact(field, value, data) for field, value in named if value)
