"""``policies/*.toml``: one instrument per file, with ``companies.toml`` and ``labels.toml`` beside them.

``decisions.toml`` holds what an operator decided. All are checked whole before anything is evaluated: a
rule that says less than it should would look like a device that nothing applies to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scanner.matching.database import Database
from scanner.matching.maker import CheckedTable
from scanner.matching.problem import BadSignatures, Problem
from scanner.matching.schema import problems
from scanner.matching.source import Source, leaves, read_source
from scanner.matching.tree import POLICIES
from scanner.policy.company import Companies, Company, Decision, Question
from scanner.policy.label import Label
from scanner.policy.pack import company_of, decision_of, label_of, policy_of
from scanner.policy.pack_schema import COMPANY_FILE, DECISION_FILE, LABEL_FILE, POLICY_FILE
from scanner.policy.policy import Policy, Standing
from scanner.policy.span import UNKNOWN, read_span

COMPANIES = "companies.toml"
LABELS = "labels.toml"
DECISIONS = "decisions.toml"
_SECTIONS = {COMPANIES: COMPANY_FILE, LABELS: LABEL_FILE, DECISIONS: DECISION_FILE}


@dataclass(frozen=True, slots=True)
class Pack:
    """What one directory says, laid over what those before it say, each by its id."""

    policies: dict[str, Policy] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    decisions: dict[tuple[str, Question], Decision] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    source: Source
    table: CheckedTable

    @property
    def name(self) -> str:
        return self.source.path.name


def read_packs(roots: Iterable[Path], database: Database) -> Pack:
    """Return the policies of all directories; ``BadSignatures`` (exit code 2) when a file cannot be used."""
    pack = Pack()
    for root in roots:
        pack, wrong = _read(root, database, pack)
        if wrong:
            raise BadSignatures(wrong)
    return pack


def policy_problems(root: Path, database: Database, bases: Iterable[Path] = ()) -> tuple[Problem, ...]:
    """Return every problem of a directory's policy files in file order; none when they may be shipped.

    ``bases`` are the directories that it is laid over: their companies and labels may be used.
    """
    return tuple(sorted(_read(root, database, read_packs(bases, database))[1]))


def _read(root: Path, database: Database, base: Pack) -> tuple[Pack, list[Problem]]:
    files: list[_File] = []
    wrong: list[Problem] = []
    for path in _paths(root, wrong):
        try:
            files.append(_read_file(path, root, database))
        except BadSignatures as bad:
            wrong.extend(bad.problems)
    wrong.extend(_twice(files))
    if wrong:
        return base, wrong
    pack = _merged(files, base)
    for file in files:
        wrong.extend(_file_problems(file, pack, database))
    return pack, wrong


def _paths(root: Path, wrong: list[Problem]) -> list[Path]:
    folder = root / POLICIES
    if leaves(folder, root):
        cause = f"The directory {POLICIES} lies outside."
        wrong.append(Problem(str(root), 1, cause, "Copy it in instead of linking to it."))
        return []
    return sorted(folder.glob("*.toml"))


def _read_file(path: Path, root: Path, database: Database) -> _File:
    source = read_source(path, root)
    table: CheckedTable = source.table()
    sections = _SECTIONS.get(path.name, POLICY_FILE)
    wrong = list(problems(source, table, sections, database.vocabulary))
    if sections is POLICY_FILE:
        wrong += _head_problems(source, table, is_sound=not wrong)
    if wrong:
        raise BadSignatures(wrong)
    return _File(source, table)


def _head_problems(source: Source, table: CheckedTable, is_sound: bool) -> Iterator[Problem]:
    if "policy" not in table:
        yield source.problem("policy is missing.", "Write a [policy] table.")
    elif is_sound and table["policy"]["id"] != source.path.stem:
        cause = f'policy "{table["policy"]["id"]}" stands in a file of another name.'
        yield source.problem(cause, "Name the file <id>.toml.", "policy", key="id")


def _merged(files: list[_File], base: Pack) -> Pack:
    policies, companies, labels = dict(base.policies), dict(base.companies), dict(base.labels)
    decisions = dict(base.decisions)
    for file in files:
        if file.name == COMPANIES:
            companies |= {entry["id"]: company_of(entry) for entry in file.table.get("company", ())}
        elif file.name == LABELS:
            labels |= {entry["id"]: label_of(entry) for entry in file.table.get("label", ())}
        elif file.name == DECISIONS:
            decisions |= {one.key: one for one in map(decision_of, file.table.get("decision", ()))}
        else:
            policies[file.source.path.stem] = policy_of(file.table)
    sources = (*base.sources, *(file.source for file in files))
    return Pack(policies, companies, labels, decisions, sources)


def _twice(files: list[_File]) -> Iterator[Problem]:
    for file in files:
        section = {COMPANIES: "company", LABELS: "label"}.get(file.name)
        taken: set[str] = set()
        for index, entry in enumerate(file.table.get(section, ()) if section else ()):
            if entry["id"] in taken:
                cause = f'{section} "{entry["id"]}" stands here twice.'
                yield file.source.problem(cause, "Put all of it in one place.", section or "", index, "id")
            taken.add(entry["id"])


def _file_problems(file: _File, pack: Pack, database: Database) -> Iterator[Problem]:
    if file.name == COMPANIES:
        yield from _company_problems(file, pack)
    elif file.name == DECISIONS:
        yield from _decision_problems(file, pack, database)
    elif file.name == LABELS:
        for index, entry in enumerate(file.table.get("label", ())):
            yield from _label_problems(file, pack, "label", index, entry, ("implies", "excludes"))
    else:
        yield from _policy_problems(file, pack)


def _company_problems(file: _File, pack: Pack) -> Iterator[Problem]:
    for index, entry in enumerate(file.table.get("company", ())):
        parent = entry.get("belongs", {}).get("company")
        if parent is None:
            continue
        if parent == entry["id"] or parent not in pack.companies:
            cause = f'company "{entry["id"]}": it belongs to "{parent}", which is no other company.'
            yield file.source.problem(cause, "Add that [[company]] first.", "company", index, "belongs")
        elif above := pack.companies[parent].parent:
            cause = f'company "{entry["id"]}": it belongs to "{parent}", which belongs to "{above}".'
            yield file.source.problem(cause, "Name the one at the top.", "company", index, "belongs")


def _decision_problems(file: _File, pack: Pack, database: Database) -> Iterator[Problem]:
    names = {maker.id: maker.name for maker in database.makers.values()}
    companies = Companies(pack.companies.values(), names)
    made = [decision_of(entry) for entry in file.table.get("decision", ())]
    for index, fault in companies.faults(made):
        cause = f"The decision on the {made[index].question.value} of {made[index].company} {fault}."
        yield file.source.problem(cause, "Correct it or leave it out.", "decision", index, "company")


def _label_problems(
    file: _File, pack: Pack, section: str, index: int, entry: CheckedTable, keys: tuple[str, ...]
) -> Iterator[Problem]:
    for key in keys:
        for name in entry.get(key, ()):
            if name not in pack.labels:
                cause = f'{section} {index + 1}: {key} names the label "{name:.80}", which is not known.'
                yield file.source.problem(cause, "Add it to labels.toml.", section, index, key)


def _policy_problems(file: _File, pack: Pack) -> Iterator[Problem]:
    policy, named, actions = (file.table.get(name) for name in ("policy", "named", "action"))
    yield from _label_problems(file, pack, "policy", 0, policy or {}, ("binds",))
    for key, cause, remedy in _head_faults(policy or {}, bool(named), bool(actions)):
        yield file.source.problem(cause, remedy, "policy", key=key)
    for index, entry in enumerate(named or ()):
        yield from _label_problems(file, pack, "named", index, entry, ("labels",))
        if entry["company"] not in pack.companies:
            cause = f'named {index + 1}: the company "{entry["company"]}" is not known.'
            yield file.source.problem(
                cause, "Add it to companies.toml, with its sources.", "named", index, "company"
            )
    for index, entry in enumerate(actions or ()):
        yield from _label_problems(file, pack, "action", index, entry, ("labels",))


def _head_faults(policy: CheckedTable, has_named: bool, has_actions: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the key at fault, the cause and the remedy for what does not fit together in a policy."""
    if (policy["criterion"] == "named") != has_named:
        yield (
            "criterion",
            "The criterion and the [[named]] tables do not fit.",
            "List whom it names, or none.",
        )
    if (policy["criterion"] == "none") != (policy["status"] == Standing.NO_RULE.value):
        yield "criterion", "Only where there is no rule is there no criterion.", "Correct one of the two."
    if policy["status"] == Standing.NO_RULE.value and has_actions:
        yield "status", "Where there is no rule nothing is asked for.", "Remove the actions."
    if policy["status"] == Standing.WITHDRAWN.value and "superseded" not in policy:
        yield "status", "It is withdrawn, but superseded is missing.", "Write since when."
    if _needs_note(policy) and "note" not in policy:
        yield "in_force", "A date is unknown without a note.", "Say in note what is known of it."
    yield from _order_faults(policy)


def _needs_note(policy: CheckedTable) -> bool:
    is_unknown = UNKNOWN in (policy["issued"], policy["in_force"])
    return is_unknown or policy["status"] == Standing.NO_RULE.value


def _order_faults(policy: CheckedTable) -> Iterator[tuple[str, str, str]]:
    keys = [key for key in ("issued", "in_force", "superseded") if policy.get(key, UNKNOWN) != UNKNOWN]
    spans = [span for key in keys if (span := read_span(policy[key]))]
    for key, before, after in zip(keys[1:], spans, spans[1:], strict=False):
        if after.last < before.first:
            yield key, f"{key} lies before {before}.", "Exchange the dates."
