"""Why a device got its verdict: every message and every match, and what would have changed it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from scanner.cli.inventory import opened
from scanner.cli.running import result
from scanner.errors import UsageProblem
from scanner.export import sheet
from scanner.inventory.contract import FindingRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.tracking import firmware_text
from scanner.matching.capability import evidence
from scanner.matching.counterfactual import alternatives, breaking_point, is_alike, missing
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.signature import Match
from scanner.model.verdict import Status, Verdict

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Account:
    """One finding with its evidence, and what today's signatures make of that."""

    finding: FindingRow
    sweep: SweepRow
    observations: tuple[Observation, ...]
    database: Database
    verdict: Verdict


def run(db: str | None, reference: str, sweep: str | None, signatures: tuple[Path, ...]) -> None:
    """Print the account of a device in one sweep, which is the last one that met it unless one is named."""
    with opened(db) as inventory:
        result.put(lines(_account(inventory, reference, sweep, load(signatures))))


def lines(account: Account) -> Iterator[str]:
    """Yield the whole account, line by line."""
    messages = _messages(account.observations)
    yield from _conclusion(account)
    yield from _today(account)
    yield from _able(account.verdict)
    yield from _what_would_change(account)
    yield from _matches(account, messages)
    yield from _unmatched(account, messages)
    yield from _dumps(messages)


def _account(inventory: Inventory, reference: str, sweep: str | None, database: Database) -> Account:
    device = inventory.device(reference)
    wanted = None if sweep is None else inventory.sweep(sweep, device.site)
    number = None if wanted is None else wanted.number
    found = deque(inventory.findings(device=device.number, sweep=number), maxlen=1)
    if not found:
        raise UsageProblem(
            f"Sweep {sweep} did not meet device {device.number}, so there is nothing to explain. "
            f"camcensus show {device.number} lists the sweeps that did."
        )
    finding = found.pop()
    kept = inventory.evidence(finding.number)
    seen = tuple(observation for one in kept for observation in one.observations)
    host = kept[0].host if kept else Host(ip_address(device.address), finding.mac)
    excuse = finding.reason if finding.verdict == Status.NOT_ASSESSED.value else None
    verdict = judge(host, seen, database, not_assessed=excuse)
    return Account(finding, wanted or inventory.sweep(str(finding.sweep)), seen, database, verdict)


def _conclusion(account: Account) -> Iterator[str]:
    finding, sweep = account.finding, account.sweep
    yield from sheet.sentence(
        f"Device {finding.device} of {finding.site} at {finding.address}, as sweep {sweep.number} found it"
    )
    pairs = (
        ("Verdict", f"{finding.verdict}, {finding.tier}"),
        ("Maker", finding.maker),
        ("Brand", finding.brand),
        ("Model", finding.model),
        ("Firmware", firmware_text(finding.firmware)),
        ("Reason", finding.reason),
        ("Observed", finding.observed_at.isoformat(timespec="seconds")),
        ("Judged by", f"camcensus {sweep.versions.program}, signatures {sweep.versions.signatures}"),
    )
    yield from sheet.labelled(pairs)


def _today(account: Account) -> Iterator[str]:
    yield from sheet.heading(f"Judged again by today's signatures ({account.database.version})")
    if not account.observations:
        yield from sheet.sentence("No evidence is stored, so nothing can be judged again.")
        return
    changed = tuple(_changed(account.finding, account.verdict))
    if not changed:
        yield from sheet.sentence("The verdict is the same.")
        return
    yield from sheet.sentence("The verdict is another one; camcensus rejudge would store it:")
    yield from sheet.labelled(changed, _INDENT)


def _able(verdict: Verdict) -> Iterator[str]:
    yield from sheet.heading("What it shows that it is able to do")
    yield from sheet.labelled(((one.value, by) for one, by in evidence(verdict)), _INDENT)
    others = "Others are" if verdict.capabilities else "All is"
    yield from sheet.sentence(f"  {others} unknown: what does not show may be there.")


