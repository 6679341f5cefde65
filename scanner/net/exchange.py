"""What came back from one exchange: raw bytes and an outcome, never a parsed message."""

from collections.abc import Callable
from dataclasses import dataclass

from scanner.model.host import Address
from scanner.model.probe import ProbeStatus

Complete = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The bytes a peer sent over one connection and how the exchange ended."""

    status: ProbeStatus
    data: bytes = b""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Datagram:
    """One datagram, with the address that really sent it (what it says about itself may differ)."""

    data: bytes
    sender: Address
    port: int


@dataclass(frozen=True, slots=True)
class Handshake:
    """A TLS handshake: the peer's own certificate as DER, where one was shown."""

    status: ProbeStatus
    certificate: bytes | None = None
    version: str = ""
    detail: str = ""


def never(_data: bytes) -> bool:
    """Say that a reply is never known to be complete: read until silence, close or a cap."""
    return False
