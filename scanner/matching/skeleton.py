"""A first signature file made from one value that a device sent, for a person to complete.

It can be loaded as it is. What only a person can know is left as a placeholder, and a file that still
holds one does not pass validation.
"""

import re
from dataclasses import dataclass

from scanner.model.field import Field
from scanner.model.signature import Certainty, Maker

DESCRIPTION = "say what the value is and which devices send it"
REFERENCE = "say where you saw this"
PLACEHOLDERS = frozenset({DESCRIPTION, REFERENCE})

# What RE2 gives a meaning outside of brackets. Source: google/re2 doc/syntax.txt.
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_SHORT_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a skeleton is made from; ``id`` is the new signature's."""

    id: str
    maker: Maker
    field: Field
    value: str
    certainty: Certainty


def skeleton(draft: Draft) -> str:
    """Return the text of a signature file whose one rule fits exactly the draft's value."""
    maker = draft.maker
    flags = [f"{name} = true" for name, is_set in _flags(maker) if is_set]
    head = ["schema = 1", "", "[maker]", f"id = {quoted(maker.id)}", f"name = {quoted(maker.name)}", *flags]
    rule = [
        "[[signature]]",
        f"id = {quoted(draft.id)}",
        f"description = {quoted(DESCRIPTION)}",
        f"field = {quoted(draft.field.value)}",
        "# Loosen what differs from device to device, and capture what tells: (?P<model>[A-Z0-9-]+).",
        f"pattern = {quoted(exact_pattern(draft.value))}",
        f"certainty = {quoted(draft.certainty.value)}",
        f"references = [{quoted(REFERENCE)}]",
        f"examples = [{{ value = {quoted(draft.value)} }}]",
        "# Better: what other makers' devices really send here.",
        f"near_misses = [{quoted(near_miss(draft.value))}]",
    ]
    return "\n".join([*head, "", *rule, ""])


def exact_pattern(value: str) -> str:
    """Return the RE2 pattern that matches this value alone."""
    literal = _SPECIAL.sub(r"\\\g<0>", value)
    return f"^{''.join(character if character.isprintable() else _code(character) for character in literal)}$"


def near_miss(value: str) -> str:
    """Return a value that differs in its last character only."""
    return value[:-1] + ("y" if value.endswith("x") else "x")


def quoted(text: str) -> str:
    """Return a TOML string: literal where that can hold the text, with escapes where not."""
    if text.isprintable() and "'" not in text and ("\\" in text or '"' in text):
        return f"'{text}'"
    return f'"{"".join(map(_escaped, text))}"'


def _flags(maker: Maker) -> tuple[tuple[str, bool], ...]:
    return ("target", maker.is_target), ("generic", maker.is_generic)


def _code(character: str) -> str:
    return "\\n" if character == "\n" else f"\\x{{{ord(character):x}}}"


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
