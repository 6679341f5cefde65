"""The capture program: Ethernet frames between one interface and two pipes.

Run it as ``python -I capture.py SETTINGS``. It imports nothing of camcensus, and of camcensus it alone
imports scapy, which is GPL-2.0-only, and it alone needs CAP_NET_RAW. Once its socket is open it gives
up every privilege. It never looks inside a frame, so nothing on the network can confuse it. Received
frames come through a ring that it shares with the kernel (Linux Documentation/networking/packet_mmap.rst):
no system call for each of them, and room for a burst without the right to enlarge a socket's buffer.

SETTINGS is one JSON object: ``interface`` (a name), ``filter`` (classic BPF, a list of four numbers per
instruction) and ``promiscuous`` (a truth value). All multicast is received without joining a group, so
no IGMP report leaves; a switch that prunes multicast will not pass on what it would to a member.

Standard input: frames to send, each after its length (32 bits, big-endian). Its end ends the program.
Standard output: records, each after its length likewise. The first byte is the kind:
    F   a received frame: time (64-bit float, seconds since 1970), then the bytes, VLAN tags included
    S   a JSON object: {"ready": MAC}, once, when frames can come and go;
        {"up": .., "dropped": .., "sent": .., "unsent": ..}, every second and at the end;
        {"error": REASON, "detail": TEXT}, after which the program ends
"""

import contextlib
import ctypes
import errno
import fcntl
import json
import mmap
import os
import select
import socket
import struct
import sys
import time
from typing import Any

FRAME, STATUS = b"F", b"S"
LENGTH = struct.Struct("!I")
RECEIVED = struct.Struct("!Icd")

COUNT_INTERVAL_S = 1.0
# While the card's queue is full: at 1 Gbit/s it sends over a thousand short frames in this time.
RETRY_S = 0.001
# 1 MiB of frames, yet a sender never waits long for its turn.
MAX_BLOCKS_PER_TURN = 16
# A jumbo frame with its tags; nothing that announces itself is longer.
MAX_FRAME_BYTES = 9216
MAX_INPUT_BYTES = 65536
# 16 MiB: half a second of full frames at 20,000 per second, or 116,000 short ones.
BLOCK_BYTES, BLOCKS = 65536, 256
# The kernel wants to be told, and uses it only to check the sum.
SLOT_BYTES = 2048
# A block that is not full is handed over after this time: we wake up a hundred times a second at most
# for a trickle, and an answer to ARP is late by no more than this.
HAND_OVER_MS = 10
# As much as an unprivileged process may ask for (pipe(7)): fewer wakings on both sides.
PIPE_BYTES = 1024 * 1024
# linux/bpf_common.h BPF_MAXINSNS: the kernel refuses more.
MAX_INSTRUCTIONS = 4096

# linux/if_packet.h, asm-generic/socket.h, linux/sockios.h, net/if.h, net/if_arp.h
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_RX_RING = 5
PACKET_STATISTICS = 6
PACKET_VERSION = 10
PACKET_IGNORE_OUTGOING = 23
PACKET_MR_PROMISC = 1
PACKET_MR_ALLMULTI = 2
PACKET_OUTGOING = 4
TPACKET_V3 = 2
TP_STATUS_USER = 1 << 0
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6
ETHERTYPE_8021Q = 0x8100
SO_ATTACH_FILTER = 26
SIOCGIFFLAGS = 0x8913
IFF_UP = 0x1
IFF_RUNNING = 0x40
ARPHRD_ETHER = 1
ARPHRD_LOOPBACK = 772

# linux/if_packet.h: tpacket_block_desc from block_status on (status, frames, offset of the first), and
# tpacket3_hdr (next, seconds, nanoseconds, bytes, status, offset, tag, its type) with sll_pkttype.
BLOCK_STATUS = 8
BLOCK_HEAD = struct.Struct("=III")
WORD = struct.Struct("=I")
FRAME_HEAD = struct.Struct("=IIII4xIH6xIH20xB")

# linux/prctl.h, linux/capability.h
PR_SET_NO_NEW_PRIVS = 38
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534

REASONS = {
    errno.EPERM: "no-privilege",
    errno.EACCES: "no-privilege",
    errno.ENODEV: "no-interface",
    errno.ENETDOWN: "down",
}


