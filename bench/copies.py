"""A larger signature database: the shipped one and altered copies of every signature."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from scanner.matching.database import shipped_root
from scanner.matching.maker import CheckedTable
from scanner.matching.skeleton import quoted

# Whatever is not a plain letter or digit in a pattern: escapes, classes, groups and counted repeats.
_SYNTAX = (
    r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[pP]\{\w+\}|[pP].|.)",
    r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]",
    r"\(\?P<\w+>",
    r"\(\?[imsU-]*:?",
    r"\{[0-9,]+\}",
)
_TOKEN = re.compile(rf"(?P<syntax>{'|'.join(_SYNTAX)})|(?P<plain>[A-Za-z0-9])")
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")


def grow(target: Path, times: int) -> Path:
    """Write a database of so many times the shipped signatures into an empty directory; return it."""
    source = shipped_root()
    shutil.copytree(source / "vocabulary", target / "vocabulary")
    shutil.copytree(source / "makers", target / "makers")
    shutil.copy(source / "brands.toml", target)
    for path in sorted((source / "makers").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for number in range(1, times):
            copy = target / "makers" / f"{path.stem}_copy{number}.toml"
            copy.write_text(toml(altered(table, number)), encoding="utf-8")
    return target


def altered(table: CheckedTable, number: int) -> CheckedTable:
    """Return a maker's signatures with other ids and literals; a pattern without literals is left out."""
    rules = [_altered_rule(rule, number) for rule in table.get("signature", ())]
    return {"schema": 1, "maker": table["maker"], "signature": [rule for rule in rules if rule]}


def _altered_rule(rule: CheckedTable, number: int) -> CheckedTable | None:
    patterns = [rule["pattern"]] if "pattern" in rule else rule["all_of"]
    others = [moved(pattern, number) for pattern in patterns]
    if others[0] == patterns[0]:
        return None
    key, value = ("pattern", others[0]) if "pattern" in rule else ("all_of", others)
    return {**rule, "id": f"{rule['id']}-{number}", key: value}


def moved(pattern: str, number: int) -> str:
    """Return a pattern whose literal letters and digits stand ``number`` places further on."""
    return _TOKEN.sub(lambda token: token["syntax"] or _moved(token["plain"], number), pattern)


def _moved(character: str, number: int) -> str:
    alphabet = next(letters for letters in _ALPHABETS if character in letters)
    return alphabet[(alphabet.index(character) + number) % len(alphabet)]


def toml(table: CheckedTable) -> str:
    """Return a maker file's table as TOML."""
    lines = [f"schema = {table['schema']}", "[maker]", *_pairs(table["maker"])]
    for rule in table["signature"]:
        lines += ["[[signature]]", *_pairs(rule)]
    return "\n".join([*lines, ""])


def _pairs(table: CheckedTable) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{{ {', '.join(_pairs(value))} }}" if isinstance(value, dict) else quoted(value)
