"""mDNS browsing through zeroconf: it asks, so it is not silent, and it asks by multicast alone."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from zeroconf import BadTypeInNameException, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from scanner.errors import NoAccess
from scanner.model.host import Address

# A hostile responder can announce names without end; a /20 of cameras with three services fits.
MAX_SERVICES = 12_000
# The browser's cache mostly holds the records already; one more question has a second.
RESOLVE_S = 1.0
GROUP = ip_address("224.0.0.251")  # RFC 6762, section 3


@dataclass(frozen=True, slots=True)
class Service:
    """One announced service instance; names and TXT bytes are as the device wrote them."""

    instance: str
    host: str | None
    addresses: tuple[Address, ...]
    port: int
    txt: tuple[bytes, ...]


class _Names:
    """The instances that browsing found, in a bounded set."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], None] = {}

    def __call__(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 - the browser passes its arguments by name
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """Keep a name that appeared."""
        if state_change is ServiceStateChange.Added and len(self.found) < MAX_SERVICES:
            self.found[service_type, name] = None


async def browse(own: IPv4Address, types: tuple[str, ...], wait_s: float) -> tuple[Service, ...]:
    """Browse service types (``_http._tcp.local.``) for ``wait_s`` on the interface that has ``own``.

    Raises NoAccess when the interface cannot send multicast.
    """
    names = _Names()
    try:
        resolver = AsyncZeroconf(interfaces=[str(own)])
    except OSError as error:
        raise NoAccess(
            f"mDNS could not be asked from {own} ({error.strerror}), so devices that only announce "
            "themselves by mDNS may be missing. Check that the interface is up and allows multicast."
        ) from error
    try:
        browser = AsyncServiceBrowser(resolver.zeroconf, list(types), handlers=[names])
        await asyncio.sleep(wait_s)
        await browser.async_cancel()
        resolved = await asyncio.gather(*(_resolve(resolver.zeroconf, *key) for key in names.found))
    finally:
        await resolver.async_close()
    return tuple(service for service in resolved if service)


async def _resolve(zeroconf: Zeroconf, service_type: str, name: str) -> Service | None:
    try:
        info = AsyncServiceInfo(service_type, name)
    except BadTypeInNameException:
        # A name with control characters: it announces nothing that can be asked for.
        return None
    if not await info.async_request(zeroconf, RESOLVE_S * 1000):
        return None
    addresses = tuple(ip_address(text.partition("%")[0]) for text in info.parsed_addresses())
    return Service(name, info.server, addresses, info.port or 0, _strings(info.text))


def _strings(text: bytes | None) -> tuple[bytes, ...]:
    """Return the character strings of a TXT record (RFC 1035, section 3.3.14)."""
    strings, rest = [], text or b""
    while rest:
        strings.append(rest[1 : 1 + rest[0]])
        rest = rest[1 + rest[0] :]
    return tuple(s for s in strings if s)
