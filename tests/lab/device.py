"""One running device: its sockets, opened inside its own namespace, and its journal."""

import asyncio
import errno
import socket
import struct
from contextlib import AbstractContextManager, nullcontext
from ipaddress import IPv4Address
from weakref import WeakSet

from tests.lab.certificate import server_context
from tests.lab.datagram import Peer, UdpService
from tests.lab.journal import Journal
from tests.lab.lan import DEVICE_INTERFACE
from tests.lab.link import GratuitousArp, IgmpReport, LinkService
from tests.lab.namespace import Namespace
from tests.lab.persona import Persona
from tests.lab.stream import Conversation, TcpService
from tests.lab.unit import Unit

# Largest datagram on Ethernet that a discovery question or its answer may need (jumbo frames included).
MAX_DATAGRAM_BYTES = 9216
# As many as a scanner in a hurry opens before the event loop comes round.
LISTEN_BACKLOG = 64


class Device:
    """A unit of a persona, served in ``namespace``, or on a loopback address without one.

    ``left_out`` names the services that could not be offered there, and why.
    """

    def __init__(self, persona: Persona, unit: Unit, namespace: Namespace | None) -> None:
        self.persona = persona
        self.unit = unit
        self.journal = Journal()
        self.left_out: list[str] = []
        self._namespace = namespace
        self._servers: list[asyncio.Server] = []
        self._conversations: WeakSet[Conversation] = WeakSet()
        self._sockets: dict[socket.socket, UdpService | LinkService] = {}
        self._link: socket.socket | None = None
        self._unasked = _link_announcers(persona)

    async def start(self) -> None:
        """Open every port; raises ``OSError`` for one that cannot be opened in a namespace."""
        for service in self.persona.services:
            match service:
                case TcpService():
                    await self._start_tcp(service)
                case UdpService():
                    self._start_udp(service)
                case LinkService():
                    self._start_link(service)
        if self._namespace:
            self._link = self._packet_socket(0)

    def announce(self) -> None:
        """Send once what the device says unasked; without a namespace there is nobody to say it to."""
        if self._link is None:
            return
        try:
            self._announce_on(self._link)
        except OSError as error:
            # A full queue loses what is said, as a busy switch does; the next round says it again.
            if error.errno != errno.ENOBUFS:
                raise

    def _announce_on(self, link: socket.socket) -> None:
        for announcer in self._unasked:
            for frame in announcer.announcements(self.unit):
                link.send(frame)
        for sock, service in self._sockets.items():
            if isinstance(service, UdpService) and service.group:
                for datagram in service.announcements(self.unit):
                    sock.sendto(datagram, (service.group, service.port))

    def stop(self) -> None:
        """Stop serving; ``release`` then takes the device off the LAN."""
        for server in self._servers:
            server.close()
        for conversation in self._conversations:
            conversation.hang_up()
        for sock in self._sockets:
            asyncio.get_running_loop().remove_reader(sock)

    def release(self) -> None:
        """Close what is left: the namespace vanishes, and its MAC from the LAN. May run in a thread."""
        for sock in self._sockets:
            sock.close()
        if self._link:
            self._link.close()
        if self._namespace:
            self._namespace.close()

    async def _start_tcp(self, service: TcpService) -> None:
        sock = self._bound(socket.SOCK_STREAM, service.port)
        if sock is None:
            return
        server = await asyncio.get_running_loop().create_server(
            lambda: self._converse(service),
            sock=sock,
            backlog=LISTEN_BACKLOG,
            ssl=server_context(service.tls, self.unit) if service.tls else None,
        )
        self._servers.append(server)

    def _converse(self, service: TcpService) -> Conversation:
        conversation = service.conversation(self.unit, self.journal)
        self._conversations.add(conversation)
        return conversation

    def _start_udp(self, service: UdpService) -> None:
        sock = self._bound(socket.SOCK_DGRAM, service.port)
        if sock is None:
            return
        if service.group and self._namespace:
            _join(sock, service.group, self.unit.address)
        self._sockets[sock] = service
        asyncio.get_running_loop().add_reader(sock, self._on_datagram, sock, service)

    def _start_link(self, service: LinkService) -> None:
        if self._namespace is None or not service.ethertype:
            return
        sock = self._packet_socket(service.ethertype)
        self._sockets[sock] = service
        asyncio.get_running_loop().add_reader(sock, self._on_frame, sock, service)

    def _on_datagram(self, sock: socket.socket, service: UdpService) -> None:
        request, peer = _received(sock)
        self.journal.note("udp", service.port, peer[0], request)
        for answer in service.answers(request, self.unit):
            sock.sendto(answer, service.destination(request, peer) if self._namespace else peer)

    def _on_frame(self, sock: socket.socket, service: LinkService) -> None:
        frame = sock.recv(MAX_DATAGRAM_BYTES)
        for answer in service.answers(frame, self.unit):
            sock.send(answer)

    def _inside(self) -> AbstractContextManager[None]:
        return self._namespace.entered() if self._namespace else nullcontext()

    def _bound(self, kind: socket.SocketKind, port: int) -> socket.socket | None:
        """Return a socket bound to one port of the device, or None and a note in ``left_out``."""
        with self._inside():
            sock = socket.socket(socket.AF_INET, kind)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("0.0.0.0" if self._namespace else str(self.unit.address), port))
        except OSError as error:
            sock.close()
            if self._namespace:
                raise
            transport = "tcp" if kind == socket.SOCK_STREAM else "udp"
            self.left_out.append(f"{port}/{transport} ({error.strerror})")
            return None
        return sock

    def _packet_socket(self, ethertype: int) -> socket.socket:
        with self._inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.setblocking(False)
        sock.bind((DEVICE_INTERFACE, ethertype))
        return sock


def _link_announcers(persona: Persona) -> list[LinkService]:
    """Return what speaks unasked on layer 2: the persona's own services, and any IP stack."""
    own = [service for service in persona.services if isinstance(service, LinkService)]
    if not persona.has_ip:
        return own
    groups = {
        service.group for service in persona.services if isinstance(service, UdpService) and service.group
    }
    return [GratuitousArp(), IgmpReport(groups=tuple(sorted(groups))), *own]


def _join(sock: socket.socket, group: str, address: IPv4Address) -> None:
    """Join a multicast group on the device's interface; the kernel sends the IGMP reports."""
    membership = struct.pack("4s4s", socket.inet_aton(group), address.packed)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address.packed)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)


def _received(sock: socket.socket) -> tuple[bytes, Peer]:
    data, address = sock.recvfrom(MAX_DATAGRAM_BYTES)
    return data, (str(address[0]), int(address[1]))
