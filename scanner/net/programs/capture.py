"""The capture program: Ethernet frames between one interface and two pipes.

Run it as ``python -I capture.py SETTINGS``. It imports nothing of camcensus, and of camcensus it alone
imports scapy, which is GPL-2.0-only, and it alone needs CAP_NET_RAW. Once its socket is open it gives
up every privilege. It never looks inside a frame, so nothing on the network can confuse it.

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
# One write for many frames, yet a sender never waits long for its turn.
MAX_BATCH_FRAMES = 512
# A jumbo frame with its tags; nothing that announces itself is longer.
MAX_FRAME_BYTES = 9216
MAX_INPUT_BYTES = 65536
# The kernel doubles this and books 768 bytes for a short frame: 21,000 of them may wait for us.
RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024
# linux/bpf_common.h BPF_MAXINSNS: the kernel refuses more.
MAX_INSTRUCTIONS = 4096

# linux/if_packet.h, asm-generic/socket.h, linux/sockios.h, net/if.h, net/if_arp.h
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_STATISTICS = 6
PACKET_IGNORE_OUTGOING = 23
PACKET_MR_PROMISC = 1
PACKET_MR_ALLMULTI = 2
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
SIOCGIFFLAGS = 0x8913
IFF_UP = 0x1
IFF_RUNNING = 0x40
ARPHRD_ETHER = 1
ARPHRD_LOOPBACK = 772

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


class Capture:
    """One open interface. ``run`` serves it until standard input ends."""

    def __init__(self, interface: str, link: Any) -> None:
        self.interface = interface
        self.index = socket.if_nametoindex(interface)
        self.link = link
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
        self.count()

    def patience(self) -> float:
        """Return for how many seconds nothing needs doing unless a frame comes."""
        return RETRY_S if self.is_blocked else max(0.0, self.next_count - time.monotonic())

    def receive(self) -> None:
        """Write the frames that wait, up to one batch."""
        batch = bytearray()
        for _ in range(MAX_BATCH_FRAMES):
            try:
                _, frame, at = self.link.recv_raw(MAX_FRAME_BYTES)
            except BlockingIOError:
                break
            except OSError:  # the interface went down or away: find out which
                self.next_count = time.monotonic()
                break
            if frame:
                batch += RECEIVED.pack(9 + len(frame), FRAME, at) + frame
        write_all(batch)

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


def open_link(interface: str, program: list[list[int]], *, promiscuous: bool) -> Any:
    """Return scapy's layer-2 socket, filtered and not blocking. Raises Stopped."""
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
        prepare(link.ins, index, program, promiscuous=promiscuous)
    except OSError as error:
        raise Stopped(REASONS.get(error.errno or 0, "failed"), str(error)) from error
    return link


def prepare(sock: socket.socket, index: int, program: list[list[int]], *, promiscuous: bool) -> None:
    """Check the kind of link, set the filter and what is received, and throw away what came before."""
    if sock.getsockname()[3] not in (ARPHRD_ETHER, ARPHRD_LOOPBACK):
        raise Stopped("not-ethernet", f"hardware type {sock.getsockname()[3]}")
    attach_filter(sock, program)
    for kind in (PACKET_MR_ALLMULTI, PACKET_MR_PROMISC)[: 1 + promiscuous]:
        sock.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8x", index, kind, 0))
    # Linux before 4.20 does not know this; scapy then throws the frames away that we sent.
    with contextlib.suppress(OSError):
        sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    grow_buffer(sock)
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            sock.recv(1)


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


def grow_buffer(sock: socket.socket) -> None:
    """Ask for a large receive buffer; without CAP_NET_ADMIN the kernel gives what the machine allows."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)


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
        link = open_link(interface, settings["filter"], promiscuous=settings["promiscuous"])
        capture = Capture(interface, link)
        drop_privileges()
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
