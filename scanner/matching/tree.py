"""A directory of signature data: ``makers/*.toml``, ``brands.toml`` and ``vocabulary/*.txt``."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.matching.maker import CheckedTable, MakerRules, maker_rules
from scanner.matching.pack import read_pack, write_pack
from scanner.matching.problem import BadSignatures, Problem
from scanner.matching.schema import BRANDS_FILE, MAKER_FILE, problems
from scanner.matching.source import Source, Table, leaves, read_source
from scanner.matching.vocabulary import WORD_LISTS, Vocabulary, words

BRANDS = "brands.toml"
ADVISORIES = "advisories"
POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class Tree:
    """What a directory says; ``digest`` is the SHA-256 of its files, in hex.

    ``brand_registrants`` maps exact registry names to the brand that their owner sells.
    """

    makers: tuple[MakerRules, ...]
    brand_registrants: Mapping[str, str]
    vocabulary: Vocabulary
    digest: str


def read_tree(root: Path, known: Vocabulary | None = None, pack: Path | None = None) -> Tree:
    """Return the data of a directory, or raise ``BadSignatures`` with every problem found.

    ``known`` are words that another directory already defines. ``pack`` is where checked tables are
    kept between runs.
    """
    files = list(read_files(root))
    vocabulary = vocabulary_of(files) | (known or Vocabulary())
    digest = _digest(files)
    tables = read_pack(pack, digest) if pack else None
    if tables is None:
        tables = _checked_tables(files, vocabulary)
        if pack:
            write_pack(pack, digest, tables)
    makers = tuple(maker_rules(table) for name, table in tables.items() if name != BRANDS)
    return Tree(makers, _brand_registrants(tables.get(BRANDS, {})), vocabulary, digest)


def read_files(root: Path) -> Iterator[Source]:
    """Yield every file of a directory in the order of their names: word lists, brands, makers."""
    makers, lists = root / "makers", root / "vocabulary"
    brings_more = any((root / name).is_dir() for name in (ADVISORIES, POLICIES))
    if not makers.is_dir() and not brings_more:
        raise _refused(
            root, "There is no directory makers in it.", "Put signature files in DIR/makers/<maker id>.toml."
        )
    for folder in (makers, lists):
        if leaves(folder, root):
            cause = f"The directory {folder.name} lies outside."
            raise _refused(root, cause, "Copy it in instead of linking to it.")
    rules = sorted(makers.glob("*.toml"))
    if not rules and not brings_more:
        remedy = "Make a first one: camcensus signatures new."
        raise _refused(makers, "There is no signature file <maker id>.toml in it.", remedy)
    for path in (*sorted(lists.glob("*.txt")), *_brand_file(root), *rules):
        yield read_source(path, root)


def _brand_file(root: Path) -> list[Path]:
    """Return the brand table where there is one; what else lies beside it would be left out silently."""
    tables = sorted(root.glob("*.toml"))
    for path in tables:
        if path.name != BRANDS:
            raise _refused(path, "A signature file is not read here.", "Move it into makers.")
    return tables


def _refused(path: Path, cause: str, remedy: str) -> BadSignatures:
    return BadSignatures([Problem(str(path), 1, cause, remedy)])


def vocabulary_of(files: list[Source]) -> Vocabulary:
    """Return the words of the word lists among the files."""
    lists = {source.path.stem: source for source in files if source.path.suffix == ".txt"}
    if unknown := lists.keys() - set(WORD_LISTS):
        source = lists[min(unknown)]
        raise BadSignatures([source.problem("This is no word list.", f"Known: {', '.join(WORD_LISTS)}.")])
    return Vocabulary(
        **{name: frozenset(word for _, word in words(source.text)) for name, source in lists.items()}
    )


def tables_of(files: list[Source], vocabulary: Vocabulary) -> tuple[dict[str, Table], list[Problem]]:
    """Return the parsed tables by file name, with everything that is wrong with them."""
    tables: dict[str, Table] = {}
    found: list[Problem] = []
    for source in files:
        if not source.name.endswith(".toml"):
            continue
        try:
            table = source.table()
        except BadSignatures as bad:
            found.extend(bad.problems)
            continue
        sections = BRANDS_FILE if source.name == BRANDS else MAKER_FILE
        found.extend(problems(source, table, sections, vocabulary))
        tables[source.name] = table
    return tables, found


def duplicates(files: list[Source], tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Yield a problem for each signature id that a file uses after it was taken."""
    taken: dict[str, str] = {}
    for source in files:
        for index, rule in enumerate(_ids(tables.get(source.name, {}))):
            if rule in taken:
                cause = f'signature "{rule}": the id is already used in {taken[rule]}.'
                yield source.problem(cause, "Give it an id of its own.", "signature", index, "id")
            taken[rule] = source.name


def _ids(table: Table) -> list[str]:
    rules = table.get("signature")
    if not isinstance(rules, list):
        return []
    return [str(rule.get("id")) for rule in rules if isinstance(rule, dict)]


def _checked_tables(files: list[Source], vocabulary: Vocabulary) -> dict[str, CheckedTable]:
    tables, found = tables_of(files, vocabulary)
    found.extend(duplicates(files, tables))
    if found:
        raise BadSignatures(found)
    return tables


def _brand_registrants(table: CheckedTable) -> dict[str, str]:
    return {name: brand["name"] for brand in table.get("brand", ()) for name in brand.get("registrants", ())}


def _digest(files: list[Source]) -> str:
    digest = hashlib.sha256()
    for source in files:
        data = source.text.encode()
        digest.update(f"{source.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
