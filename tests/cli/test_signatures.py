"""``camcensus signatures``: look into the database and prove it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus


def test_the_rules_are_listed_one_a_line(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus("signatures", "list", "--maker", "acme", "--signatures", signatures)

    assert result.stdout.splitlines() == [
        "acme-server\tacme\tdecisive\thttp_header.server\tServer line",
        "acme-title\tacme\tweak\thtml_title\tPage title",
    ]


def test_a_rule_is_shown_whole(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus("signatures", "show", "acme-server", "--signatures", signatures)

    assert result.stdout.splitlines() == [
        "id: acme-server",
        "maker: acme",
        "description: Server line",
        "field: http_header.server (Server header; layer web)",
        "pattern: ^Acme-Webs(?:/(?P<model>[A-Z0-9-]+))?$",
        "certainty: decisive",
        "example: Acme-Webs/AC-1 -> model=AC-1",
        "example: Acme-Webs",
        "near miss: Acme-Webs-Proxy",
        "reference: made up for tests",
    ]


def test_an_unknown_rule_is_a_usage_error(camcensus: Camcensus) -> None:
    result = camcensus("signatures", "show", "no-such-rule")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "no signature 'no-such-rule'" in result.stderr


def test_a_value_is_explained_with_the_rules_that_fit_it(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus(
        "signatures", "explain", "Acme-Webs/AC-1", "--field", "http.server", "--signatures", signatures
    )

    shown = result.stdout.splitlines()
    assert shown[0] == "http_header.server = Acme-Webs/AC-1"
    assert "  acme-server: acme, decisive, layer web" in shown
    assert "    model = AC-1" in shown
    assert "verdict on this alone: flagged, confirmed" in shown


def test_what_follows_from_a_value_is_explained_too(camcensus: Camcensus, signatures: Path) -> None:
    page = "<title>Acme</title>\x1b[2J"

    result = camcensus("signatures", "explain", page, "--field", "http_body", "--signatures", signatures)

    assert "html_title = Acme" in result.stdout
    assert "  acme-title: acme, weak, layer web" in result.stdout
    assert "\x1b" not in result.stdout


def test_an_unknown_field_is_a_usage_error(camcensus: Camcensus) -> None:
    result = camcensus("signatures", "explain", "x", "--field", "http.sevrer")

    assert (result.exit_code, "The field 'http.sevrer' is not known" in result.stderr) == (2, True)


def test_signatures_that_hold_are_good(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus("signatures", "validate", signatures)

    assert (result.exit_code, result.stdout) == (0, ""), result.stdout


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("near_misses = ['Acme Corporation']", "near_misses = ['Acme']", "Acme"),
        ("value = 'Acme-Webs/AC-1', model = 'AC-1'", "value = 'Acme-Webs/AC-1', model = 'AC-2'", "AC-"),
        ("pattern = '^Acme$'", "pattern = '^(Acme'", "RE2"),
        ("schema = 1", "schema = 1 =", "not TOML"),
    ],
)
def test_signatures_that_do_not_hold_are_named_with_file_and_line(
    old: str, new: str, cause: str, camcensus: Camcensus, signatures: Path
) -> None:
    file = signatures / "makers" / "acme.toml"
    file.write_text(file.read_text().replace(old, new))

    result = camcensus("signatures", "validate", signatures)

    assert result.exit_code == 2
    assert result.stdout.startswith(f"{file}:")
    assert cause in result.stdout
    assert "must not be used as they are" in result.stderr


def corpus_line(number: int, family: str, value: str, **more: object) -> str:
    record = {
        "id": f"r{number}",
        "channel": "http.server",
        "value": value,
        "label": {"family": family},
        "kind": "capture",
    }
    return json.dumps(record | more) + "\n"


def test_a_corpus_is_scored_with_every_miss_and_false_hit(
    camcensus: Camcensus, signatures: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        corpus_line(1, "acme", "Acme-Webs")
        + corpus_line(2, "acme", "Acme-Webs/3\x1b[2J")
        + corpus_line(3, "other", "Acme-Webs/AC-9")
        + corpus_line(4, "unknown", "Acme-Webs")
        + corpus_line(5, "acme", "acme webs", kind="pattern-derived")
    )

    result = camcensus("signatures", "score", corpus, "--signatures", signatures)

    shown = result.stdout.splitlines()
    assert result.exit_code == 0
    assert shown[0] == "strict: 4 records"
    assert shown[2].split() == ["acme", "http.server", "1", "1", "1", "0.500", "0.500"]
    assert shown[3].split() == ["acme", "all", "channels", "1", "1", "1", "0.500", "0.500"]
    assert r"  miss acme http.server r2: Acme-Webs/3\x1b[2J" in shown
    assert "  false hit acme http.server r3: Acme-Webs/AC-9" in shown
    assert "other pattern-derived: 1 records" in shown


def test_the_list_of_misses_can_be_left_out(camcensus: Camcensus, signatures: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(corpus_line(1, "acme", "acme webs"))

    result = camcensus(
        "signatures", "score", tmp_path / "corpus.jsonl", "--no-misses", "--signatures", signatures
    )

    assert "0.000" in result.stdout
    assert "miss acme" not in result.stdout


def test_a_corpus_that_cannot_be_read_is_a_usage_error(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("{}\n")

    missing = camcensus("signatures", "score", tmp_path / "missing.jsonl")
    broken = camcensus("signatures", "score", tmp_path / "corpus.jsonl")

    assert (missing.exit_code, broken.exit_code) == (2, 2)
    assert "Line 1 of the corpus is not a labelled record" in broken.stderr
