"""The shape of signature files: every key is known, every word is in the vocabulary, nothing is left out.

The tables here are the format's definition; a file that passes can be read without further care.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from scanner.matching.pattern import MAX_PATTERN_BYTES, PatternError, compiled
from scanner.matching.problem import Problem
from scanner.matching.source import Source, Table
from scanner.matching.vocabulary import Vocabulary
from scanner.model.capability import Capability
from scanner.model.field import Field
from scanner.model.signature import Certainty

SCHEMA = 1
CAPTURES = frozenset({"model", "firmware_version", "build_date", "serial", "brand", "mac", "channels"})
FIRMWARE_CAPTURES = frozenset({"version", "branch", "build_date"})
MODEL_CAPTURES = frozenset({"channels"})

# Whether a maker stands behind all of a brand's products, some, past ones, perhaps, or how many is unknown.
BRAND_SCOPES = ("all", "some", "former", "possible", "unknown")
BRAND_CONFIDENCES = frozenset({"confirmed", "single"})

# A value as long as this is evidence, not an example; a whole discovery reply stays below it.
MAX_TEXT_CHARS = 8192

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# A check returns what is wrong with a value, or None.
Check = Callable[[object, Vocabulary], str | None]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: what it must hold, and how to put it right."""

    check: Check
    remedy: str
    required: bool = True


def check_text(value: object, _: Vocabulary) -> str | None:
    """Return what keeps a value from being a text that says something."""
    return _value(value) or (None if str(value).strip() else "is blank")


def check_texts(value: object, words: Vocabulary) -> str | None:
    """Return what keeps a value from being a list of such texts, at least one."""
    if not isinstance(value, list) or not value:
        return "is not a list with at least one text"
    return next(
        (f"holds an entry that {fault}" for entry in value if (fault := check_text(entry, words))), None
    )


def _values(value: object, _: Vocabulary) -> str | None:
    # Any text at all: that a device leaves something empty is a fact, too.
    if not isinstance(value, list) or not value:
        return "is not a list with at least one value"
    return next((f"holds an entry that {fault}" for entry in value if (fault := _value(entry))), None)


def _value(value: object) -> str | None:
    if not isinstance(value, str):
        return "is not a text"
    return f"is longer than {MAX_TEXT_CHARS} characters" if len(value) > MAX_TEXT_CHARS else None


def check_flag(value: object, _: Vocabulary) -> str | None:
    """Return what keeps a value from being true or false."""
    return None if isinstance(value, bool) else "is not true or false"


def _schema(value: object, _: Vocabulary) -> str | None:
    return None if value == SCHEMA and not isinstance(value, bool) else f"is not {SCHEMA}"


def is_id(text: str) -> bool:
    """Whether a text may name a signature or a maker: lower-case words with hyphens."""
    return _ID.fullmatch(text) is not None


def _id(value: object, _: Vocabulary) -> str | None:
    return None if isinstance(value, str) and is_id(value) else "is not lower-case words with hyphens"


def one_of(words: Callable[[Vocabulary], frozenset[str]]) -> Check:
    """Return the check for one of the words that ``words`` picks out of the vocabulary."""

    def check(value: object, vocabulary: Vocabulary) -> str | None:
        return (
            None
            if isinstance(value, str) and value in words(vocabulary)
            else f"is {value!r:.80}, which is no known word"
        )

    return check


def pattern_check(names: frozenset[str]) -> Check:
    """Return the check for one RE2 pattern that captures nothing but ``names``."""

    def check(value: object, words: Vocabulary) -> str | None:
        fault = check_text(value, words)
        if fault or not isinstance(value, str):
            return fault
        if len(value.encode("utf-8", "replace")) > MAX_PATTERN_BYTES:
            return f"is longer than {MAX_PATTERN_BYTES} bytes"
        return _re2_fault(value, names)

    return check


def _re2_fault(pattern: str, names: frozenset[str]) -> str | None:
    try:
        groups = compiled(pattern).groups
    except PatternError as error:
        return f"is refused by RE2 ({error})"
    odd = sorted({name for name, _ in groups} - names)
    return f"captures {', '.join(odd)}" if odd else None


def _patterns(value: object, words: Vocabulary) -> str | None:
    if not isinstance(value, list) or len(value) < 2:
        return "is not a list with at least two patterns"
    check = pattern_check(CAPTURES)
    return next((f"holds a pattern that {fault}" for entry in value if (fault := check(entry, words))), None)


