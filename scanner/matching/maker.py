"""What one maker's file holds, ready to judge by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.model.capability import Capability
from scanner.model.field import Field
from scanner.model.signature import Certainty, Example, Maker, Signature


@dataclass(frozen=True, slots=True)
class ModelGrammar:
    """Models that fit ``pattern`` are of ``device_class``, and of ``brand`` where only it sells them.

    ``capabilities`` are what all of them have beside what their class says. A named group ``channels``
    reads the number of channels out of the model.
    """

    pattern: str
    device_class: str
    brand: str | None = None
    capabilities: frozenset[Capability] = frozenset()


@dataclass(frozen=True, slots=True)
class MakerRules:
    """A maker, its signatures and its grammars; of the grammars the first that fits wins."""

    maker: Maker
    signatures: tuple[Signature, ...] = ()
    firmware: tuple[str, ...] = ()
    models: tuple[ModelGrammar, ...] = ()
    neutral_brands: frozenset[str] = frozenset()

    def extended(self, added: "MakerRules") -> "MakerRules":
        """Return these rules with another file's: its maker, its grammars first, its signatures by id."""
        signatures = {rule.id: rule for rule in (*self.signatures, *added.signatures)}
        return MakerRules(
            added.maker,
            tuple(signatures.values()),
            added.firmware + self.firmware,
            added.models + self.models,
            self.neutral_brands | added.neutral_brands,
        )

    def owned(self, owner: Mapping[str, str]) -> "MakerRules":
        """Return these rules without the signatures that belong to another maker now."""
        mine = tuple(rule for rule in self.signatures if owner[rule.id] == self.maker.id)
        return self if len(mine) == len(self.signatures) else replace(self, signatures=mine)


# Tables come from a schema check, which is what makes their keys and types certain.
CheckedTable = dict[str, Any]

_FIELDS = {field.value: field for field in Field}


def maker_rules(table: CheckedTable) -> MakerRules:
    """Return what a checked maker file says."""
    maker = table["maker"]
    generic, target = maker.get("generic", False), maker.get("target", False)
    return MakerRules(
        Maker(maker["id"], maker["name"], is_target=target, is_generic=generic),
        tuple(_signature(maker["id"], rule) for rule in table.get("signature", ())),
        tuple(grammar["pattern"] for grammar in table.get("firmware", ())),
        tuple(_grammar(grammar) for grammar in table.get("model", ())),
        frozenset(brand.casefold() for brand in maker.get("neutral_brands", ())),
    )


def _grammar(table: CheckedTable) -> ModelGrammar:
    return ModelGrammar(table["pattern"], table["device_class"], table.get("brand"), _capabilities(table))


def _signature(maker: str, rule: CheckedTable) -> Signature:
    return Signature(
        id=rule["id"],
        maker=maker,
        field=_FIELDS[rule["field"]],
        patterns=(rule["pattern"],) if "pattern" in rule else tuple(rule["all_of"]),
        certainty=Certainty(rule["certainty"]),
        description=rule["description"],
        references=tuple(rule["references"]),
        examples=tuple(_example(example) for example in rule["examples"]),
        near_misses=tuple(rule["near_misses"]),
        brand=rule.get("brand"),
        device_class=rule.get("device_class"),
        capabilities=_capabilities(rule),
    )


def _capabilities(table: CheckedTable) -> frozenset[Capability]:
    return frozenset(map(Capability, table.get("capabilities", ())))


def _example(example: dict[str, str]) -> Example:
    extracts = sorted((name, text) for name, text in example.items() if name != "value")
    return Example(example["value"], tuple(extracts))
