"""Each rule against its own examples, its near misses, the other makers, the registry and the clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from random import Random

from scanner.matching.engine import Engine
from scanner.matching.oui import Registry
from scanner.matching.pattern import MAX_VALUE_BYTES, compiled, wire_text
from scanner.matching.problem import Problem
from scanner.matching.skeleton import PLACEHOLDERS
from scanner.matching.source import Source
from scanner.model.field import Field
from scanner.model.host import canonical_mac
from scanner.model.signature import Certainty, Example, Maker, Signature

# What one pattern may spend on the longest text. RE2 reads 10 MB/s and more with any sane pattern;
# only large counted repeats are slower.
MAX_PATTERN_S = 0.010

# The best of this many runs counts, so that a busy machine does not fail a good rule.
TIMING_RUNS = 5

# Texts that keep loose patterns busy: one letter, digits, blanks, tags, lines, and other scripts.
HOSTILE_SEEDS = ("a", "0.", " ", "<a ", "a\n", 'a="', "é中")

# An address that no registry assigns (locally administered): a rule that takes it takes any address.
ANY_MAC = "020000000001"
SHOWN_BLOCKS = 5

# Seeded, so that every run times the same text.
_RANDOM_BYTES = Random(0).randbytes(MAX_VALUE_BYTES)

Timer = Callable[[], float]


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A signature and where it stands."""

    signature: Signature
    source: Source
    index: int

    def problem(self, cause: str, remedy: str, key: str) -> Problem:
        """Return a problem at one key of this rule."""
        label = f'signature "{self.signature.id}": {cause}'
        return self.source.problem(label, remedy, "signature", self.index, key)


def captures(signature: Signature, value: str) -> dict[str, str] | None:
    """Return what a rule captures from a value, or None when it does not match."""
    captured: dict[str, str] = {}
    for pattern in signature.patterns:
        found = compiled(pattern).captures(wire_text(value))
        if found is None:
            return None
        captured |= found
    return captured


def example_problems(rule: PlacedRule) -> Iterator[Problem]:
    """Yield each example that does not match, or from which other things are read than it says."""
    for example in rule.signature.examples:
        captured, said = captures(rule.signature, example.value), dict(example.extracts)
        if captured is None:
            cause = f"the example {_short(example.value)} does not match."
            yield rule.problem(cause, "Correct the pattern, or drop what no device sends.", "examples")
        elif captured != said:
            cause = (
                f"the example {_short(example.value)} gives {captured or 'nothing'}, not {said or 'nothing'}."
            )
            yield rule.problem(cause, "Write beside the value exactly what is captured.", "examples")


def near_miss_problems(rule: PlacedRule) -> Iterator[Problem]:
    """Yield each near miss that matches."""
    for value in rule.signature.near_misses:
        if captures(rule.signature, value) is not None:
            yield rule.problem(
                f"the near miss {_short(value)} matches.", "Narrow the pattern.", "near_misses"
            )