class Stopped(Exception):
    """The capture cannot go on; holds the reason and the detail of the error record."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Ring:
    """The memory into which the kernel writes what a socket receives, block after block."""

    def __init__(self, sock: socket.socket) -> None:
        slots = BLOCK_BYTES * BLOCKS // SLOT_BYTES
        sock.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        request = struct.pack("7I", BLOCK_BYTES, BLOCKS, SLOT_BYTES, slots, HAND_OVER_MS, 0, 0)
        sock.setsockopt(SOL_PACKET, PACKET_RX_RING, request)
        self.memory = mmap.mmap(sock.fileno(), BLOCK_BYTES * BLOCKS)
        self.start = 0

    def take(self) -> bytes | None:
        """Return the records of the oldest block and give it back, or None while there is none."""
        status, count, offset = BLOCK_HEAD.unpack_from(self.memory, self.start + BLOCK_STATUS)
        if not status & TP_STATUS_USER:
            return None
        records = self.records(self.start + offset, count)
        WORD.pack_into(self.memory, self.start + BLOCK_STATUS, 0)  # from here on it is the kernel's
        self.start = (self.start + BLOCK_BYTES) % len(self.memory)
        return records

    def records(self, place: int, count: int) -> bytes:
        """Return ``count`` frames as records, from the frame whose head is at ``place``."""
        pieces: list[bytes] = []
        memory, read_head, record = self.memory, FRAME_HEAD.unpack_from, RECEIVED.pack
        for _ in range(count):
            step, at_s, nanoseconds, size, status, offset, tag, kind, way = read_head(memory, place)
            frame = memory[place + offset : place + offset + min(size, MAX_FRAME_BYTES)]
            place += step
            if way == PACKET_OUTGOING:  # Linux before 4.20 gives us what we sent
                continue
            if status & TP_STATUS_VLAN_VALID:
                frame = with_tag(frame, tag, kind if status & TP_STATUS_VLAN_TPID_VALID else ETHERTYPE_8021Q)
            pieces.append(record(9 + len(frame), FRAME, at_s + nanoseconds * 1e-9))
            pieces.append(frame)
        return b"".join(pieces)


def with_tag(frame: bytes, tag: int, kind: int) -> bytes:
    """Return a frame with the outermost VLAN tag back in the place where it was on the wire."""
    return frame[:12] + kind.to_bytes(2) + (tag & 0xFFFF).to_bytes(2) + frame[12:]


class Capture:
    """One open interface. ``run`` serves it until standard input ends."""

    def __init__(self, interface: str, link: Any, ring: Ring) -> None:
        self.interface = interface
        self.index = socket.if_nametoindex(interface)
        self.link = link
        self.ring = ring
        self.pending = bytearray()
        self.is_blocked = False
        self.is_up = True
        self.dropped = self.sent = self.unsent = 0
        self.next_count = time.monotonic()

    def run(self) -> None:
        """Pass frames both ways, and counts every second."""
        has_input = True
        while has_input:
            sources = [self.link.ins] if self.is_blocked else [self.link.ins, sys.stdin]
            ready, _, _ = select.select(sources, [], [], self.patience())
            if self.link.ins in ready:
                self.receive()
            if self.is_blocked:
                self.send_pending()
            if sys.stdin in ready:
                has_input = self.take_input()
            if time.monotonic() >= self.next_count:
                self.count()
        self.receive_rest()
        self.count()

    def patience(self) -> float:
        """Return for how many seconds nothing needs doing unless a frame comes."""
        return RETRY_S if self.is_blocked else max(0.0, self.next_count - time.monotonic())

    def receive(self) -> None:
        """Write the frames that wait, up to a number of blocks."""
        for _ in range(MAX_BLOCKS_PER_TURN):
            records = self.ring.take()
            if records is None:
                break
            write_all(records)
        # Reading the error clears it. The interface went down or away: find out which.
        if self.link.ins.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.next_count = time.monotonic()

    def receive_rest(self) -> None:
        """Write what had arrived when the input ended, once the kernel has handed its last block over."""
        time.sleep(2 * HAND_OVER_MS / 1000)
        for _ in range(BLOCKS):
            records = self.ring.take()
            if records is None:
                break
            write_all(records)

    def take_input(self) -> bool:
        """Send what came on standard input; return False at its end."""
        arrived = os.read(0, MAX_INPUT_BYTES)
        self.pending += arrived
        self.send_pending()
        return bool(arrived)

    def send_pending(self) -> None:
        """Send the whole frames that wait, until the card's queue is full."""
        self.is_blocked = False
        start = 0
        while len(self.pending) >= start + 4 and not self.is_blocked:
            end = start + 4 + LENGTH.unpack_from(self.pending, start)[0]
            if end - start > MAX_INPUT_BYTES:
                raise Stopped("bad-input", f"a frame of {end - start - 4} bytes")
            if end > len(self.pending):
                break
            self.is_blocked = not self.has_gone(bytes(self.pending[start + 4 : end]))
            start = start if self.is_blocked else end
        del self.pending[:start]

    def has_gone(self, frame: bytes) -> bool:
        """Send one frame or count it as unsent; return False when it must be tried again."""
        try:
            self.link.outs.send(frame)
        except OSError as error:
            # Without a carrier the queue stays full, so there is no use in waiting for it.
            if self.is_up and error.errno in (errno.EAGAIN, errno.ENOBUFS):
                return False
            self.unsent += 1
            return True
        self.sent += 1
        return True

    def count(self) -> None:
        """Write the counters. Raises Stopped when the interface is gone."""
        self.next_count = time.monotonic() + COUNT_INTERVAL_S
        # Reading the kernel's counters sets them back to zero.
        _, dropped = struct.unpack("II", self.link.ins.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self.dropped += dropped
        is_gone = self.has_vanished()
        self.is_up = not is_gone and has_carrier(self.link.ins, self.interface)
        counts = {"dropped": self.dropped, "sent": self.sent, "unsent": self.unsent}
        write_status({"up": self.is_up, **counts})
        if is_gone:
            raise Stopped("gone", self.interface)

    def has_vanished(self) -> bool:
        """Return whether the interface is gone, even if another has taken its name."""
        try:
            return socket.if_nametoindex(self.interface) != self.index
        except OSError:
            return True


def has_carrier(sock: socket.socket, interface: str) -> bool:
    """Return whether an interface is up and can reach the other end of its cable."""
    request = struct.pack("16sH14x", interface.encode(), 0)
    try:
        answer = fcntl.ioctl(sock, SIOCGIFFLAGS, request)
    except OSError:
        return False
    flags: int = struct.unpack("16xH14x", answer)[0]
    return flags & (IFF_UP | IFF_RUNNING) == IFF_UP | IFF_RUNNING


def open_link(interface: str, program: list[list[int]], *, promiscuous: bool) -> tuple[Any, Ring]:
    """Return scapy's layer-2 socket, filtered and not blocking, and its ring. Raises Stopped."""
    # Scapy would keep pickled tables in the user's home, and read what it finds there.
    os.environ |= dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), os.devnull)
    try:
        from scapy.config import conf

        # Both read tables that grow with the routes of the machine, and neither is needed here.
        conf.route_autoload = conf.route6_autoload = False
        import scapy.layers.l2  # noqa: F401  tells scapy what Ethernet is
        from scapy.arch.linux import L2Socket
    except ImportError as error:
        raise Stopped("no-scapy", str(error)) from error
    try:
        index = socket.if_nametoindex(interface)
    except OSError as error:
        raise Stopped("no-interface", interface) from error
    try:
        link = L2Socket(iface=interface, promisc=False, nofilter=1)
        return link, prepare(link.ins, index, program, promiscuous=promiscuous)
    except OSError as error:
        raise Stopped(REASONS.get(error.errno or 0, "failed"), str(error)) from error