def _changed(finding: FindingRow, verdict: Verdict) -> Iterator[tuple[str, str]]:
    pairs = (
        ("Verdict", finding.verdict, verdict.status.value),
        ("Tier", finding.tier, verdict.tier.value),
        ("Maker", finding.maker, verdict.maker),
        ("Brand", finding.brand, verdict.brand),
        ("Model", finding.model, verdict.model),
        ("Firmware", firmware_text(finding.firmware), firmware_text(verdict.firmware)),
    )
    for label, stored, today in pairs:
        if (stored or "") != (today or ""):
            yield label, f"{stored or 'none'} before, {today or 'none'} today"


def _what_would_change(account: Account) -> Iterator[str]:
    verdict = account.verdict
    yield from sheet.heading("What would have changed it")
    found = tuple(alternatives(verdict.host, account.observations, account.database, verdict))
    telling = [one for one in found if not is_alike(one.verdict, verdict)]
    for one in telling:
        yield from sheet.sentence(f"  Without {one.field.value}={one.value}: {_briefly(one.verdict)}.")
    if found and not telling:
        yield from sheet.sentence(f"  No single piece: without any one of the {len(found)} it is the same.")
        yield from _together(account)
    if lacking := missing(verdict, account.database):
        yield from sheet.sentence(f"  {lacking}")


def _together(account: Account) -> Iterator[str]:
    verdict = account.verdict
    point = breaking_point(verdict.host, account.observations, account.database, verdict)
    if point is not None:
        count, other = point
        yield from sheet.sentence(f"  Without the {count} strongest together: {_briefly(other)}.")


def _briefly(verdict: Verdict) -> str:
    whose = f" {verdict.maker}" if verdict.maker else ""
    return f"{verdict.status.value}, {verdict.tier.value}{whose}"


def _messages(observations: Sequence[Observation]) -> dict[bytes, list[Observation]]:
    """Return what each message showed, in the order in which the messages were stored."""
    messages: dict[bytes, list[Observation]] = {}
    for seen in observations:
        messages.setdefault(seen.raw, []).append(seen)
    return messages


def _matches(account: Account, messages: dict[bytes, list[Observation]]) -> Iterator[str]:
    for number, match in enumerate(account.verdict.matches, 1):
        maker = account.database.makers[match.signature.maker].name
        yield from sheet.heading(
            f"{number}. {maker}, {match.signature.certainty.value}: {match.signature.id}"
        )
        yield from sheet.labelled(_match(match), _INDENT)
        yield from sheet.labelled(_seen(match.observation, messages), _INDENT)
        yield from sheet.labelled((("Reference", text) for text in match.signature.references), _INDENT)


def _match(match: Match) -> Iterator[tuple[str, str]]:
    yield "Signature", match.signature.description
    yield from (("Pattern", pattern) for pattern in match.signature.patterns)
    yield "Layer", match.signature.layer.value
    yield from (("Shows", f"{name}: {value}") for name, value in match.captured.items())


def _unmatched(account: Account, messages: dict[bytes, list[Observation]]) -> Iterator[str]:
    matched = {(match.observation.field, match.observation.value) for match in account.verdict.matches}
    others = [seen for seen in account.observations if (seen.field, seen.value) not in matched]
    if others:
        yield from sheet.heading("Seen as well, without a signature that matches")
    for seen in others:
        yield from sheet.labelled(_seen(seen, messages), _INDENT)


def _seen(seen: Observation, messages: dict[bytes, list[Observation]]) -> Iterator[tuple[str, str]]:
    at = seen.observed_at.isoformat(timespec="seconds")
    where = f" from {seen.endpoint}" if seen.endpoint else ""
    number = list(messages).index(seen.raw) + 1
    yield "Value", f"{seen.field.value}={seen.value}"
    yield "Seen", f"by {seen.source} ({seen.via.value}){where} on {at}, message {number}"


def _dumps(messages: dict[bytes, list[Observation]]) -> Iterator[str]:
    for number, (raw, shown) in enumerate(messages.items(), 1):
        fields = ", ".join(dict.fromkeys(seen.field.value for seen in shown))
        yield from sheet.heading(f"Message {number}, {len(raw)} bytes: {fields}")
        yield from sheet.dump(raw, _INDENT)
