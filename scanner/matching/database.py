"""The signature database: what the scanner ships, and what a user adds or overrides."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from scanner.matching.engine import Engine
from scanner.matching.maker import MakerRules
from scanner.matching.oui import Registry
from scanner.matching.pack import pack_path
from scanner.matching.tree import Tree, read_tree
from scanner.matching.vocabulary import Vocabulary
from scanner.model.signature import Maker, Signature


@dataclass(frozen=True)
class Database:
    """Everything a verdict is judged by. It never changes once made, and holds no file open.

    ``version`` is the start of a SHA-256 over every signature file: two runs with the same version and
    the same registry judge alike.
    """

    rules: Mapping[str, MakerRules]
    brand_registrants: Mapping[str, str]
    vocabulary: Vocabulary
    registry: Registry
    version: str

    @classmethod
    def merged(cls, trees: Sequence[Tree], registry: Registry) -> "Database":
        """Return the data of all trees; a later one adds to an earlier one and overrides it by id."""
        registrants = {name: brand for tree in trees for name, brand in tree.brand_registrants.items()}
        return cls(
            MappingProxyType(_merged_rules(trees)),
            MappingProxyType(registrants),
            trees[-1].vocabulary,
            registry,
            hashlib.sha256(" ".join(tree.digest for tree in trees).encode()).hexdigest()[:16],
        )

    @cached_property
    def makers(self) -> Mapping[str, Maker]:
        """Every maker by its id."""
        return MappingProxyType({name: rules.maker for name, rules in sorted(self.rules.items())})

    @cached_property
    def signatures(self) -> tuple[Signature, ...]:
        """Every signature in the order of their ids."""
        found = (rule for rules in self.rules.values() for rule in rules.signatures)
        return tuple(sorted(found, key=lambda rule: rule.id))

    @cached_property
    def engine(self) -> Engine:
        """What finds the signatures that fit a fact."""
        return Engine(self.signatures)

    @cached_property
    def _brands(self) -> Mapping[str, str]:
        return {_bare(brand): brand for brand in sorted(self.vocabulary.brands)}

    def brand_name(self, text: str) -> str:
        """Return a brand as the vocabulary spells it, else as the device wrote it.

        Case, blanks and marks do not count: devices write CPPLUS, CP_PLUS and CP-PLUS for CP Plus.
        """
        return self._brands.get(_bare(text), text)


def _bare(brand: str) -> str:
    return "".join(filter(str.isalnum, brand.casefold()))


def shipped_root() -> Path:
    """Return the directory of the shipped signature data."""
    return Path(str(files("signatures")))


def load(extra: Sequence[Path] = ()) -> Database:
    """Return the shipped database with each extra directory laid over it, in their order.

    Raises ``BadSignatures`` (exit code 2) with file, line, cause and remedy when any file cannot be
    used; nothing is judged with a part of what was asked for.
    """
    root = shipped_root()
    trees = [read_tree(root, pack=pack_path(root))]
    for directory in extra:
        trees.append(read_tree(directory, trees[-1].vocabulary))
    return Database.merged(trees, Registry.shipped())


def _merged_rules(trees: Sequence[Tree]) -> dict[str, MakerRules]:
    rules: dict[str, MakerRules] = {}
    owner: dict[str, str] = {}
    for added in (maker for tree in trees for maker in tree.makers):
        name = added.maker.id
        rules[name] = rules[name].extended(added) if name in rules else added
        owner |= {rule.id: name for rule in added.signatures}
    return {name: found.owned(owner) for name, found in rules.items()}