def _examples(value: object, words: Vocabulary) -> str | None:
    if not isinstance(value, list) or not value:
        return "is not a list with at least one table"
    return next((f"holds one that {fault}" for entry in value if (fault := _example(entry, words))), None)


def _example(entry: object, words: Vocabulary) -> str | None:
    if not isinstance(entry, dict) or "value" not in entry:
        return "has no value"
    odd = sorted(set(entry) - CAPTURES - {"value"})
    if odd:
        return f"says {', '.join(odd)}"
    said = (text for name, text in entry.items() if name != "value")
    return _value(entry["value"]) or next(
        (fault for text in said if (fault := check_text(text, words))), None
    )


def _makers(value: object, words: Vocabulary) -> str | None:
    if not isinstance(value, list) or not value:
        return "is not a list with at least one maker"
    return next((f"holds one that {fault}" for entry in value if (fault := _maker(entry, words))), None)


def _maker(entry: object, words: Vocabulary) -> str | None:
    if not isinstance(entry, dict) or entry.keys() != {"id", "scope"}:
        return "does not say exactly id and scope"
    if entry["id"] not in words.makers:
        return f"names {entry['id']!r:.80}, which is no known maker"
    return None if entry["scope"] in BRAND_SCOPES else f"has the scope {entry['scope']!r:.80}"


def _capabilities(value: object, _: Vocabulary) -> str | None:
    if not isinstance(value, list) or not value:
        return "is not a list with at least one word"
    odd = next((word for word in value if word not in _CAPABILITY_WORDS), None)
    return None if odd is None else f"holds {odd!r:.80}, which is no known word"


_CAPTURE_NAMES = ", ".join(sorted(CAPTURES))
_RE2 = f"Write RE2 syntax of at most {MAX_PATTERN_BYTES} bytes, without lookaround or backreferences"
_BRAND = Key(one_of(lambda v: v.brands), "Use a word of vocabulary/brands.txt, or add it there.", False)
_CLASSES = one_of(lambda v: v.device_classes)
_CLASS_REMEDY = "Use a word of vocabulary/device_classes.txt."
_CAPABILITY_WORDS = tuple(capability.value for capability in Capability)
_CAPABILITIES = Key(_capabilities, f"List what it shows: {', '.join(_CAPABILITY_WORDS)}.", False)

MAKER = {
    "id": Key(one_of(lambda v: v.makers), "Use a word of vocabulary/makers.txt, or add it there."),
    "name": Key(check_text, "Write the name that reports print."),
    "target": Key(check_flag, "Write true or false.", False),
    "generic": Key(check_flag, "Write true or false.", False),
    "neutral_brands": Key(check_texts, "List the captured brands that mean no label.", False),
}
FIRMWARE = {
    "pattern": Key(
        pattern_check(FIRMWARE_CAPTURES), f"{_RE2}; it may capture version, branch and build_date."
    ),
}
MODEL = {
    "pattern": Key(pattern_check(MODEL_CAPTURES), f"{_RE2}; it may capture channels."),
    "device_class": Key(_CLASSES, _CLASS_REMEDY),
    "brand": _BRAND,
    "capabilities": _CAPABILITIES,
}
SIGNATURE = {
    "id": Key(_id, "Write for example maker-http-server."),
    "description": Key(check_text, "Say what the value is and which devices send it."),
    "field": Key(one_of(lambda _: frozenset(Field)), "camcensus judge --list-fields prints all fields."),
    "pattern": Key(pattern_check(CAPTURES), f"{_RE2}; it may capture {_CAPTURE_NAMES}.", False),
    "all_of": Key(_patterns, f"{_RE2}; it may capture {_CAPTURE_NAMES}.", False),
    "certainty": Key(
        one_of(lambda _: frozenset(certainty.value for certainty in Certainty)),
        "Write decisive, strong or weak.",
    ),
    "brand": _BRAND,
    "device_class": Key(_CLASSES, _CLASS_REMEDY, False),
    "capabilities": _CAPABILITIES,
    "references": Key(check_texts, "Name where the fact stands: a public database, document or capture."),
    "examples": Key(_examples, f"Write {{ value = '...' }} and what is captured: {_CAPTURE_NAMES}."),
    "near_misses": Key(_values, "List values that look alike and must not match."),
}
BRAND = {
    "name": Key(one_of(lambda v: v.brands), "Use a word of vocabulary/brands.txt, or add it there."),
    "makers": Key(_makers, f"List {{ id = maker, scope = one of {', '.join(BRAND_SCOPES)} }}."),
    "confidence": Key(one_of(lambda _: BRAND_CONFIDENCES), "Write confirmed (two sources) or single."),
    "references": Key(check_texts, "Name where the fact stands."),
    "registrants": Key(check_texts, "List exact names of the address registry.", False),
    "model_prefixes": Key(check_texts, "List how the brand's models of these makers begin.", False),
    "note": Key(check_text, "Say what else must be known.", False),
}

