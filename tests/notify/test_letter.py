"""The text of a mail, whatever devices call themselves."""

from dataclasses import replace

import pytest

from scanner.notify.digest import Digest, Event
from scanner.notify.letter import subject, text
from tests.export.hostile import HOSTILE, is_harmless
from tests.notify.sweep import AT

MOVED = Event(
    "changed", "moved", "10.0.0.5 (cctv)", "10.0.0.6 (cctv)", 7, flagged=True, segment="cctv",
    address="10.0.0.6", status="flagged", maker="Acme", model="DS-2CD", firmware="V5.7.3", serial="S1",
)  # fmt: skip
FAILED = Event("failed", "the sweep failed", reason="The interface eth0 vanished.")
DIGEST = Digest(
    "4711", "depot", 12, AT, {"failed": 1, "changed": 3}, (FAILED, MOVED), 2,
    {"in_scope": 254, "answered": 31, "examined": 31},
)  # fmt: skip


def test_a_mail_says_what_happened_how_much_was_looked_at_and_where() -> None:
    assert subject(DIGEST) == "camcensus: depot: 1 failed, 3 changed"
    assert text(DIGEST) == (
        "depot, sweep 12, 2026-11-22 02:00 UTC: 1 failed, 3 changed.\n"
        "Addresses: 254 in scope, 31 answered, 31 examined.\n"
        "\n"
        "* the sweep failed: The interface eth0 vanished.\n"
        "* moved: 10.0.0.6, cctv, flagged, Acme DS-2CD, V5.7.3, serial S1, device 7, "
        "was 10.0.0.5 (cctv), is 10.0.0.6 (cctv)\n"
        "\n"
        "2 more are not listed here. camcensus diff shows all.\n"
    )


@pytest.mark.parametrize("value", [*HOSTILE, "\r\nBcc: stranger@example.com\r\n\r\n", "a\n.\nb"])
def test_no_value_adds_a_line_or_a_control_character(value: str) -> None:
    hostile = replace(DIGEST, site=value, events=(replace(MOVED, model=value, maker=value, segment=value),))

    assert is_harmless(text(hostile)) and is_harmless(subject(hostile))
    assert len(text(hostile).splitlines()) == 6
    assert len(subject(hostile).splitlines()) == 1


def test_a_subject_stays_short() -> None:
    assert len(subject(replace(DIGEST, site="a" * 100_000))) == 78
