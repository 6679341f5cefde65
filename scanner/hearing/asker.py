"""Who asked: many devices answer a search from any port, to whatever port it came from."""

from collections import OrderedDict

from scanner.hearing.datagram import DATAGRAM_READERS
from scanner.model.host import Address
from scanner.protocols.frame import Frame

# A search opens a socket or a few, and some dozen programs search a network of cameras. More would let
# through too much of what goes to these ports for other reasons.
MAX_PORTS = 1024


class Askers:
    """The sockets that asked by a discovery protocol.

    ``ports`` holds the port of each as it lies in a packet, with its address and the port that it asked.
    Of several hosts that ask from the same port the last counts.
    """

    def __init__(self) -> None:
        self.ports: OrderedDict[bytes, tuple[Address, int]] = OrderedDict()

    def answered(self, got: Frame) -> Frame:
        """Return an answer as if it went to the port that was asked; any other frame as it is.

        Remembers the socket that a question came from.
        """
        source_port, port = got.source_port, got.destination_port
        if got.source is None or source_port is None or port is None or source_port in DATAGRAM_READERS:
            return got
        if port in DATAGRAM_READERS:
            self._remember(source_port.to_bytes(2), got.source, port)
            return got
        address, asked = self.ports.get(port.to_bytes(2), (None, port))
        return got._replace(destination_port=asked) if address == got.destination else got

    def _remember(self, source_port: bytes, source: Address, asked: int) -> None:
        self.ports[source_port] = (source, asked)
        self.ports.move_to_end(source_port)
        if len(self.ports) > MAX_PORTS:
            self.ports.popitem(last=False)
