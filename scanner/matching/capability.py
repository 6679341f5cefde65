"""What a host is able to do, from the signatures that match, its model and its class.

A capability is no evidence of a maker, so every match counts, whoever's it is. What an announcement says
counts as well: anybody may send it, as ``Observation.via`` tells beside it.
"""

from collections.abc import Iterable, Iterator

from scanner.matching.identity import Identity
from scanner.model.capability import Capability
from scanner.model.signature import Match
from scanner.model.verdict import Verdict

# Words of vocabulary/device_classes.txt that say it themselves.
_OF_CLASS = {
    "ptz_camera": frozenset({Capability.PAN_TILT_ZOOM}),
    "thermal_camera": frozenset({Capability.THERMAL}),
}
_NONE: frozenset[Capability] = frozenset()


def capabilities(matches: Iterable[Match], identity: Identity) -> frozenset[Capability]:
    """Return what was seen; of all others it is not known whether the host has them."""
    shown = (match.signature.capabilities for match in matches if match.signature.capabilities)
    return identity.capabilities.union(_OF_CLASS.get(identity.device_class or "", _NONE), *shown)


def evidence(verdict: Verdict) -> Iterator[tuple[Capability, str]]:
    """Yield each capability by name with what shows it: ids of signatures, else the device's own kind."""
    kind = " ".join(filter(None, (verdict.device_class, verdict.model)))
    for capability in sorted(verdict.capabilities, key=lambda one: one.value):
        rules = (match.signature for match in verdict.matches)
        ids = dict.fromkeys(rule.id for rule in rules if capability in rule.capabilities)
        yield capability, ", ".join(ids) or kind
