"""The database proves itself: no file may ship whose rules do not do what they say.

The schema says what a file must hold; here the rules are also run. Every defect is reported with
the file and line to open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scanner.matching.database import Database
from scanner.matching.engine import Engine
from scanner.matching.maker import CheckedTable, MakerRules, maker_rules
from scanner.matching.oui import Registry
from scanner.matching.problem import BadSignatures, Problem
from scanner.matching.proof import (
    PlacedRule,
    Timer,
    block_problems,
    collision_problems,
    example_problems,
    is_slow,
    near_miss_problems,
    placeholder_problems,
    registry_problems,
    time_problems,
)
from scanner.matching.source import Source
from scanner.matching.tree import BRANDS, duplicates, read_files, tables_of, vocabulary_of
from scanner.matching.vocabulary import Vocabulary, words


def validate(
    root: Path, registry: Registry, timer: Timer, base: Database | None = None
) -> tuple[Problem, ...]:
    """Return every problem of a signature directory in file order; none when it may be shipped.

    ``timer`` returns seconds of CPU time. ``base`` is the database that the directory is laid over:
    its words may be used, and its rules must not claim the directory's examples. The rules of a file
    are run once it has the right shape.
    """
    try:
        files = list(read_files(root))
        vocabulary = vocabulary_of(files) | (base.vocabulary if base else Vocabulary())
    except BadSignatures as bad:
        return bad.problems
    tables, found = tables_of(files, vocabulary)
    found.extend(duplicates(files, tables))
    found.extend(problem for source in files for problem in _word_list_problems(source))
    misshapen = {problem.file for problem in found}
    sound = [source for source in files if source.name in tables and str(source.path) not in misshapen]
    makers = [_Placed(file, maker_rules(tables[file.name])) for file in sound if file.name != BRANDS]
    found.extend(_rule_problems(makers, registry, timer, base))
    for source in (file for file in sound if file.name == BRANDS):
        found.extend(_brand_problems(source, tables[BRANDS], registry))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class _Placed:
    source: Source
    rules: MakerRules

    def signatures(self) -> Iterator[PlacedRule]:
        for index, signature in enumerate(self.rules.signatures):
            yield PlacedRule(signature, self.source, index)


def _word_list_problems(source: Source) -> Iterator[Problem]:
    found = words(source.text) if source.name.endswith(".txt") else []
    for (_, before), (number, word) in pairwise(found):
        if before.casefold() >= word.casefold():
            cause = f'"{word}" is out of order or stands twice.'
            yield Problem(str(source.path), number, cause, "Sort the list without regard to capitals.")


def _rule_problems(
    placed: list[_Placed], registry: Registry, timer: Timer, base: Database | None
) -> Iterator[Problem]:
    makers = dict(base.makers if base else {}) | {file.rules.maker.id: file.rules.maker for file in placed}
    own = {rule.signature.id: rule.signature for file in placed for rule in file.signatures()}
    inherited = {rule.id: rule for rule in base.signatures} if base else {}
    engine = Engine((inherited | own).values())
    for file in placed:
        yield from _grammar_problems(file, timer)
        for rule in file.signatures():
            yield from example_problems(rule)
            yield from near_miss_problems(rule)
            yield from collision_problems(rule, engine, makers)
            yield from registry_problems(rule, registry)
            yield from block_problems(rule, registry)
            yield from placeholder_problems(rule)
            yield from time_problems(rule, timer)


def _grammar_problems(file: _Placed, timer: Timer) -> Iterator[Problem]:
    firmware = [("firmware", pattern) for pattern in file.rules.firmware]
    models = [("model", grammar.pattern) for grammar in file.rules.models]
    for grammars in (firmware, models):
        for index, (section, pattern) in enumerate(grammars):
            if is_slow(pattern, (), timer):
                cause = f"{section} {index + 1}: the pattern is too slow."
                yield file.source.problem(cause, "Remove large counted repeats.", section, index, "pattern")


def _brand_problems(source: Source, table: CheckedTable, registry: Registry) -> Iterator[Problem]:
    for index, brand in enumerate(table.get("brand", ())):
        for name in brand.get("registrants", ()):
            if name not in registry.registrants:
                cause = f'brand "{brand["name"]}": nobody is registered as "{name}".'
                remedy = "Copy the name from the address registry."
                yield source.problem(cause, remedy, "brand", index, "registrants")
