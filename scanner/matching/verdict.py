"""From everything seen of one host to a verdict: whose firmware, how sure, and why.

Every signature is tried on every fact, then all matches are weighed. Neither the order of
observations nor that of files changes a verdict. Silence is never written as clean.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from scanner.matching.capability import capabilities
from scanner.matching.database import Database
from scanner.matching.identity import Facts, hostname, identify, mac_vendor, open_ports
from scanner.matching.oui import registrant_facts
from scanner.matching.reason import (
    conflict_reason,
    maker_reason,
    not_assessed_reason,
    not_matched_reason,
    recorder_note,
)
from scanner.matching.weighing import Case, cases, ranked
from scanner.model.field import Field, Layer
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.verdict import Status, Tier, Verdict

# That an address is in use or a port is open shows a host, but the host has not told what it is.
_PRESENCE = frozenset(field for field in Field if field.layer is Layer.LINK) | {
    Field.PORT_OPEN,
    Field.NMAP_SERVICE,
}
_ANSWERS = frozenset(Field) - _PRESENCE


def judge(
    host: Host,
    observations: Sequence[Observation],
    database: Database,
    *,
    not_assessed: str | None = None,
    without: Collection[tuple[Field, str]] = (),
) -> Verdict:
    """Return the verdict on one host; the same observations in any order give the same one.

    ``not_assessed`` is a sentence that says why nothing answered, for a host that told nothing.
    ``without`` are fields with values to be left out, those of address registrants included.
    """
    told = (*observations, *registrant_facts(observations, database.registry))
    seen = [one for one in told if (one.field, one.value) not in without]
    matches = ranked(chain.from_iterable(map(database.engine.matches, seen)))
    facts = Facts(seen)
    found = _conclude(cases(matches, database.makers), facts.has_any(_ANSWERS), not_assessed)
    rules = database.rules[found.lead.maker.id] if found.lead else None
    identity = identify(found.lead.matches if found.lead else (), facts, rules, database)
    return Verdict(
        host=host,
        status=found.status,
        tier=found.tier,
        reason=found.reason + recorder_note(identity.device_class, identity.channels),
        maker=found.lead.maker.name if found.lead else None,
        brand=identity.brand,
        model=identity.model,
        device_class=identity.device_class,
        firmware=identity.firmware,
        serial=identity.serial,
        channels=identity.channels,
        mac_vendor=mac_vendor(host, facts, database),
        hostname=hostname(facts),
        open_ports=open_ports(facts),
        matches=matches,
        capabilities=capabilities(matches, identity),
    )


@dataclass(frozen=True, slots=True)
class _Conclusion:
    status: Status
    tier: Tier
    reason: str
    lead: Case | None = None


def _conclude(found: list[Case], has_answered: bool, not_assessed: str | None) -> _Conclusion:
    devices = [case for case in found if not case.maker.is_generic]
    positive = [case for case in devices if case.is_positive]
    if positive:
        return _from_positive(positive, devices)
    if targets := [case for case in devices if case.maker.is_target]:
        return _Conclusion(Status.SUSPECTED, Tier.POSSIBLE, maker_reason(targets[0]), targets[0])
    if not has_answered:
        return _Conclusion(Status.NOT_ASSESSED, Tier.NONE, not_assessed_reason(not_assessed))
    if devices:
        return _Conclusion(Status.OTHER_MAKER, Tier.POSSIBLE, maker_reason(devices[0]), devices[0])
    return _Conclusion(Status.NOT_MATCHED, Tier.NONE, not_matched_reason(found))


def _from_positive(positive: list[Case], devices: list[Case]) -> _Conclusion:
    targets = [case for case in positive if case.maker.is_target]
    if targets and len(positive) > 1:
        lead = targets[0]
        rival = next(case for case in positive if case is not lead)
        return _Conclusion(Status.SUSPECTED, Tier.CONFLICTING, conflict_reason(lead, rival), lead)
    lead = positive[0]
    if targets and (against := _contradicted(lead, devices)):
        return _Conclusion(Status.SUSPECTED, Tier.CONFLICTING, conflict_reason(lead, against), lead)
    if targets:
        return _Conclusion(Status.FLAGGED, lead.tier, maker_reason(lead), lead)
    hints = [case for case in devices if case.maker.is_target]
    return _Conclusion(Status.OTHER_MAKER, lead.tier, maker_reason(lead, hints), lead)


def _contradicted(lead: Case, devices: list[Case]) -> Case | None:
    """Return whom the hardware address names when all that speaks for another maker is a claim."""
    if not lead.is_claim or lead.link_match:
        return None
    return next((case for case in devices if case is not lead and case.link_match), None)
