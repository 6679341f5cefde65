"""Entering the next step for one device under one policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.inventory.contract import DeviceRow
from scanner.inventory.obligation_book import ObligationBook
from scanner.matching.database import load
from scanner.model.site import Site
from scanner.policy.rulebook import Rulebook
from scanner.removal.obligation import Circumstances, Obligation, State, Step, check
from scanner.removal.owner import Custody

_LYING_AHEAD = (State.PLANNED, State.EXEMPT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The step as it was typed; ``words`` are its texts by name."""

    state: str
    day: date | None
    words: Mapping[str, str]


def run(
    db: str | None, reference: str, policy: str, wanted: Wanted, signature_directories: tuple[Path, ...]
) -> None:
    """Enter a step, or raise UsageProblem and change nothing."""
    Rulebook.load(load(signature_directories), signature_directories).selected([policy])
    now = SystemClock().now()
    with opened(db) as inventory:
        device = inventory.device(reference)
        site = inventory.site(device.site)
        step = _step(wanted, site, now)

        def may_follow(known: Obligation, told: Custody) -> None:
            check(known, step, _circumstances(device, site, told, now))

        ObligationBook(inventory.engine).enter(device.number, policy, step, may_follow)
    talk.info(f"Device {device.number} of {device.site} is {step.state.value} under {policy}: {_when(step)}.")


def _step(wanted: Wanted, site: Site, now: datetime) -> Step:
    state = State(wanted.state)
    if wanted.day is None and state in _LYING_AHEAD:
        raise UsageProblem(f"Say until when it is {state.value}, with --date. Nothing was changed.")
    return Step(state, wanted.day or site.day(now), at=now, **wanted.words)


def _circumstances(device: DeviceRow, site: Site, told: Custody, now: datetime) -> Circumstances:
    return Circumstances(site.day(now), told.dependency, site.day(device.last_seen))


def _when(step: Step) -> str:
    words = {State.PLANNED: "to be gone by", State.EXEMPT: "until"}
    return f"{words.get(step.state, 'on')} {step.day}, says {step.by}"
