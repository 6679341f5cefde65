"""The summary that ends every run."""

from dataclasses import replace

from scanner.export.coverage import sentences
from tests.export.conftest import COVERAGE


def test_an_incomplete_sweep_says_what_is_missing() -> None:
    assert list(sentences(COVERAGE)) == [
        "Coverage: 254 in scope, 2 answered, 251 silent, 1 examined to the end, in 20.0 s.",
        "Left out: 1 excluded, 1 out of time.",
        "Sent: 253 arp request, 4 http get.",
        "Note: nmap 7.93 found the open ports.",
        "Not examined: eth1 is down.",
        "The result is incomplete: what was not examined is not known to be free of anything.",
    ]


def test_a_complete_sweep_adds_nothing() -> None:
    whole = replace(COVERAGE, skipped={"excluded": 1}, gaps=(), notes=(), packets_sent={})

    assert list(sentences(whole))[1:] == ["Left out: 1 excluded."]
