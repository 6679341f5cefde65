"""Examining one host: its ports, then its endpoints, one gentle question after another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.errors import OutOfScope
from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.host import Endpoint
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.verdict import Status, Tier, Verdict
from scanner.net.network import Network
from scanner.probes.contract import Probe
from scanner.sweep.port import PortFinder
from scanner.sweep.roster import Record

# After so many endpoints that went silent or reset, the device is in trouble, perhaps through us.
MAX_TROUBLES = 3


@dataclass(slots=True)
class Examiner:
    """What one examination needs; shared by all hosts of a sweep."""

    network: Network
    database: Database
    finder: PortFinder
    probes: Sequence[Probe]

    async def examine(self, record: Record, is_candidate: bool) -> bool:
        """Examine a host and keep what it shows in its record; return whether anybody was there.

        Ends at the host's deadline with what is known by then, and says so in ``record.shortfall``.
        """
        try:
            async with asyncio.timeout(self.network.gate.limits.host_deadline_s):
                is_somebody = await self._examine(record, is_candidate)
        except TimeoutError:
            record.shortfall = "out of time"
            return not is_candidate or record.has_shown_itself
        record.shortfall = ""
        return is_somebody

    async def _examine(self, record: Record, is_candidate: bool) -> bool:
        report = await self.finder.find(record.host, is_candidate)
        if not report.is_alive and not record.has_shown_itself:
            return False
        record.keep(report.observations)
        endpoints = [Endpoint(record.host.address, port) for port in report.open_ports]
        first = [probe for probe in self.probes if not probe.is_follow_up]
        await asyncio.gather(*(self._ask(record, endpoint, first) for endpoint in endpoints))
        if is_unclear(judge(record.host, record.observations, self.database)):
            later = [probe for probe in self.probes if probe.is_follow_up]
            answering = [e for e in endpoints if _answers(record, e)]
            await asyncio.gather(*(self._ask(record, endpoint, later) for endpoint in answering))
        return True

    async def _ask(self, record: Record, endpoint: Endpoint, probes: Sequence[Probe]) -> None:
        """Ask one endpoint in turn; leave it alone once it says nothing that can be read."""
        for probe in probes:
            if endpoint.port not in probe.ports or _troubles(record) >= MAX_TROUBLES:
                continue
            result = await self._run(probe, record, endpoint)
            record.results.append(result)
            record.keep(result.observations)
            if not result.observations:
                return

    async def _run(self, probe: Probe, record: Record, endpoint: Endpoint) -> ProbeResult:
        try:
            return await probe.run(record.host, endpoint, self.network)
        except OutOfScope as error:
            return ProbeResult(probe.name, endpoint, ProbeStatus.OUT_OF_SCOPE, detail=str(error))
        except Exception as error:  # noqa: BLE001 - the one border that a faulty probe must not cross
            detail = f"{type(error).__name__}: {error}"
            return ProbeResult(probe.name, endpoint, ProbeStatus.INTERNAL_ERROR, detail=detail)


def is_unclear(verdict: Verdict) -> bool:
    """Whether follow-up questions could tell more: maker unsure, or a flagged device without a version."""
    if verdict.tier not in (Tier.CONFIRMED, Tier.PROBABLE):
        return True
    return verdict.status is Status.FLAGGED and (verdict.firmware is None or verdict.tier is Tier.PROBABLE)


def why_not_assessed(shortfall: str, results: Sequence[ProbeResult]) -> str:
    """Return the sentence that a host gets which showed nothing to judge by."""
    if shortfall:
        return f"not examined to the end: {shortfall}"
    if not results:
        return "it is there, but none of the examined ports is open and it announces nothing that can be read"
    tried = ", ".join(
        f"{result.probe} on {result.endpoint.port}: {result.detail or result.status.value}"
        for result in results[:4]
    )
    return f"it accepts connections, but said nothing that can be read ({tried})"


def _answers(record: Record, endpoint: Endpoint) -> bool:
    return any(r.endpoint == endpoint and r.probe == "landing" and r.status.has_reply for r in record.results)


def _troubles(record: Record) -> int:
    """Count the exchanges that brought nothing, except where the device plainly said no."""
    said_no = (ProbeStatus.REFUSED, ProbeStatus.NOT_UNDERSTOOD)
    return sum(not result.observations and result.status not in said_no for result in record.results)
