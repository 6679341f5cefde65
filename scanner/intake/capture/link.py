"""Link types as capture files number them (www.tcpdump.org/linktypes.html)."""

from scanner.protocols.frame import LinkType

# What people bring most often and what is not read: frames of wireless monitor mode.
_NAMES = {105: "Wi-Fi", 119: "Wi-Fi with a Prism header", 127: "Wi-Fi with a radiotap header"}


def readable(number: int) -> LinkType | None:
    """Return the link type of a number, or None when its frames are not read."""
    try:
        return LinkType(number)
    except ValueError:
        return None


def described(number: int) -> str:
    """Return a text that names an unread link type and says what is read; it completes ``frames of``."""
    name = f" ({_NAMES[number]})" if number in _NAMES else ""
    return f"link type {number}{name}; Ethernet, Linux cooked, raw IP and BSD loopback are read"
