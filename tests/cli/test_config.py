"""The configuration file, and what comes before what."""

from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "census.toml"


def test_flags_beat_the_environment_which_beats_the_file_which_beats_the_default(
    camcensus: Camcensus, config: Path
) -> None:
    config.write_text("[plan]\nmax-rate = 7\n")
    command = ("plan", "127.0.0.1", "--port-check", "connect")

    def rate(*arguments: object, **environment: str) -> str:
        shown = camcensus(*arguments, **environment).stdout
        return next(line for line in shown.splitlines() if line.startswith("Rates: ")).split(",")[0]

    assert rate(*command) == "Rates: 100 packets/s"
    assert rate("--config", config, *command) == "Rates: 7 packets/s"
    assert rate("--config", config, *command, CAMCENSUS_PLAN_MAX_RATE="8") == "Rates: 8 packets/s"
    assert (
        rate("--config", config, *command, "--max-rate", 9, CAMCENSUS_PLAN_MAX_RATE="8")
        == "Rates: 9 packets/s"
    )


def test_the_environment_names_the_file(camcensus: Camcensus, config: Path) -> None:
    config.write_text("no_such_key = 1\n")

    result = camcensus("doctor", CAMCENSUS_CONFIG=str(config))

    assert result.exit_code == 2
    assert f"{config}: the key 'no_such_key' is not known" in result.stderr


def test_the_users_own_file_is_read_when_none_is_named(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "config" / "camcensus").mkdir(parents=True)
    (tmp_path / "config" / "camcensus" / "config.toml").write_text("no_such_key = 1\n")

    assert camcensus("doctor").exit_code == 2


def test_options_of_camcensus_itself_stand_at_the_top(camcensus: Camcensus, config: Path) -> None:
    config.write_text('log-format = "json"\n')

    result = camcensus("--config", config, "plan", "8.8.8.8")

    assert result.stderr.startswith('{"time": ')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[scan]\nprofil = 'fast'\n",
            "the key 'scan.profil' is not known, so nothing was done. Did you mean 'profile'?",
        ),
        ("[scan]\nhelp = true\n", "the key 'scan.help' is not known"),
        ("[sacn]\nprofile = 'fast'\n", "the key 'sacn' is not known"),
        ("[signatures.list]\nmakers = 'x'\n", "the key 'signatures.list.makers' is not known"),
        ("[scan]\nexclude = '10.0.0.1'\n", "the key 'scan.exclude' needs a list"),
        ("[scan]\nprofile = ['fast']\n", "the key 'scan.profile' needs a single value"),
        ("scan = 7\n", "the key 'scan' is not known"),
        ("exclude = '10.0.0.1'\n", "the key 'exclude' needs a list of texts"),
        ("public_networks = [7]\n", "the key 'public_networks' needs a list of texts"),
        ("public_networks = ['203.0.113.1/28']\n", "is not a network (203.0.113.1/28 has host bits set)"),
        ("[scan\n", "is not TOML"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_with_its_file(
    text: str, message: str, camcensus: Camcensus, config: Path
) -> None:
    config.write_text(text)

    result = camcensus("--config", config, "doctor")

    assert (result.exit_code, result.stdout) == (2, "")
    assert str(config) in result.stderr
    assert message in result.stderr


def test_a_value_of_the_wrong_kind_is_an_error_of_its_option(camcensus: Camcensus, config: Path) -> None:
    config.write_text("[plan]\nprofile = 'faster'\n")

    result = camcensus("--config", config, "plan", "127.0.0.1")

    assert result.exit_code == 2
    assert "Invalid value for '--profile'" in result.stderr


def test_a_file_that_is_not_there_is_an_error_when_it_was_named(camcensus: Camcensus, config: Path) -> None:
    result = camcensus("--config", config, "doctor")

    assert result.exit_code == 2
    assert "cannot be read (No such file or directory)" in result.stderr


def test_bytes_that_are_no_text_are_an_error(camcensus: Camcensus, config: Path) -> None:
    config.write_bytes(b"\xff\xfe")

    assert "is not TOML in UTF-8" in camcensus("--config", config, "doctor").stderr


def test_a_table_for_one_command_does_not_reach_another(camcensus: Camcensus, config: Path) -> None:
    config.write_text("[scan]\nmax-rate = 7\n")

    shown = camcensus("--config", config, "plan", "127.0.0.1", "--port-check", "connect")

    assert "Rates: 100 packets/s" in shown.stdout


def test_the_file_can_be_named_behind_the_command_too(camcensus: Camcensus, config: Path) -> None:
    config.write_text("[plan]\nmax-rate = 7\n[signatures.list]\nmaker = 'no-such-maker'\n")

    assert "Rates: 7 packets/s" in camcensus("plan", "127.0.0.1", "--config", config).stdout
    assert camcensus("signatures", "list", "--config", config).stdout == ""


def test_exclusions_and_public_networks_of_the_file_reach_the_command(
    camcensus: Camcensus, config: Path
) -> None:
    config.write_text('public_networks = ["203.0.113.0/29"]\nexclude = ["203.0.113.6"]\n')

    shown = camcensus("plan", "203.0.113.0/29", "--config", config, "--port-check", "connect").stdout

    assert shown.startswith("Scope: 6 addresses, 1 of them excluded\n")


@pytest.mark.parametrize(
    "words", [("--log-format", "json", "plan", "8.8.8.8"), ("plan", "8.8.8.8", "--log-format", "json")]
)
def test_common_options_stand_before_or_behind_the_command(
    words: tuple[str, ...], camcensus: Camcensus
) -> None:
    assert camcensus(*words).stderr.startswith('{"time": ')


def test_an_option_has_in_the_file_the_name_that_it_has_on_the_command_line(
    camcensus: Camcensus, config: Path, signatures: Path
) -> None:
    config.write_text(f"[signatures.list]\nsignatures = ['{signatures}']\nmaker = 'acme'\n")

    listed = camcensus("--config", config, "signatures", "list").stdout

    assert [line.split("\t")[0] for line in listed.splitlines()] == ["acme-server", "acme-title"]
