"""Every target over its corpus and near it, and no reader of bytes without a target."""

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pkgutil import walk_packages
from types import CodeType, FrameType, ModuleType
from typing import IO, get_args, get_type_hints

import pytest

import scanner.hearing
import scanner.intake
import scanner.protocols
from scanner.intake.contract import Source
from scanner.model.field import Field
from scanner.model.observation import Fact
from tests.fuzz.invariant import hold
from tests.fuzz.mutation import mutations
from tests.fuzz.target import CORPUS, Target
from tests.fuzz.targets import BY_NAME, TARGETS

MUTATIONS = 200
MAX_CORPUS_BYTES = 400 * 1024
PACKAGES = (scanner.protocols, scanner.hearing, scanner.intake)
BYTES_FROM_OUTSIDE = (bytes, IO[bytes], Source)
OURS = "tests.fuzz."

targets = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


@targets
def test_the_corpus_and_what_is_near_it_break_nothing(target: Target) -> None:
    for data in (*target.seeds(), b"", *islice(mutations(target.seeds(), target.max_bytes, 1), MUTATIONS)):
        try:
            target.check(data)
        except BaseException as find:
            find.add_note(f"{target.name} broke at {data.hex()}")
            raise


def test_every_target_has_seeds_that_fit_it_and_the_corpus_stays_small() -> None:
    unfit = [target.name for target in TARGETS if not 0 < max(map(len, target.seeds())) <= target.max_bytes]

    assert unfit == []
    assert sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir()) == sorted(BY_NAME)
    assert sum(len(seed) for target in TARGETS for seed in target.seeds()) < MAX_CORPUS_BYTES


def test_every_decoder_has_a_target() -> None:
    decoders = {function.__code__: name for name, function in _decoders()}
    direct, reached = _met(set(decoders))
    read_directly = {code for code, name in decoders.items() if _names_a_reader(name)}

    assert sorted(decoders[code] for code in decoders.keys() - reached) == []
    assert sorted(decoders[code] for code in read_directly - direct) == []
    assert len(decoders) > 50


def _decoders() -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the public functions that take bytes from outside, and return something else, by full name."""
    for module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and _decodes(function):
                yield f"{module.__name__}.{name}", function


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)


def _decodes(function: Callable[..., object]) -> bool:
    hints = get_type_hints(function)
    returned = hints.pop("return", None)
    return returned is not bytes and any(
        hint in BYTES_FROM_OUTSIDE or bytes in get_args(hint) for hint in hints.values()
    )


def _names_a_reader(name: str) -> bool:
    return name.rpartition(".")[2].startswith(("read", "parse"))


def _met(codes: set[CodeType]) -> tuple[set[CodeType], set[CodeType]]:
    """Run all corpora; return what of the code targets call directly, and what is called at all."""
    direct, reached = set(), set()

    def notice(called: FrameType, event: str, _: object) -> None:
        if event != "call" or called.f_code not in codes:
            return
        reached.add(called.f_code)
        caller = called.f_back
        if caller is not None and caller.f_globals["__name__"].startswith(OURS):
            direct.add(called.f_code)

    sys.setprofile(notice)
    try:
        for target in TARGETS:
            for data in target.seeds():
                target.check(data)
    finally:
        sys.setprofile(None)
    return direct, reached


@pytest.mark.parametrize(
    "told",
    [
        Fact(Field.MAC, "9C:8E:CD:0F:0B:1C"),
        (Fact(Field.HTTP_SERVER, "x" * 3000),),
        [Fact(Field.HTTP_SERVER, "\ud800")],
        {"groups": Fact(Field.IGMP_GROUP, "10.0.0.1")},
        iter([Fact(Field.PORT_OPEN, "0/tcp")]),
    ],
    ids=["a MAC in capitals", "too long", "half a pair", "no group", "no port"],
)
def test_an_answer_that_breaks_its_promise_is_noticed(told: object) -> None:
    with pytest.raises(AssertionError):
        hold(told, max_characters=1500)


def test_the_same_seed_draws_the_same_inputs() -> None:
    seeds = BY_NAME["mdns"].seeds()
    drawn = [list(islice(mutations(seeds, 512, seed), 50)) for seed in (3, 3, 4)]

    assert drawn[0] == drawn[1] != drawn[2]
    assert max(map(len, drawn[0])) <= 512
