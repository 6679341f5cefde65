"""Replies of devices, as published or recorded; each with its source."""

from tests.protocols.test_favicon import ICON
from tests.protocols.test_http import RECORDER as CHALLENGE
from tests.protocols.test_onvif import INFORMATION as _INFORMATION
from tests.protocols.test_onvif import envelope
from tests.protocols.test_rtsp import CHALLENGE as RTSP_CHALLENGE
from tests.protocols.test_rtsp import OPTIONS as RTSP_OPTIONS
from tests.protocols.test_tls import FLIGHT
from tests.protocols.test_upnp import CHROMECAST as DESCRIPTION

__all__ = [
    "CHALLENGE",
    "DESCRIPTION",
    "FLIGHT",
    "ICON",
    "ICON_REPLY",
    "INFORMATION",
    "LANDING",
    "RTSP_CHALLENGE",
    "RTSP_OPTIONS",
    "page",
]

# The title of the Dahua landing page in the captures.
LANDING = b"<!DOCTYPE html><html><head><title>WEB SERVICE</title></head><body></body></html>"


def page(body: bytes, content_type: bytes = b"text/html") -> bytes:
    """Return a reply on a connection that stays open (RFC 9112 section 6.2)."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        content_type,
        len(body),
        body,
    )


INFORMATION = page(envelope(_INFORMATION), b"application/soap+xml; charset=utf-8")
ICON_REPLY = page(ICON, b"image/x-icon")
