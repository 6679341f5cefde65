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
from tests.lab.lan import BRIDGE, Lan, Segment
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
    "segments: nothing lies behind a router, and nothing can be cut off",
)
CALLS = (
    *("frames", "received", "record", "status", "stop", "truth"),
    *("cut", "plug", "renumber", "restore", "swap", "unplug", "upgrade"),
)
CLOSING_THREADS = 64
IDLE_SECONDS = 60.0


class Server:
    """Runs one plan; make it while the process has a single thread, before any event loop."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lan = None if plan.loopback else _laid(plan)
        self._devices: dict[IPv4Address, Device] = {}
        self._made: Counter[str] = Counter()
        self._crowd_hosts = plan.crowd_hosts()
        self._cut: set[Segment] = set()
        self._recorders: list[subprocess.Popen[str]] = []
        self._stopped = asyncio.Event()
        self._began = time.monotonic()
        self._started_in_seconds = 0.0

    async def run(self) -> None:
        """Bring everything up, say ``ready``, serve until stopped, and take everything down."""
        for persona, unit in self._plan.devices():
            self._made[persona.name] += 1
            await self._start(persona, unit)
        if self._lan and self._crowd_hosts:
            home = self._lan.plug(CROWD_MAC, next(iter(self._crowd_hosts)), has_ip=False)
            Crowd(home, self._crowd_hosts, self._plan.crowd_loss)
        control = await answer_calls({name: getattr(self, name) for name in CALLS})
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
            "further": [one.network for one in self._plan.further],
            "cut": sorted(one.name for one in self._cut),
            "devices": len(self._devices),
            "crowd": len(self._crowd_hosts),
            "recordings": len(self._recorders),
            "started_in_seconds": self._started_in_seconds,
        }

    async def truth(self) -> dict[str, Any]:
        """Return what a census should find at every address, and what this lab cannot show."""
        rows = [self._expected(device) for device in self._devices.values()] + self._expected_others()
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
        """Return how many frames the scanner has sent and received, on all its interfaces."""
        if self._lan is None:
            raise LabError("loopback has no interface whose frames could be counted")
        lines = Path("/proc/thread-self/net/dev").read_text().splitlines()
        rows = [line.replace(":", " ").split() for line in lines if line.lstrip().startswith("scan")]
        return {"received": sum(int(row[2]) for row in rows), "sent": sum(int(row[10]) for row in rows)}

    async def record(self, path: str, segment: str = BRIDGE) -> None:
        """Write everything that crosses a switch into a pcap file, from now until the lab stops."""
        if self._lan is None:
            raise LabError("loopback has no switch whose frames could be recorded")
        command = [sys.executable, recorder.__file__, self._lan.segment(segment).name, path]
        with self._lan.switch.entered():
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if not process.stdout or process.stdout.readline() != "recording\n":
            raise LabError(f"{path} cannot be recorded to; see the server's log")
        self._recorders.append(process)

    async def plug(self, persona: str, address: str, number: int | None) -> str:
        """Connect one more device and return its address.

        ``number`` says which unit of its kind; a new one without it. Without an address it gets a free one.
        """
        place, kind = self._room(address), persona_named(persona)
        await self._start(kind, self._new_unit(kind, place, number))
        return str(place)

    async def unplug(self, address: str) -> None:
        """Take one device off the LAN."""
        self._take_off(self._device(address))

    async def renumber(self, address: str, new: str) -> None:
        """Give the same unit another address, which may be in another segment."""
        device, place = self._device(address), self._room(new)
        await self._replace(device, replace(device.unit, address=place))

    async def swap(self, address: str) -> None:
        """Put another unit of the same kind in a device's place, with its own MAC and serial number."""
        device = self._device(address)
        await self._replace(device, self._new_unit(device.persona, device.unit.address))

    async def upgrade(self, address: str, version: str, built: str) -> None:
        """Give a device another firmware, which takes its place on everything that shows the old one.

        ``built`` is the ISO date of the build; without it the old one stays.
        """
        device = self._device(address)
        if "firmware_version" not in device.persona.truth.shown:
            raise LabError(f"nothing that {device.persona.name} says shows its firmware")
        built = built or device.unit.built
        await self._replace(device, replace(device.unit, version=version, built=built))

    async def cut(self, segment: str, visibly: bool) -> None:
        """Cut a segment off; ``visibly`` takes the carrier from the interface that leads there."""
        lan = self._real_lan()
        lan.cut(lan.segment(segment), visibly=visibly)
        self._cut.add(lan.segment(segment))

    async def restore(self, segment: str) -> None:
        """Connect a segment again."""
        lan = self._real_lan()
        lan.restore(lan.segment(segment))
        self._cut.discard(lan.segment(segment))

    async def stop(self) -> list[str]:
        """Stop; return what each recorder wrote and lost, as ``WRITTEN DROPPED``."""
        for process in self._recorders:
            process.terminate()
        self._stopped.set()
        return [process.communicate()[0].strip() for process in self._recorders]

    async def _start(self, persona: Persona, unit: Unit) -> None:
        namespace = None
        if self._lan:
            options = {"has_ip": persona.has_ip, "ipv6": persona.ipv6}
            namespace = self._lan.plug(unit.mac, unit.address, **options)
        device = Device(persona, unit, namespace)
        self._devices[unit.address] = device
        await device.start()

    def _new_unit(self, persona: Persona, address: IPv4Address, number: int | None = None) -> Unit:
        """Return the n-th unit of a kind; without a number, one that there has not been yet."""
        made = self._made[persona.name]
        number = made if number is None else number
        self._made[persona.name] = max(made, number + 1)
        return persona.unit(address, number)

    async def _replace(self, device: Device, unit: Unit) -> None:
        """Let a unit take a device's place, as after a restart: its journal begins anew."""
        self._take_off(device)
        await self._start(device.persona, unit)

    def _take_off(self, device: Device) -> None:
        device.stop()
        device.release()
        del self._devices[device.unit.address]

    def _room(self, address: str) -> IPv4Address:
        """Return a free address in a segment: the one that is asked for, or the first in lan0."""
        used = self._devices.keys() | self._crowd_hosts.keys() | {row[0] for row in self._plan.router()}
        free = (candidate for candidate in self._plan.addresses() if candidate not in used)
        place = IPv4Address(address) if address else next(free, None)
        if place is None or place in used:
            raise LabError(f"there is no room at {address or self._plan.network}")
        if self._lan:
            self._lan.segment_of(place)
        return place

    def _real_lan(self) -> Lan:
        if self._lan is None:
            raise LabError("loopback has no segments that could be cut off")
        return self._lan

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
        truth = replace(truth, firmware_version=unit.version, firmware_build_date=unit.built)
        return Expected(
            address=str(unit.address),
            mac=unit.mac if self._lan else "",
            serial=unit.serial,
            persona=device.persona.name,
            **asdict(truth),
            **self._where(unit.address),
        )

    def _expected_others(self) -> list[Expected]:
        """Return the crowd and the router, of which nothing is to be seen but that they are there."""
        truth = asdict(Truth(verdict="not_assessed"))
        crowd = [
            Expected(
                address=str(at), mac=mac.hex(":"), serial="", persona="crowd", **truth, **self._where(at)
            )
            for at, mac in self._crowd_hosts.items()
        ]
        # The router answers at all its addresses, whichever of its cables is pulled.
        router = [
            Expected(address=str(at), mac=mac, serial="", persona="router", **truth, segment=segment)
            for at, mac, segment in self._plan.router()
        ]
        return crowd + router

    def _where(self, address: IPv4Address) -> dict[str, Any]:
        """Return the columns that tell the segment of an address."""
        if self._lan is None:
            return {}
        segment = self._lan.segment_of(address)
        return {"segment": segment.name, "reachable": segment not in self._cut}

    def _state(self) -> State:
        lan = self._lan
        scanner = lan.scanner.descriptor if lan else None
        return State(pid=os.getpid(), started=process_start(os.getpid()), scanner_descriptor=scanner)


def _laid(plan: Plan) -> Lan:
    lan = Lan(IPv4Network(plan.network))
    for one in plan.further:
        (lan.route if one.routed else lan.attach)(IPv4Network(one.network))
    return lan


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
