"""A TCP connection between two others, as a capture shows it to ``Flows``: segment by segment."""

from functools import lru_cache
from ipaddress import ip_address
from struct import pack

from scanner.hearing.flow import Carried, Flows, Overheard
from scanner.model.field import Field
from scanner.protocols import tcp
from scanner.protocols.tcp import ACK, FIN, RST, SYN

_address = lru_cache(ip_address)

__all__ = ["ACK", "FIN", "RST", "SYN", "Dialogue"]


class Dialogue:
    """One connection. What it made ``flows`` tell is in ``told``; ``at_s`` is the time of what comes next."""

    def __init__(
        self,
        flows: Flows | None = None,
        port: int = 80,
        client_port: int = 51000,
        server: str = "192.168.1.64",
        client: str = "192.168.1.20",
        server_next: int = 0xFFFF_FF00,  # the numbers wrap within the first reply
        client_next: int = 1000,
    ) -> None:
        self.flows = flows or Flows()
        self.told: list[Overheard] = []
        self.at_s = 1000.0
        self.seen_count = 0  # segments that were not skipped
        self._server, self._client = (server, port), (client, client_port)
        self.server_next, self.client_next = server_next, client_next

    def shakes_hands(self) -> "Dialogue":
        """SYN, SYN with ACK, ACK."""
        self.client(flags=SYN)
        self.server(flags=SYN | ACK)
        return self.client()

    def client(self, payload: bytes = b"", flags: int = ACK) -> "Dialogue":
        """The client sends its next segment."""
        self._send(self._client, self._server, self.client_next, self.server_next, flags, payload)
        self.client_next += len(payload) + bool(flags & (SYN | FIN))
        return self

    def server(self, payload: bytes = b"", flags: int = ACK) -> "Dialogue":
        """The server sends its next segment."""
        self.server_at(0, payload, flags)
        self.server_next += len(payload) + bool(flags & (SYN | FIN))
        return self

    def server_at(self, offset: int, payload: bytes, flags: int = ACK) -> "Dialogue":
        """The server sends a segment that lies ``offset`` bytes ahead of its next one."""
        number = self.server_next + offset
        self._send(self._server, self._client, number, self.client_next, flags, payload)
        return self

    def closes(self) -> "Dialogue":
        """No more comes."""
        self.told.extend(self.flows.close())
        return self

    def values(self, field: Field) -> list[str]:
        """Return what was told of one field, in order."""
        return [fact.value for told in self.told for fact in told.facts if fact.field is field]

    @property
    def fields(self) -> set[Field]:
        """Every field of which something was told."""
        return {fact.field for told in self.told for fact in told.facts}

    def _send(
        self,
        source: tuple[str, int],
        destination: tuple[str, int],
        number: int,
        acknowledged: int,
        flags: int,
        payload: bytes,
    ) -> None:
        ports = pack("!HH", source[1], destination[1])
        numbers = pack("!II", number & tcp.SEQUENCE_MASK, acknowledged & tcp.SEQUENCE_MASK)
        body = ports + numbers + pack("!BBHHH", 0x50, flags, 8192, 0, 0) + payload
        key = _address(source[0]).packed + _address(destination[0]).packed + ports
        if key in self.flows.finished:
            return
        self.seen_count += 1
        overheard = self.flows.take(key, Carried(body, (12,)), self.at_s)
        if overheard:
            self.told.append(overheard)
