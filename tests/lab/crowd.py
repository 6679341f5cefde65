"""Many hosts that only answer ARP, behind one port of the switch: something to find, cheaply."""

import asyncio
import random
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address

from tests.lab.lan import DEVICE_INTERFACE
from tests.lab.link import ETHERTYPE_ARP, arp_answer
from tests.lab.namespace import Namespace

CROWD_MAC = "02:c0:ff:ff:ff:ff"
# linux/if_packet.h; the crowd's own MACs are not the interface's.
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 263, 1, 1
MAX_FRAME_BYTES = 2048
# A whole /16 asked at once must wait in the buffer, not fall out of it.
RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024


class Crowd:
    """Answers ARP for every host of ``hosts`` (address to MAC), but loses the share ``loss`` of requests."""

    def __init__(self, namespace: Namespace, hosts: Mapping[IPv4Address, bytes], loss: float) -> None:
        self._hosts = hosts
        self._loss = loss
        self._random = random.Random(len(hosts))
        with namespace.entered():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE_ARP))
            index = socket.if_nametoindex(DEVICE_INTERFACE)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.bind((DEVICE_INTERFACE, ETHERTYPE_ARP))
        promiscuous = index.to_bytes(4, "little") + PACKET_MR_PROMISC.to_bytes(2, "little") + bytes(10)
        self._socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous)
        asyncio.get_running_loop().add_reader(self._socket, self._on_frames)

    def _on_frames(self) -> None:
        while True:
            try:
                frame = self._socket.recv(MAX_FRAME_BYTES)
            except BlockingIOError:
                return
            answer = arp_answer(frame, self._hosts)
            if answer and self._random.random() >= self._loss:
                self._socket.send(answer)


def crowd_hosts(free: list[IPv4Address], size: int) -> dict[IPv4Address, bytes]:
    """Return address and MAC of ``size`` hosts scattered over the free addresses, the same each time."""
    chosen = random.Random(size).sample(free, size)
    return {address: b"\x02\xc0\0\0" + number.to_bytes(2) for number, address in enumerate(chosen)}
