"""Writes every frame that crosses one interface into a pcap file, until SIGTERM.

Run as a program of its own, so that busy devices never delay it: ``recorder.py INTERFACE FILE``.
Says ``recording`` once it misses nothing more, and at the end how many frames it wrote and lost.
"""

import ctypes
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import BinaryIO

ETH_P_ALL = 0x0003
# linux/if_packet.h
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_STATISTICS, PACKET_MR_PROMISC = 263, 1, 6, 1
# asm-generic/socket.h; Python has no names for them.
SO_TIMESTAMPNS, SO_RCVBUFFORCE = 35, 33
PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Some seconds of a full sweep, for when the disk is slow.
RECEIVE_BUFFER_BYTES = 64 * 1024 * 1024
MAX_FRAME_BYTES = 65536
# https://www.tcpdump.org/manpages/pcap-savefile.5.html: version 2.4, microseconds, Ethernet.
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, MAX_FRAME_BYTES, 1)
POLL_SECONDS = 0.1


class Recorder:
    """A promiscuous packet socket on one interface."""

    def __init__(self, interface: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.settimeout(POLL_SECONDS)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._enlarge_buffer()
        index = socket.if_nametoindex(interface)
        membership = struct.pack("iHH8s", index, PACKET_MR_PROMISC, 0, b"")
        self._socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership)
        self._socket.bind((interface, ETH_P_ALL))
        self._stopping = False
        self.written = 0

    def write_to(self, file: BinaryIO) -> None:
        """Copy frames to ``file`` until ``stop``, then whatever is still waiting."""
        file.write(PCAP_HEADER)
        while (frame := self._next_frame()) or not self._stopping:
            if not frame:
                file.flush()
                continue
            file.write(frame)
            self.written += 1

    def stop(self) -> None:
        """Finish as soon as nothing is waiting."""
        self._stopping = True

    def dropped(self) -> int:
        """Return how many frames the kernel could not keep for us."""
        _, drops = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        return int(drops)

    def _next_frame(self) -> bytes:
        """Return the next frame as a pcap record, or nothing after ``POLL_SECONDS``."""
        try:
            frame, ancillary, _, _ = self._socket.recvmsg(MAX_FRAME_BYTES, 64)
        except TimeoutError:
            return b""
        seconds, nanoseconds = struct.unpack("ll", ancillary[0][2])
        return struct.pack("<IIII", seconds, nanoseconds // 1000, len(frame), len(frame)) + frame

    def _enlarge_buffer(self) -> None:
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
        except PermissionError:  # in a user namespace the machine's limit holds
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)


def main() -> None:
    """Record until told to stop."""
    interface, path = sys.argv[1:]
    recorder = Recorder(interface)
    signal.signal(signal.SIGTERM, lambda *_: recorder.stop())
    # Whoever started us may be killed; we must not stay behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    print("recording", flush=True)
    with Path(path).open("wb") as file:
        recorder.write_to(file)
    print(recorder.written, recorder.dropped(), flush=True)


if __name__ == "__main__":
    main()