def prepare(sock: socket.socket, index: int, program: list[list[int]], *, promiscuous: bool) -> Ring:
    """Check the kind of link, set the filter and what is received; return the ring where it comes in.

    What came before the ring was there is lost, so all that comes out has passed the filter.
    """
    if sock.getsockname()[3] not in (ARPHRD_ETHER, ARPHRD_LOOPBACK):
        raise Stopped("not-ethernet", f"hardware type {sock.getsockname()[3]}")
    attach_filter(sock, program)
    for kind in (PACKET_MR_ALLMULTI, PACKET_MR_PROMISC)[: 1 + promiscuous]:
        sock.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8x", index, kind, 0))
    # Linux before 4.20 does not know this; the ring then leaves out what we sent.
    with contextlib.suppress(OSError):
        sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setblocking(False)
    return Ring(sock)


def attach_filter(sock: socket.socket, program: list[list[int]]) -> None:
    """Give the kernel a filter. Raises OSError when it refuses it."""
    if not 0 < len(program) <= MAX_INSTRUCTIONS:
        raise Stopped("bad-settings", f"a filter of {len(program)} instructions")
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    sock.setsockopt(
        socket.SOL_SOCKET,
        SO_ATTACH_FILTER,
        struct.pack("HP", len(program), ctypes.addressof(buffer)),
    )


def drop_privileges() -> None:
    """Give up the user and every capability; an open socket needs neither.

    In a user namespace there may be no other user to become; the capabilities go all the same.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def grow_pipe() -> None:
    """Ask for a large pipe to the reader; whatever there is will do."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def write_status(status: dict[str, Any]) -> None:
    """Write one status record."""
    body = STATUS + json.dumps(status).encode()
    write_all(LENGTH.pack(len(body)) + body)


def write_all(data: bytes | bytearray) -> None:
    """Write to standard output, waiting for the reader."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def main(arguments: list[str]) -> int:
    """Serve one interface; return the exit status: 0 at the end of input, 1 after an error record."""
    try:
        settings = json.loads(arguments[1])
        interface = settings["interface"]
        link, ring = open_link(interface, settings["filter"], promiscuous=settings["promiscuous"])
        capture = Capture(interface, link, ring)
        drop_privileges()
        grow_pipe()
        write_status({"ready": link.ins.getsockname()[4].hex(":")})
        capture.run()
    except Stopped as stopped:
        write_status({"error": stopped.reason, "detail": stopped.detail})
        return 1
    except BrokenPipeError:  # nobody reads any more
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
