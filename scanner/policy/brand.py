"""The brand table as a prior for papers: which makers may stand behind a label, and how models are written.

On the network a brand proves nothing. On a quote it is all there is, so that it leads to a question.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.matching.database import Database, shipped_root
from scanner.matching.maker import CheckedTable, ModelGrammar
from scanner.matching.pattern import compiled, wire_text
from scanner.matching.source import read_source
from scanner.matching.tree import BRANDS
from scanner.policy.company import bare

_ALL = "all"


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One brand: the ids of the makers behind it, and whether one of them makes all that it sells."""

    name: str
    makers: tuple[str, ...]
    is_of_one_maker: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What a model's spelling says: the maker whose models are written so, the kind, the brand."""

    maker: str
    device_class: str
    brand: str | None


class Catalogue:
    """Brands and models as papers write them."""

    def __init__(self, rows: Iterable[BrandRow], database: Database) -> None:
        self._rows = {bare(row.name): row for row in rows}
        makers = [rules for rules in database.rules.values() if not rules.maker.is_generic]
        self._makers = {
            bare(text): rules.maker.id for rules in makers for text in (rules.maker.id, rules.maker.name)
        }
        self._grammars = {rules.maker.id: rules.models for rules in makers if rules.models}

    @classmethod
    def load(cls, database: Database, extra: Sequence[Path] = ()) -> "Catalogue":
        """Return the shipped brands with those of each extra directory laid over them by name.

        The directories are those that ``database`` was loaded from, which has checked them.
        """
        rows = {row.name: row for root in (shipped_root(), *extra) for row in _rows(root)}
        return cls(rows.values(), database)

    def row(self, brand: str) -> BrandRow | None:
        """Return the row of a brand."""
        return self._rows.get(bare(brand))

    def maker(self, name: str) -> str | None:
        """Return the id of the maker with exactly this name."""
        return self._makers.get(bare(name))

    def readings(self, model: str) -> tuple[ModelReading, ...]:
        """Return what the model grammars read in a model: of each maker the first that fits."""
        text = wire_text(model.strip())
        return tuple(
            ModelReading(maker, found.device_class, found.brand)
            for maker, grammars in self._grammars.items()
            if (found := _first(grammars, text)) is not None
        )

    def owner(self, reading: ModelReading) -> str | None:
        """Return the maker where the brand of a reading is its own, so that no other maker's models fit."""
        if reading.brand is None:
            return None
        row = self.row(reading.brand)
        is_own = row.is_of_one_maker if row else self.maker(reading.brand) == reading.maker
        return reading.maker if is_own else None


def _first(grammars: Sequence[ModelGrammar], text: bytes) -> ModelGrammar | None:
    return next((one for one in grammars if compiled(one.pattern).captures(text) is not None), None)


def _rows(root: Path) -> Iterator[BrandRow]:
    path = root / BRANDS
    if not path.exists():
        return
    table: CheckedTable = read_source(path, root).table()
    for entry in table.get("brand", ()):
        makers = entry["makers"]
        is_of_one = len(makers) == 1 and makers[0]["scope"] == _ALL
        ids = tuple(maker["id"] for maker in makers)
        yield BrandRow(entry["name"], ids, is_of_one, entry.get("note", ""))
