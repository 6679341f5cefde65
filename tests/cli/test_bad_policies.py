"""``signatures validate`` also checks the policies of a directory."""

from pathlib import Path

from click.testing import CliRunner

from scanner.cli import main
from tests.policy.test_pack_file import POLICY, written


def test_a_policy_with_an_unknown_action_fails_with_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, POLICY.replace('"remove"', '"destroy"'))

    result = CliRunner().invoke(main, ["signatures", "validate", str(tmp_path)])

    assert result.exit_code == 2
    assert f"{path}:22: action 1: do is 'destroy', which is no known word." in result.stdout


def test_a_sound_policy_laid_over_the_shipped_ones_passes(tmp_path: Path) -> None:
    written(tmp_path, POLICY)

    assert CliRunner().invoke(main, ["signatures", "validate", str(tmp_path)]).exit_code == 0
