"""The engine finds every rule that fits, whatever the value holds."""

from collections.abc import Callable

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.matching.database import Database
from scanner.matching.engine import Engine
from scanner.matching.pattern import MAX_VALUE_BYTES
from scanner.model.field import Field
from scanner.model.observation import Observation
from scanner.model.signature import Certainty, Signature

Observe = Callable[..., Observation]


def rule(name: str, *patterns: str, field: Field = Field.HTTP_BODY) -> Signature:
    return Signature(name, "maker", field, patterns, Certainty.WEAK, "", (), (), ())


def names(engine: Engine, value: str, field: Field = Field.HTTP_BODY) -> list[str]:
    return [signature.id for signature, _ in engine.fits(field, value)]


def test_a_match_carries_its_observation_and_captures(database: Database, observe: Observe) -> None:
    seen = observe(Field.RTSP_REALM, "Login to 3C06520PAN00001")

    (match,) = database.engine.matches(seen)

    assert match.signature.id == "dahua-realm"
    assert match.observation is seen
    assert match.captured == {"serial": "3C06520PAN00001"}


def test_a_fact_without_rules_matches_nothing(database: Database, observe: Observe) -> None:
    assert database.engine.matches(observe(Field.SSH_BANNER, "SSH-2.0-dropbear")) == ()


def test_all_fitting_rules_come_in_the_order_of_their_ids() -> None:
    engine = Engine([rule("c", "x"), rule("a", "x"), rule("b", "y"), rule("d", "z|x")])

    assert names(engine, "x") == ["a", "c", "d"]


def test_all_patterns_of_a_rule_must_match_in_any_order() -> None:
    engine = Engine([rule("both", "first", "second"), rule("one", "second")])

    assert names(engine, "second and first") == ["both", "one"]
    assert names(engine, "second") == ["one"]
    assert names(engine, "first") == []


def test_captures_of_all_patterns_are_put_together() -> None:
    engine = Engine([rule("both", "model=(?P<model>[A-Z]+)", "v=(?P<firmware_version>[0-9.]+)")])

    ((_, captured),) = engine.fits(Field.HTTP_BODY, "v=1.2 model=ABC")

    assert captured == {"model": "ABC", "firmware_version": "1.2"}


def test_an_optional_group_that_took_no_part_is_left_out() -> None:
    engine = Engine([rule("server", "^Webs(?:/(?P<firmware_version>[0-9.]*))?$")])

    assert engine.fits(Field.HTTP_BODY, "Webs")[0][1] == {}
    assert engine.fits(Field.HTTP_BODY, "Webs/")[0][1] == {}


def test_rules_of_another_field_stay_silent() -> None:
    engine = Engine([rule("title", "x", field=Field.HTML_TITLE)])

    assert names(engine, "x") == []


def test_odd_text_is_read_and_not_a_crash() -> None:
    engine = Engine([rule("any", "(?s)^(?P<model>.*)$"), rule("nul", r"a\x00b"), rule("umlaut", "(?i)Ä")])

    assert names(engine, "a\x00b") == ["any", "nul"]
    assert names(engine, "ä") == ["any", "umlaut"]
    assert engine.fits(Field.HTTP_BODY, "\ud800")[0][1] == {"model": "\\ud800"}


def test_what_stands_after_the_cap_is_not_read() -> None:
    engine = Engine([rule("end", "end$|end")])

    assert names(engine, "x" * (MAX_VALUE_BYTES - 3) + "end") == ["end"]
    assert names(engine, "x" * MAX_VALUE_BYTES + "end") == []
    assert names(engine, "é" * (MAX_VALUE_BYTES // 2) + "end") == []


PATTERNS = (
    "^$",
    "a",
    "(?i)b+$",
    "^a.*b",
    "a|",
    "é",
    "[0-9]{2}",
    "(?s)a.b",
    r"\bab\b",
    "(?i)straße",
    "ab{2,3}",
)


@given(st.text(alphabet="abABé0 9\nß\ud800", max_size=12))
def test_the_filter_agrees_with_each_pattern_alone(value: str) -> None:
    engine = Engine([rule(f"r{number:02}", pattern) for number, pattern in enumerate(PATTERNS)])
    text = value.encode("utf-8", "backslashreplace")

    alone = [f"r{n:02}" for n, pattern in enumerate(PATTERNS) if re2.compile(pattern.encode()).search(text)]

    assert names(engine, value) == alone


@settings(max_examples=20, deadline=None)
@given(st.permutations([rule(f"r{n}", pattern) for n, pattern in enumerate(PATTERNS)]))
def test_the_order_of_rules_never_changes_a_result(rules: list[Signature]) -> None:
    assert names(Engine(rules), "ab 09 é") == names(Engine(sorted(rules, key=lambda r: r.id)), "ab 09 é")


def test_a_page_that_names_every_rule_fits_them_all() -> None:
    # It leads an automaton for all patterns together to ever new states.
    rules = [rule(f"r{n}", f"(?i)word{n:03}x.*other{n:03}y") for n in range(300)]
    page = "".join(f"word{n % 300:03}x other{n * 7 % 300:03}y " for n in range(4000))[:MAX_VALUE_BYTES]

    assert len(Engine(rules).fits(Field.HTTP_BODY, page)) == 300


def test_more_literals_than_one_filter_holds_are_all_found() -> None:
    # RE2 gives the literals of one filter 8 MiB, whatever is asked for; these need about three times that.
    count = 8000
    engine = Engine(
        [rule(f"r{number:04}", f"{number:04}" + f"{number:04}-abc" * 6) for number in range(count)]
    )

    found = [names(engine, f"x{number:04}" + f"{number:04}-abc" * 6) for number in (0, 4321, count - 1)]

    assert found == [["r0000"], ["r4321"], ["r7999"]]
