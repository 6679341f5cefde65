"""One rule of the database, and what it found."""

from dataclasses import dataclass, field
from enum import Enum

from scanner.model.capability import Capability
from scanner.model.field import Field, Layer
from scanner.model.observation import Observation

# What a match can show that tells one device from another of its maker.
IDENTIFYING = frozenset({"model", "firmware_version", "build_date", "serial"})


class Certainty(Enum):
    """What one match is worth: decisive proves alone, strong makes probable, weak only hints."""

    DECISIVE = "decisive"
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Example:
    """A value that a device really sends, with what must be extracted from it."""

    value: str
    extracts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One rule: all ``patterns`` must match one value of ``field``.

    Named groups of the patterns are extracted: ``model``, ``firmware_version``, ``build_date``,
    ``serial``, ``brand``, ``mac``, ``channels``. ``maker`` is a maker's id; ``brand``,
    ``device_class`` and ``capabilities`` are what a match alone tells.
    """

    id: str
    maker: str
    field: Field
    patterns: tuple[str, ...]
    certainty: Certainty
    description: str
    references: tuple[str, ...]
    examples: tuple[Example, ...]
    near_misses: tuple[str, ...]
    brand: str | None = None
    device_class: str | None = None
    capabilities: frozenset[Capability] = frozenset()

    @property
    def layer(self) -> Layer:
        """The independent way of knowing that this rule uses."""
        return self.field.layer


@dataclass(frozen=True, slots=True)
class Maker:
    """Who writes firmware. ``is_target`` makers are the ones a census flags.

    ``is_generic`` marks software that any maker may build in (a web server, an SSH daemon): a match
    names a component, so it never contradicts a device maker.
    """

    id: str
    name: str
    is_target: bool = False
    is_generic: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A signature that fits an observation, with what it captured."""

    signature: Signature
    observation: Observation
    captured: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        """How many of model, firmware version, build date and serial number it shows."""
        return len(IDENTIFYING & self.captured.keys())