# Section name, its keys, whether it is a list of tables.
Sections = dict[str, tuple[dict[str, Key], bool]]
MAKER_FILE: Sections = {
    "maker": (MAKER, False),
    "firmware": (FIRMWARE, True),
    "model": (MODEL, True),
    "signature": (SIGNATURE, True),
}
BRANDS_FILE: Sections = {"brand": (BRAND, True)}
TOP_KEYS = frozenset({"schema", "as_of"})


def problems(source: Source, table: Table, sections: Sections, words: Vocabulary) -> Iterator[Problem]:
    """Yield every way in which a file's table departs from the format."""
    if fault := _schema(table.get("schema"), words):
        yield source.problem(f"schema {fault}.", f"Write schema = {SCHEMA} on the first line.", key="schema")
    if sections is not MAKER_FILE and not is_date(table.get("as_of")):
        yield source.problem("as_of is not a date.", 'Write as_of = "2026-11-22".', key="as_of")
    for name in table.keys() - sections.keys() - TOP_KEYS:
        yield source.problem(f"{name} is not known here.", f"Known: {', '.join(sections)}.", key=name)
    for name, (keys, is_list) in sections.items():
        for index, entry in enumerate(_entries(table.get(name), is_list)):
            yield from _entry_problems(source, name, index, entry, keys, words)
    if "maker" in sections:
        yield from _maker_problems(source, table)


def is_date(value: object) -> bool:
    """Whether a value is a text such as ``2026-11-22``."""
    if not isinstance(value, str) or not re.fullmatch(r"20\d\d-\d\d-\d\d", value, re.ASCII):
        return False
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _entries(value: object, is_list: bool) -> list[object]:
    if value is None:
        return []
    if not is_list:
        return [value]
    return value if isinstance(value, list) else [None]


def _entry_problems(
    source: Source, section: str, index: int, entry: object, keys: dict[str, Key], words: Vocabulary
) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield source.problem(
            f"{section} is not a table.", f"Write [[{section}]] on a line of its own.", section
        )
        return
    label = f'{section} "{entry["id"]}"' if isinstance(entry.get("id"), str) else f"{section} {index + 1}"
    for name in sorted(entry.keys() - keys.keys()):
        remedy = f"Known keys: {', '.join(keys)}."
        yield source.problem(f"{label}: {name} is not a known key.", remedy, section, index, name)
    for name, key in keys.items():
        if name not in entry:
            fault = "is missing" if key.required else None
        else:
            fault = key.check(entry[name], words)
        if fault:
            yield source.problem(f"{label}: {name} {fault}.", key.remedy, section, index, name)
    if keys is SIGNATURE and ("pattern" in entry) == ("all_of" in entry):
        remedy = "Write one pattern, or all_of with several."
        yield source.problem(f"{label}: needs either pattern or all_of.", remedy, section, index)


def _maker_problems(source: Source, table: Table) -> Iterator[Problem]:
    maker = table.get("maker", {})
    if not isinstance(maker, dict):
        return
    if not maker:
        yield source.problem("maker is missing.", "Write a [maker] table with id and name.")
        return
    if maker.get("id") != source.path.stem.partition("_")[0]:
        cause = f"maker {maker.get('id')!r:.80} stands in a file of another name."
        remedy = "Name the file <maker id>.toml, or <maker id>_<part>.toml."
        yield source.problem(cause, remedy, "maker", key="id")
    if maker.get("target") is True and maker.get("generic") is True:
        cause = "A generic component cannot be a target."
        yield source.problem(cause, "Remove target or generic.", "maker", key="generic")
