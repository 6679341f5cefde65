"""A campaign against targets that behave, break, die and hang: what was found is kept and told."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz import campaign, rogue
from tests.fuzz.campaign import Campaign, Outcome
from tests.fuzz.target import Target


def outcome_of(target: Target, folder: Path) -> Outcome:
    [outcome] = Campaign(1, folder, rogue.__name__).run([target], jobs=1)
    return outcome


def test_a_target_that_behaves_runs_to_its_end(tmp_path: Path) -> None:
    outcome = outcome_of(rogue.BEHAVES, tmp_path)

    assert (outcome.is_clean, outcome.result) == (True, "nothing found")
    assert outcome.executions > 1000
    assert list((tmp_path / "finds").iterdir()) == []


@pytest.mark.parametrize("target", [rogue.BREAKS, rogue.DIES], ids=["raises", "aborts"])
def test_an_input_that_breaks_a_target_is_kept_and_named(target: Target, tmp_path: Path) -> None:
    outcome = outcome_of(target, tmp_path)

    assert not outcome.is_clean
    assert outcome.finds == tuple((tmp_path / "finds").iterdir())
    assert all(file.name.startswith(f"{target.name}-") for file in outcome.finds)
    assert outcome.result == str(outcome.finds[0])


def test_a_target_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "GRACE_SECONDS", 2)

    outcome = outcome_of(rogue.HANGS, tmp_path)

    assert not outcome.is_clean
    assert "killed" in outcome.log.read_text(errors="replace")


def test_the_command_ends_well_with_a_table_when_nothing_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "igmp", "--seconds", "1", "--folder", str(tmp_path)])

    header, row = capsys.readouterr().out.splitlines()[-2:]
    assert not ended.value.code
    assert header.split() == ["target", "executions", "exec/s", "corpus", "result"]
    assert row.split()[0] == "igmp" and row.endswith("nothing found")


def test_a_find_is_replayed_by_the_target_it_broke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    find = tmp_path / "igmp-crash-1"
    find.write_bytes(b"\x16")

    command.main(["--only", "igmp", "--replay", str(find)])

    assert capsys.readouterr().out == "igmp: nothing breaks\n"


def test_nothing_of_the_scanner_is_imported_before_it_can_be_instrumented() -> None:
    told = (
        "import sys, tests.fuzz.worker; print([name for name in sys.modules if name.startswith('scanner')])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
