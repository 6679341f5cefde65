"""What the measurement of the database is made of."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.matching import Load, Result, Size, _translated
from bench.page import matching_section
from scanner.matching.database import shipped_root
from scanner.model.field import Field


def test_a_load_is_measured_in_a_process_of_its_own_and_leaves_its_pack(tmp_path: Path) -> None:
    pack = tmp_path / "tables.json"
    command = [sys.executable, "-m", "bench.load", str(shipped_root()), str(pack)]

    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    assert told.keys() == {"load_s", "compile_s", "grown_mib"}
    assert min(told.values()) > 0
    assert pack.exists()


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"^caf\x{e9}\z", "café"), (r"^\x{1f600}$", "😀"), ("^a$", "a")]
)
def test_the_loop_reads_the_same_patterns(pattern: str, text: str) -> None:
    assert re.search(_translated(pattern), text)


def test_the_section_has_a_column_for_each_size() -> None:
    load = Load(0.05, 0.1, 12.0)
    size = Size(1000, load, load, 60_000, 40_000, 500, 3, 0.0051, Field.HTTP_BODY)

    lines = matching_section(Result(5000, True, 20, size, size))

    assert lines[0] == "## Matching 5,000 different observations"
    assert "shipped signatures, and a labelled corpus." in lines[2]
    assert "| | Shipped | 20 times |" in lines
    assert "| Load, later starts, ms | 50 | 50 |" in lines
    assert "| Verdicts per second, 20 facts each | 2,000 | 2,000 |" in lines
    assert "| Hardest 64 KiB of any field, ms | 5.1 (`http_body`) | 5.1 (`http_body`) |" in lines
