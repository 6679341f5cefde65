"""Telling systemd how a service is (sd_notify(3)): datagrams to the socket that it names."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

# What systemd gives to the service and must not reach the programs that the service starts.
VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Whoever started this process. ``address`` is empty when that was not systemd.

    ``watchdog_s`` is the time after which a silent service is taken for hung, or None.
    """

    address: str = ""
    watchdog_s: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return what an environment says; the watchdog counts only where it is for this process."""
        interval_us = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        is_watched = is_ours and interval_us.isdecimal() and int(interval_us) > 0
        watchdog_s = int(interval_us) / _US_PER_S if is_watched else None
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog_s)

    def tell(self, *states: str) -> None:
        """Send states such as ``READY=1``. A supervisor that does not take them is no reason to fail."""
        if not self.address:
            return
        # An address that begins with @ is in the abstract namespace (unix(7)).
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(states).encode(), address)