def collision_problems(rule: PlacedRule, engine: Engine, makers: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield each example that another device maker's strong or decisive rule would claim."""
    for example in rule.signature.examples:
        for other, _ in engine.fits(rule.signature.field, example.value):
            is_claim = other.certainty is not Certainty.WEAK and not makers[other.maker].is_generic
            if is_claim and other.maker != rule.signature.maker:
                cause = f'the example {_short(example.value)} also matches "{other.id}" of {other.maker}.'
                yield rule.problem(cause, "Narrow one of the two, or make it weak.", "examples")


def registry_problems(rule: PlacedRule, registry: Registry) -> Iterator[Problem]:
    """Yield each example of a registrant rule that is no registrant's whole name."""
    if rule.signature.field is Field.OUI_REGISTRANT:
        for example in rule.signature.examples:
            if example.value not in registry.registrants:
                cause = f"nobody is registered as {_short(example.value)}."
                yield rule.problem(cause, "Copy the name from the address registry.", "examples")


def block_problems(rule: PlacedRule, registry: Registry) -> Iterator[Problem]:
    """Yield a problem when a rule that takes some blocks of addresses takes others than the registry says.

    A rule whose captured ``mac`` may be any address is no such rule. The owners are those of the
    addresses in its examples: it must take every block of theirs, and no other.
    """
    examples = [example for example in rule.signature.examples if _mac(example)]
    if not examples or _takes(rule.signature, examples[0], ANY_MAC):
        return
    owners = {registry.registrant(_mac(example)) for example in examples}
    taken = {prefix for prefix, _ in registry.blocks if _takes(rule.signature, examples[0], prefix)}
    owned = {prefix for prefix, name in registry.blocks if name in owners}
    for blocks, fault in ((owned - taken, "lacks"), (taken - owned, "takes strangers' blocks:")):
        if blocks:
            remedy = "The blocks must be those of the owners of the addresses in its examples."
            yield rule.problem(f"the pattern {fault} {_some(blocks)}.", remedy, "pattern")


def placeholder_problems(rule: PlacedRule) -> Iterator[Problem]:
    """Yield what a skeleton left for a person to say."""
    said = {"description": (rule.signature.description,), "references": rule.signature.references}
    for key, texts in said.items():
        if not PLACEHOLDERS.isdisjoint(texts):
            yield rule.problem(f"{key} still holds a placeholder.", "Write what is so.", key)


def _mac(example: Example) -> str:
    mac = dict(example.extracts).get("mac", "")
    return mac if canonical_mac(mac) else ""


def _takes(signature: Signature, example: Example, prefix: str) -> bool:
    """Whether the rule takes the example with its address moved into a block, spelled alike."""
    mac = _mac(example)
    digits = iter(prefix.ljust(len(ANY_MAC), "0"))
    moved = "".join(next(digits) if letter.isalnum() else letter for letter in mac)
    spelled = moved.upper() if mac != mac.lower() else moved.lower()
    return captures(signature, example.value.replace(mac, spelled)) is not None


def _some(blocks: set[str]) -> str:
    rest = len(blocks) - SHOWN_BLOCKS
    more = f" and {rest} more" if rest > 0 else ""
    return f"{', '.join(sorted(blocks)[:SHOWN_BLOCKS])}{more}"


def time_problems(rule: PlacedRule, timer: Timer) -> Iterator[Problem]:
    """Yield each pattern that is too slow on the longest hostile text."""
    seeds = {example.value for example in rule.signature.examples} | set(rule.signature.near_misses)
    key = "pattern" if len(rule.signature.patterns) == 1 else "all_of"
    for pattern in rule.signature.patterns:
        if is_slow(pattern, sorted(seeds), timer):
            cause = f"a pattern needs more than {MAX_PATTERN_S * 1000:.0f} ms on 64 KiB."
            yield rule.problem(cause, "Remove large counted repeats, or use all_of.", key)


def is_slow(pattern: str, seeds: Iterable[str], timer: Timer) -> bool:
    """Whether a pattern exceeds ``MAX_PATTERN_S`` on a long text made of any seed, or of its own letters."""
    texts = hostile_texts([*HOSTILE_SEEDS, *seeds], pattern)
    return any(_is_slow_on(pattern, text, timer) for text in texts)


def hostile_texts(seeds: Iterable[str], letters: str) -> Iterator[bytes]:
    """Yield texts of ``MAX_VALUE_BYTES``: each seed repeated, then noise of ``letters`` and of the seeds."""
    units = [seed for seed in seeds if seed]
    return chain(map(_repeated, units), map(_noise, (letters, "".join(units))))


def _is_slow_on(pattern: str, text: bytes, timer: Timer) -> bool:
    # A pattern that is quick once is quick: most are timed only once.
    return all(_seconds(pattern, text, timer) > MAX_PATTERN_S for _ in range(TIMING_RUNS))


def _seconds(pattern: str, text: bytes, timer: Timer) -> float:
    start = timer()
    compiled(pattern).captures(text)
    return timer() - start


def _repeated(seed: str) -> bytes:
    unit = wire_text(seed)
    return (unit * (MAX_VALUE_BYTES // len(unit) + 1))[:MAX_VALUE_BYTES]


def _noise(letters: str) -> bytes:
    # Text without a period leads an automaton through ever new states.
    alphabet = sorted({letter for letter in f"{letters} ".encode() if letter < 0x80})
    return _RANDOM_BYTES.translate(bytes(alphabet[byte % len(alphabet)] for byte in range(256)))


def _short(value: str) -> str:
    return f"{value!r:.80}"
