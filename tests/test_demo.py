"""``make demo`` on a small LAN: findings with policies, a matrix, and the timeline as text and picture."""

import csv
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.lab.demo import PICTURE

pytestmark = pytest.mark.lab
ROOT = Path(__file__).parents[1]
# Two cameras, one by each of the makers that are sought, and another maker's.
PLAN = 'Plan(personas=("hik-ipc", "dahua-ipc", "axis"))'


@dataclass(frozen=True)
class Demo:
    """What the demo left and printed."""

    findings: Path
    printed: str
    said: str
    exit_code: int


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    findings = tmp_path_factory.mktemp("demo") / "findings.csv"
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.lab.demo import demo\n"
        f"from tests.lab.plan import Plan\nsys.exit(demo(Path({str(findings)!r}), {PLAN}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        timeout=280,
        check=False,
    )
    yield Demo(findings, done.stdout, done.stderr, done.returncode)


def test_the_findings_have_a_policy_column_that_is_filled(demo: Demo) -> None:
    assert demo.exit_code == 0, demo.said
    with demo.findings.open(newline="") as file:
        rows = list(csv.DictReader(file))
    told = {row["maker"]: row for row in rows}
    assert "uk-wms-2022-11-24 applies" in told["Hikvision"]["policies"]
    assert "uk-removal-timeline applies" in told["Dahua"]["policies"]
    assert told["Dahua"]["deadline"] == "2025-04-30"
    assert "uk-wms-2022-11-24 cannot tell" in told["Axis"]["policies"]


def test_the_table_is_followed_by_the_matrix_and_the_timeline(demo: Demo) -> None:
    table, matrix, timeline = (
        demo.printed.index(mark)
        for mark in (
            "Policies",
            "uk-procurement-act-2023-nsup uk-removal-timeline",
            "Devices found, remaining",
        )
    )

    assert table < matrix < timeline
    assert "x milestone" in demo.printed


def test_the_picture_stands_beside_the_findings(demo: Demo) -> None:
    picture = demo.findings.with_name(PICTURE)

    assert ElementTree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600


def test_nothing_else_is_left(demo: Demo) -> None:
    assert sorted(one.name for one in demo.findings.parent.iterdir()) == ["findings.csv", PICTURE]
