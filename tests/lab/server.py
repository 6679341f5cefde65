"""The lab's one process: it makes the LAN, serves every device, and takes calls until told to stop.

``python -m tests.lab.server`` reads a plan, as one line of JSON, from standard input, works in the
current directory, and says ``ready`` or what went wrong as one line on standard output.
"""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from tests.lab import recorder
from tests.lab.control import answer_calls
from tests.lab.crowd import CROWD_MAC, Crowd
from tests.lab.device import Device
from tests.lab.errors import LabError, NamespacesRefused
from tests.lab.lan import BRIDGE, SCANNER_INTERFACE, Lan
from tests.lab.persona import Persona, Truth
from tests.lab.personas import persona_named
from tests.lab.plan import Expected, Plan
from tests.lab.state import READY, REFUSED, State, process_start
from tests.lab.unit import Unit

LOOPBACK_LEAVES_OUT = (
    "hardware addresses and ARP",
    "multicast and broadcast: discovery is answered by unicast only",
    "everything that devices say unasked",
    "DHCP, IGMP, IPv6 and SADP on layer 2",
    "silence: a loopback address refuses what a silent host ignores",
)
CLOSING_THREADS = 64
IDLE_SECONDS = 60.0


class Server:
    """Runs one plan; make it while the process has a single thread, before any event loop."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lan = None if plan.loopback else Lan(IPv4Network(plan.network))
        self._devices: dict[IPv4Address, Device] = {}
        self._made: Counter[str] = Counter()
        self._crowd_hosts = plan.crowd_hosts()
        self._recorders: list[subprocess.Popen[str]] = []
        self._stopped = asyncio.Event()
        self._began = time.monotonic()
        self._started_in_seconds = 0.0

    async def run(self) -> None:
        """Bring everything up, say ``ready``, serve until stopped, and take everything down."""
        for persona, unit in self._plan.devices():
            await self._start(persona, unit)
        if self._lan and self._crowd_hosts:
            Crowd(self._lan.plug(CROWD_MAC, None), self._crowd_hosts, self._plan.crowd_loss)
        names = ("frames", "plug", "received", "record", "status", "stop", "truth", "unplug")
        control = await answer_calls({name: getattr(self, name) for name in names})
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stopped.set)
        self._state().write(Path())
        announcing = asyncio.create_task(self._announce())
        # Devices that fall silent would spoil what tests conclude: better no lab than a quiet one.
        announcing.add_done_callback(lambda _: self._stopped.set())
        self._started_in_seconds = round(time.monotonic() - self._began, 3)
        _say(READY)
        await self._stopped.wait()
        announcing.cancel()
        control.close()
        for device in self._devices.values():
            device.stop()
        # The kernel waits some milliseconds for each packet socket that closes, but for many at once.
        with ThreadPoolExecutor(CLOSING_THREADS) as pool:
            pool.map(Device.release, self._devices.values())

    async def status(self) -> dict[str, Any]:
        """Return what is running."""
        return {
            "pid": os.getpid(),
            "mode": "loopback" if self._plan.loopback else "namespaces",
            "network": self._plan.network,
            "devices": len(self._devices),
            "crowd": len(self._crowd_hosts),
            "recordings": len(self._recorders),
            "started_in_seconds": self._started_in_seconds,
        }

    async def truth(self) -> dict[str, Any]:
        """Return what a census should find at every address, and what this lab cannot show."""
        rows = [self._expected(device) for device in self._devices.values()] + self._expected_crowd()
        closed = Counter(note for device in self._devices.values() for note in device.left_out)
        left_out = [f"{note} of {number} devices" for note, number in closed.items()]
        if self._lan is None:
            left_out = [*LOOPBACK_LEAVES_OUT, *left_out]
        return {"left_out": left_out, "devices": [asdict(row) for row in rows]}

    async def received(self, address: str) -> dict[str, Any]:
        """Return the journal of one device."""
        journal = self._device(address).journal
        return {
            "entries": [entry.to_json() for entry in journal.entries],
            "connections_total": journal.connections_total,
            "connections_peak": journal.connections_peak,
        }

    async def frames(self) -> dict[str, int]:
        """Return how many frames the scanner has sent and received."""
        if self._lan is None:
            raise LabError("loopback has no interface whose frames could be counted")
        for line in Path("/proc/thread-self/net/dev").read_text().splitlines():
            name, _, counters = line.strip().partition(":")
            if name == SCANNER_INTERFACE:
                fields = counters.split()
                return {"received": int(fields[1]), "sent": int(fields[9])}
        raise LabError(f"the scanner's interface {SCANNER_INTERFACE} is gone")

    async def record(self, path: str) -> None:
        """Write everything that crosses the switch into a pcap file, from now until the lab stops."""
        if self._lan is None:
            raise LabError("loopback has no switch whose frames could be recorded")
        command = [sys.executable, recorder.__file__, BRIDGE, path]
        with self._lan.switch.entered():
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if not process.stdout or process.stdout.readline() != "recording\n":
            raise LabError(f"{path} cannot be recorded to; see the server's log")
        self._recorders.append(process)

    async def plug(self, persona: str, address: str, number: int | None) -> str:
        """Connect one more device and return its address.

        ``number`` says which unit of its kind; a new one without it. Without an address it gets a free one.
        """
        used = self._devices.keys() | self._crowd_hosts.keys()
        free = (candidate for candidate in self._plan.addresses() if candidate not in used)
        place = IPv4Address(address) if address else next(free, None)
        if place is None or place in used:
            raise LabError(f"there is no room at {address or self._plan.network}")
        kind = persona_named(persona)
        await self._start(kind, kind.unit(place, self._made[persona] if number is None else number))
        return str(place)

    async def unplug(self, address: str) -> None:
        """Take one device off the LAN."""
        device = self._device(address)
        device.stop()
        device.release()
        del self._devices[device.unit.address]

    async def stop(self) -> list[str]:
        """Stop; return what each recorder wrote and lost, as ``WRITTEN DROPPED``."""
        for process in self._recorders:
            process.terminate()
        self._stopped.set()
        return [process.communicate()[0].strip() for process in self._recorders]

    async def _start(self, persona: Persona, unit: Unit) -> None:
        address = unit.address if persona.has_ip else None
        namespace = self._lan.plug(unit.mac, address, ipv6=persona.ipv6) if self._lan else None
        self._made[persona.name] += 1
        device = Device(persona, unit, namespace)
        self._devices[unit.address] = device
        await device.start()

    async def _announce(self) -> None:
        """Let every device speak at once, then each in its turn, all within every interval."""
        interval = self._plan.announce_seconds
        for device in self._devices.values() if interval else ():
            device.announce()
        while True:
            for device in list(self._devices.values()):
                await asyncio.sleep((interval or IDLE_SECONDS) / len(self._devices))
                if interval and self._devices.get(device.unit.address) is device:
                    device.announce()
            if not self._devices:
                await asyncio.sleep(IDLE_SECONDS)

    def _device(self, address: str) -> Device:
        device = self._devices.get(IPv4Address(address))
        if device is None:
            raise LabError(f"there is no device at {address}")
        return device

    def _expected(self, device: Device) -> Expected:
        unit, truth = device.unit, device.persona.truth
        if self._lan is None:
            shown = tuple(name for name in truth.shown if name not in truth.link_only)
            truth = replace(truth, shown=shown, announced=())
        return Expected(
            address=str(unit.address),
            mac=unit.mac if self._lan else "",
            serial=unit.serial,
            persona=device.persona.name,
            **asdict(truth),
        )

    def _expected_crowd(self) -> list[Expected]:
        truth = asdict(Truth(verdict="not_assessed"))
        return [
            Expected(address=str(address), mac=mac.hex(":"), serial="", persona="crowd", **truth)
            for address, mac in self._crowd_hosts.items()
        ]

    def _state(self) -> State:
        lan = self._lan
        scanner = lan.scanner.descriptor if lan else None
        return State(pid=os.getpid(), started=process_start(os.getpid()), scanner_descriptor=scanner)


def _say(line: str) -> None:
    """Tell whoever started us, then let go of their pipe."""
    os.write(1, line.replace("\n", " ").encode() + b"\n")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)


def main() -> None:
    """Serve the plan that stands on standard input."""
    # A device costs a handful of descriptors; 250 of them need more than the usual 1024.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        server = Server(Plan.from_json(sys.stdin.readline()))
        asyncio.run(server.run())
    except NamespacesRefused as error:
        _say(f"{REFUSED}{error}")
        sys.exit(1)
    except (LabError, OSError) as error:
        _say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
