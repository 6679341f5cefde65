"""Requests of HTTP and RTSP: who asks, for what, and nothing else. No request here can carry a credential."""

import re

from scanner.model.host import Address

_SAFE_TARGET = re.compile(r"[!-~]+")


def authority(address: Address, port: int, default_port: int) -> str:
    """Return ``host[:port]`` as a URL has it: brackets for IPv6, no zone, no port where it is the usual one.

    A zone is this machine's name for a link (RFC 6874 section 1) and none of the device's business.
    """
    bare = str(address).partition("%")[0]
    host = f"[{bare}]" if address.version == 6 else bare
    return host if port == default_port else f"{host}:{port}"


def build(method: str, target: str, protocol: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return a request without a body; raise ValueError for a target that is not printable ASCII."""
    if not _SAFE_TARGET.fullmatch(target):
        raise ValueError(f"not a request target: {target!r}")
    lines = (f"{method} {target} {protocol}", *(f"{name}: {value}" for name, value in headers), "", "")
    return "\r\n".join(lines).encode("ascii")
