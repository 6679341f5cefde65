"""``advisories/*.toml``: a maker's listed advisories, and the ranges of models and firmware in them.

Like signature files they are checked whole before anything is judged by them: an advisory that says
less than it should would look like a device that is fine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scanner.matching.database import Database, shipped_root
from scanner.matching.firmware import read_build_date, read_firmware
from scanner.matching.maker import CheckedTable
from scanner.matching.problem import BadSignatures, Problem
from scanner.matching.proof import Timer, is_slow
from scanner.matching.schema import problems
from scanner.matching.source import Source, leaves, read_source
from scanner.matching.tree import ADVISORIES
from scanner.policy.advisory import Advisory, Range
from scanner.policy.assessment import bound_of
from scanner.policy.bound import Bound, order
from scanner.policy.schema import ADVISORY_FILE, BOUNDS, Basis


@dataclass(frozen=True, slots=True)
class _File:
    """A file that has the right shape, and the firmware grammars of its maker."""

    source: Source
    table: CheckedTable
    grammars: tuple[str, ...]

    def bound(self, entry: CheckedTable, name: str) -> Bound | None:
        """Return one end of a range, None where it is not given or is not what the range says it is."""
        text = entry.get(name)
        return _bound(text, self.grammars, Basis(entry["match"])) if text else None


def load_advisories(database: Database, extra: Sequence[Path] = ()) -> tuple[Advisory, ...]:
    """Return the shipped advisories with those of each extra directory laid over them by id, in id order.

    Makers and firmware grammars are the database's. Raises ``BadSignatures`` (exit code 2) with file,
    line, cause and remedy when any file cannot be used.
    """
    found: dict[str, Advisory] = {}
    for root in (shipped_root(), *extra):
        files, wrong = _read(root, database)
        if wrong:
            raise BadSignatures(wrong)
        found |= {advisory.id: advisory for file in files for advisory in _advisories(file, database)}
    return tuple(found[name] for name in sorted(found))


def advisory_problems(root: Path, database: Database, timer: Timer) -> tuple[Problem, ...]:
    """Return every problem of a directory's advisory files in file order; none when they may be shipped.

    ``timer`` returns seconds of CPU time.
    """
    files, wrong = _read(root, database)
    wrong.extend(problem for file in files for problem in _time_problems(file, timer))
    return tuple(sorted(wrong))


def _read(root: Path, database: Database) -> tuple[list[_File], list[Problem]]:
    files: list[_File] = []
    wrong: list[Problem] = []
    try:
        paths = _paths(root)
    except BadSignatures as bad:
        return [], list(bad.problems)
    for path in paths:
        try:
            file = _read_file(read_source(path, root), database)
        except BadSignatures as bad:
            wrong.extend(bad.problems)
            continue
        wrong.extend(_meaning_problems(file))
        files.append(file)
    wrong.extend(_duplicates(files))
    return files, wrong


def _paths(root: Path) -> list[Path]:
    folder = root / ADVISORIES
    if leaves(folder, root):
        cause = f"The directory {ADVISORIES} lies outside."
        raise BadSignatures([Problem(str(root), 1, cause, "Copy it in instead of linking to it.")])
    return sorted(folder.glob("*.toml"))


def _read_file(source: Source, database: Database) -> _File:
    table: CheckedTable = source.table()
    if wrong := list(problems(source, table, ADVISORY_FILE, database.vocabulary)):
        raise BadSignatures(wrong)
    rules = database.rules.get(table["maker"]["id"])
    if rules is None:
        cause = f'There are no signatures of the maker "{table["maker"]["id"]}".'
        raise BadSignatures([source.problem(cause, "Write its signature file first.", "maker", key="id")])
    return _File(source, table, rules.firmware)


def _meaning_problems(file: _File) -> Iterator[Problem]:
    known = {entry["id"] for entry in file.table.get("advisory", ())}
    used: set[str] = set()
    for index, entry in enumerate(file.table.get("range", ())):
        used.update(entry["advisories"])
        if unknown := sorted(set(entry["advisories"]) - known):
            cause = f"range {index + 1}: {', '.join(unknown)} is no advisory of this file."
            yield file.source.problem(
                cause, "Add an [[advisory]] with this id.", "range", index, "advisories"
            )
        for key, cause, remedy in _range_faults(file, entry):
            yield file.source.problem(f"range {index + 1}: {cause}", remedy, "range", index, key)
    for index, entry in enumerate(file.table.get("advisory", ())):
        if entry["id"] not in used:
            cause = f'advisory "{entry["id"]}": no range belongs to it.'
            yield file.source.problem(cause, "Add a [[range]] that lists it.", "advisory", index, "id")


def _range_faults(file: _File, entry: CheckedTable) -> Iterator[tuple[str, str, str]]:
    """Yield the key at fault, the cause and the remedy for everything wrong with the ends of a range."""
    given = [name for name in BOUNDS if name in entry]
    if entry["match"] == Basis.NONE.value:
        for name in given:
            yield name, f"{name} stands beside match = none.", "Remove it, or say what is matched."
        return
    if ("through" in entry) == ("before" in entry):
        yield (
            "match",
            "needs either through or before.",
            "Write the last affected, or the first not affected.",
        )
        return
    unread = [name for name in given if file.bound(entry, name) is None]
    for name in unread:
        cause = f'{name} = "{entry[name]:.80}" is not read as {entry["match"]}.'
        yield name, cause, "Write it as the maker does, a build date as 2021-06-28."
    if not unread:
        yield from _order_faults(file, entry)


def _order_faults(file: _File, entry: CheckedTable) -> Iterator[tuple[str, str, str]]:
    last = "through" if "through" in entry else "before"
    start, end, fixed = (file.bound(entry, name) for name in ("from", last, "fixed"))
    if end and start and _is_empty(start, end, last == "through"):
        yield "from", f"the range from {entry['from']} to {entry[last]} is empty.", "Exchange the ends."
    if end and fixed and order(fixed, end) == -1:
        cause = f"{entry['fixed']} is fixed, but {entry[last]} is affected."
        yield "fixed", cause, "Write a fixed version that comes after the range."


def _is_empty(start: Bound, end: Bound, is_end_included: bool) -> bool:
    ordered = order(start, end)
    return start.is_of_another_branch(end) or ordered == 1 or (ordered == 0 and not is_end_included)


def _duplicates(files: Sequence[_File]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for file in files:
        for index, entry in enumerate(file.table.get("advisory", ())):
            if entry["id"] in taken:
                cause = f'advisory "{entry["id"]}" is already in {taken[entry["id"]]}.'
                yield file.source.problem(cause, "Put all its ranges in one place.", "advisory", index, "id")
            taken[entry["id"]] = file.source.name


def _time_problems(file: _File, timer: Timer) -> Iterator[Problem]:
    placed = [("maker", 0, file.table["maker"])]
    placed += [("range", index, entry) for index, entry in enumerate(file.table.get("range", ()))]
    for section, index, entry in placed:
        if any(is_slow(pattern, (), timer) for pattern in entry["models"]):
            cause = f"{section} {index + 1}: a pattern is too slow."
            yield file.source.problem(cause, "Remove large counted repeats.", section, index, "models")


def _bound(text: str, grammars: Sequence[str], basis: Basis) -> Bound | None:
    day = read_build_date(text)
    if day is not None:
        return None if basis is Basis.VERSION else Bound(build_date=day)
    bound = bound_of(read_firmware(text, grammars))
    if not bound.numbers or basis is Basis.BUILD:
        return None
    return None if bound.build_date and basis is Basis.VERSION else bound


def _advisories(file: _File, database: Database) -> Iterator[Advisory]:
    maker = file.table["maker"]
    ranges = [(entry["advisories"], _range(file, entry)) for entry in file.table.get("range", ())]
    for entry in file.table.get("advisory", ()):
        yield Advisory(
            id=entry["id"],
            maker=database.makers[maker["id"]],
            title=entry["title"],
            ranges=tuple(within for names, within in ranges if entry["id"] in names),
            sources=tuple(entry["sources"]),
            as_of=date.fromisoformat(file.table["as_of"]),
            own_models=tuple(maker["models"]),
            cvss=entry.get("cvss"),
            kev_since=date.fromisoformat(entry["kev"]) if entry["kev"] else None,
            is_unfixed=entry.get("unfixed", False),
            note=entry.get("note"),
        )


def _range(file: _File, entry: CheckedTable) -> Range:
    last = "through" if "through" in entry else "before"
    return Range(
        products=entry["products"],
        models=tuple(entry["models"]),
        device_class=entry.get("device_class"),
        start=file.bound(entry, "from"),
        end=file.bound(entry, last),
        is_end_included=last == "through",
        fixed=file.bound(entry, "fixed"),
        fixed_text=_fixed_text(entry),
        is_some=entry.get("some", False),
    )


def _fixed_text(entry: Mapping[str, str]) -> str | None:
    """Return what is fixed: it is named, or it is the first that is not affected."""
    return entry.get("fixed", entry.get("before"))
