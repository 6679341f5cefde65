"""``camcensus signatures new``: from one captured value to a file that only lacks what people know."""

from pathlib import Path

import pytest

from scanner.matching.database import load
from scanner.matching.skeleton import DESCRIPTION, REFERENCE
from tests.cli.conftest import Camcensus

SERVER = ("--field", "http.server", "--value", "Fernwood-Webs/2.4.1")
FERNWOOD = ("signatures", "new", "--maker", "fernwood", *SERVER)


def test_it_prints_a_file_with_one_rule(camcensus: Camcensus) -> None:
    result = camcensus(*FERNWOOD, "--certainty", "strong")

    assert result.exit_code == 0
    assert 'id = "fernwood-http-header-server"' in result.stdout
    assert r"pattern = '^Fernwood-Webs/2\.4\.1$'" in result.stdout
    assert 'certainty = "strong"' in result.stdout
    assert 'near_misses = ["Fernwood-Webs/2.4.x"]' in result.stdout


def test_the_file_loads_and_validation_names_what_is_left(camcensus: Camcensus, tmp_path: Path) -> None:
    written = camcensus(*FERNWOOD, "-o", tmp_path)
    checked = camcensus("signatures", "validate", tmp_path)

    file = tmp_path / "makers" / "fernwood.toml"
    assert (written.exit_code, written.stdout) == (0, "")
    assert f"camcensus signatures validate {tmp_path}" in written.stderr
    assert "fernwood-http-header-server" in {rule.id for rule in load([tmp_path]).signatures}
    assert checked.exit_code == 2
    assert [line.removeprefix(f"{file}:").split(" ", 1)[1] for line in checked.stdout.splitlines()] == [
        'signature "fernwood-http-header-server": description still holds a placeholder. Write what is so.',
        'signature "fernwood-http-header-server": references still holds a placeholder. Write what is so.',
    ]


def test_what_is_left_said_it_passes(camcensus: Camcensus, tmp_path: Path) -> None:
    camcensus(*FERNWOOD, "-o", tmp_path)
    file = tmp_path / "makers" / "fernwood.toml"
    said = file.read_text().replace(DESCRIPTION, "Web server").replace(REFERENCE, "our own capture")
    file.write_text(said)

    assert camcensus("signatures", "validate", tmp_path).exit_code == 0


def test_a_known_maker_keeps_its_name_and_being_a_target(camcensus: Camcensus, tmp_path: Path) -> None:
    camcensus("signatures", "new", "--maker", "hikvision", *SERVER, "-o", tmp_path)

    assert load([tmp_path]).makers["hikvision"] == load().makers["hikvision"]
    assert not (tmp_path / "vocabulary").exists()


def test_a_new_rule_never_takes_the_id_of_another(camcensus: Camcensus) -> None:
    shipped = load().signatures
    stem = "hikvision-http-header-server"
    result = camcensus("signatures", "new", "--maker", "hikvision", *SERVER)

    said = next(line for line in result.stdout.splitlines() if line.startswith(f'id = "{stem}'))
    assert said.split('"')[1] not in {rule.id for rule in shipped}


def test_words_already_listed_stay(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "makers.txt").write_text("zulu\nalpha\n")

    camcensus(*FERNWOOD, "-o", tmp_path)

    assert (tmp_path / "vocabulary" / "makers.txt").read_text() == "alpha\nfernwood\nzulu\n"


def test_a_file_that_is_there_is_left_alone(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "makers").mkdir()
    (tmp_path / "makers" / "fernwood.toml").write_text("mine")

    result = camcensus(*FERNWOOD, "-o", tmp_path)

    assert result.exit_code == 2
    assert "is there already and was left as it is" in result.stderr
    assert (tmp_path / "makers" / "fernwood.toml").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_an_error(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = camcensus(*FERNWOOD, "-o", tmp_path / "file")

    assert (result.exit_code, "could not be written" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("maker", "field", "value", "cause"),
    [
        ("Fern wood", "http.server", "x", "is no id"),
        ("fernwood", "http.sevrer", "x", "is not known"),
        ("fernwood", "http.server", "", "Nothing of the kind http_header.server"),
        ("fernwood", "http.server", "x" * 2000, "too long for a pattern"),
    ],
)
def test_what_no_rule_can_be_made_from_is_a_usage_error(
    maker: str, field: str, value: str, cause: str, camcensus: Camcensus
) -> None:
    result = camcensus("signatures", "new", "--maker", maker, "--field", field, "--value", value)

    assert (result.exit_code, result.stdout) == (2, "")
    assert cause in result.stderr
