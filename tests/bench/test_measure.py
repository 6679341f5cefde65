"""What a command costs is told of that command alone, and a command that takes too long is ended."""

import sys

from bench.measure import cost_of

HOLDS_100_MB = "x = b'x' * 100_000_000; print(len(x))"
ENDS_WELL_ON_CTRL_C = (
    "import time\ntry: print('began', flush=True); time.sleep(60)\nexcept KeyboardInterrupt: print('ended')"
)


def test_time_memory_output_and_exit_code_are_told() -> None:
    cost = cost_of([sys.executable, "-c", HOLDS_100_MB], 60.0)

    assert (cost.output, cost.exit_code, cost.was_cut) == ("100000000\n", 0, False)
    assert 95 < cost.peak_mib < 150
    assert 0 < cost.wall_s < 60


def test_the_peak_is_the_commands_and_not_what_we_hold_ourselves() -> None:
    ours = bytearray(b"x") * 200_000_000

    cost = cost_of(["sh", "-c", "exit 7"], 20.0)

    assert len(ours) == 200_000_000
    assert cost.exit_code == 7
    assert cost.peak_mib < 40


def test_the_peak_is_that_of_the_largest_child() -> None:
    assert cost_of(["sh", "-c", f'"{sys.executable}" -c "{HOLDS_100_MB}"; exit 0'], 20.0).peak_mib > 95


def test_at_the_limit_a_command_is_interrupted_and_may_still_write() -> None:
    cost = cost_of([sys.executable, "-c", ENDS_WELL_ON_CTRL_C], 6.0)

    assert (cost.output, cost.exit_code, cost.was_cut) == ("began\nended\n", 0, True)
