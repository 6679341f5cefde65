"""A listener that hears what the test says instead of frames."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import listening
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.talk import Loudness
from scanner.discovery.contract import Met, Tally
from scanner.discovery.listener import Listener
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.scope import Range, Scope
from scanner.model.sighting import sighted
from scanner.net.interface import Interface
from scanner.net.network import Network
from scanner.sweep import Plan

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMERA = Host(ip_address("10.0.0.5"), "02:00:00:00:00:05")


@dataclass(frozen=True)
class OneAnnouncement(Listener):
    """Hears one device, then silence without end, in which somebody may press Ctrl-C."""

    presses_control_c: bool = False

    name = "one announcement"

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        yield sighted(CAMERA, [Fact(Field.HTML_TITLE, "Acme")], self.name, Via.MULTICAST, AT)
        if self.presses_control_c:
            signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    def stop(self) -> None:
        """Nobody needs to be told: the silence is cut off."""

    def tallies(self) -> tuple[Tally, ...]:
        return (Tally("eth0", frames=7, heard=1, dropped=2, outages=0),)


def listen(
    listener: OneAnnouncement,
    knowledge: Knowledge,
    output: str | None = None,
    listen_s: float | None = None,
    write_every_s: float | None = None,
    loudness: Loudness = Loudness.QUIET,
) -> int:
    """Listen with the one listener on a segment of 254 addresses, and return the exit code."""
    scope = Scope((Range.of(ip_address("10.0.0.1"), ip_address("10.0.0.254")),))
    plan = Plan(scope, (), listen_s=listen_s, listeners=(listener,))
    invocation = Invocation(loudness=loudness)
    return listening.run(plan, knowledge, OutputOptions(output, None, None, ""), invocation, write_every_s)
