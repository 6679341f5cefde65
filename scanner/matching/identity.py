"""What device it is: brand, model, firmware, serial and the rest, from captures and stated facts.

A signature's captures come first, strongest first. After them come the fields that a protocol itself
defines as model, firmware or serial, whoever made the device.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scanner.matching.database import Database
from scanner.matching.firmware import combined, read_build_date, read_firmware
from scanner.matching.maker import MakerRules, ModelGrammar
from scanner.matching.pattern import compiled, wire_text
from scanner.model.capability import Capability
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.signature import Match
from scanner.model.verdict import Firmware

MODEL_FIELDS = (
    Field.SADP_MODEL,
    Field.DHIP_MODEL,
    Field.ONVIF_MODEL,
    Field.UPNP_MODEL_NUMBER,
    Field.UPNP_MODEL_NAME,
)
FIRMWARE_FIELDS = (Field.SADP_SOFTWARE, Field.DHIP_VERSION, Field.ONVIF_FIRMWARE)
SERIAL_FIELDS = (Field.SADP_SERIAL, Field.DHIP_SERIAL, Field.ONVIF_SERIAL, Field.UPNP_SERIAL)
CHANNEL_FIELDS = (Field.SADP_CHANNELS, Field.DHIP_CHANNELS)
HOSTNAME_FIELDS = (Field.MDNS_HOST, Field.DHCP_HOSTNAME)

# Recorders of the field end at 256 channels, management servers at some thousands.
MAX_CHANNELS = 10_000


class Facts:
    """The values seen of one host, by field."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        """Take observations in any order."""
        self._values: dict[Field, set[str]] = {}
        for seen in observations:
            self._values.setdefault(seen.field, set()).add(seen.value)

    def values(self, *fields: Field) -> list[str]:
        """Return the values of some fields that are not blank, field after field, each field's sorted."""
        known = [self._values[field] for field in fields if field in self._values]
        return [text for values in known for value in sorted(values) if (text := value.strip())]

    def has_any(self, fields: frozenset[Field]) -> bool:
        """Whether a fact of any of these fields was seen."""
        return not fields.isdisjoint(self._values)


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a device beside its maker; None where the wire does not show it.

    ``capabilities`` are those of its model.
    """

    brand: str | None
    model: str | None
    device_class: str | None
    firmware: Firmware | None
    serial: str | None
    channels: int | None
    capabilities: frozenset[Capability]


def identify(
    matches: Sequence[Match], facts: Facts, rules: MakerRules | None, database: Database
) -> Identity:
    """Return the identity that one maker's ranked matches and the host's facts show."""
    model = _first(_captured(matches, "model"), facts.values(*MODEL_FIELDS))
    grammar, channels_of_model = _model_grammar(model, rules)
    classes = (match.signature.device_class for match in matches if match.signature.device_class)
    return Identity(
        brand=_brand(matches, grammar, rules, database) or _seller(facts, database),
        model=model,
        device_class=grammar.device_class if grammar else next(classes, None),
        firmware=_firmware(matches, facts, rules.firmware if rules else ()),
        serial=_first(_captured(matches, "serial"), facts.values(*SERIAL_FIELDS)),
        channels=_channels(
            [*_captured(matches, "channels"), *facts.values(*CHANNEL_FIELDS), *channels_of_model]
        ),
        capabilities=grammar.capabilities if grammar else frozenset(),
    )


def mac_vendor(host: Host, facts: Facts, database: Database) -> str | None:
    """Return the registered owner of the host's address block, else of an address that it announced."""
    own = database.registry.registrant(host.mac) if host.mac else None
    return own or _first(facts.values(Field.OUI_REGISTRANT))


def hostname(facts: Facts) -> str | None:
    """Return the name that the host gives itself."""
    name = _first(facts.values(*HOSTNAME_FIELDS))
    return name.rstrip(".") if name else None


def open_ports(facts: Facts) -> tuple[str, ...]:
    """Return open ports such as ``80/tcp`` in the order of their numbers."""
    return tuple(sorted(facts.values(Field.PORT_OPEN), key=_port_order))


def _port_order(port: str) -> tuple[int, str]:
    number = port.partition("/")[0]
    return (int(number) if number.isdecimal() and len(number) <= 5 else 0), port


def _captured(matches: Iterable[Match], name: str) -> Iterator[str]:
    texts = (match.captured.get(name, "").strip() for match in matches)
    return (text for text in texts if text)


def _first(*sources: Iterable[str]) -> str | None:
    return next((text for source in sources for text in source), None)


def _model_grammar(model: str | None, rules: MakerRules | None) -> tuple[ModelGrammar | None, list[str]]:
    if model is None or rules is None:
        return None, []
    for grammar in rules.models:
        captured = compiled(grammar.pattern).captures(wire_text(model))
        if captured is not None:
            return grammar, list(captured.values())
    return None, []


def _brand(
    matches: Iterable[Match], grammar: ModelGrammar | None, rules: MakerRules | None, database: Database
) -> str | None:
    neutral = rules.neutral_brands if rules else frozenset()
    for match in matches:
        text = match.captured.get("brand", "").strip()
        if text and text.casefold() not in neutral:
            return database.brand_name(text)
        if match.signature.brand:
            return match.signature.brand
    return grammar.brand if grammar else None


def _seller(facts: Facts, database: Database) -> str | None:
    registrants = facts.values(Field.OUI_REGISTRANT)
    return _first(brand for name in registrants if (brand := database.brand_registrants.get(name)))


def _firmware(matches: Iterable[Match], facts: Facts, grammars: Sequence[str]) -> Firmware | None:
    captured = [_captured_firmware(match, grammars) for match in matches]
    stated = [read_firmware(text, grammars) for text in facts.values(*FIRMWARE_FIELDS)]
    return combined([found for found in (*captured, *stated) if found])


def _captured_firmware(match: Match, grammars: Sequence[str]) -> Firmware | None:
    version = match.captured.get("firmware_version", "").strip()
    day = read_build_date(match.captured.get("build_date", ""))
    if not version:
        return Firmware("", day) if day else None
    read = read_firmware(version, grammars)
    return replace(read, build_date=read.build_date or day)


def _channels(texts: Iterable[str]) -> int | None:
    numbers = (int(text) for text in texts if text.isdecimal() and len(text) <= 5)
    return next((number for number in numbers if 0 < number <= MAX_CHANNELS), None)
