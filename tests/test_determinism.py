"""The same observations give the same verdicts, whatever the order of files, lines and hash buckets."""

import json
import os
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.matching.database import shipped_root
from scanner.model.field import Field
from scanner.sweep.dossier import IDENTITY_FIELDS

HOSTS = 150
# What one device alone bears: two hosts that show the same would be one.
ALONE = IDENTITY_FIELDS | {Field.MAC}
# What is each run's own: its name and its times.
OWN = re.compile(r'"(?:sweep_id|observed_at|started_at|ended_at)": "[^"]*"')

# The command itself, with the database's files read in an order of its own.
SHUFFLED = """
import random, sys
from scanner.matching import tree
in_order = tree.read_files
def shuffled(root):
    files = list(in_order(root))
    random.Random(int(sys.argv[1])).shuffle(files)
    print(*(file.name for file in files), file=sys.stderr)
    return files
tree.read_files = shuffled
from scanner.cli import main
main(sys.argv[2:])
"""


def examples() -> Iterator[tuple[str, str]]:
    """Yield field and value of every example that several hosts can show."""
    for path in sorted(shipped_root().glob("makers/*.toml")):
        for rule in tomllib.loads(path.read_text())["signature"]:
            if rule["field"] not in ALONE:
                yield from ((rule["field"], example["value"]) for example in rule["examples"])


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Return mixed hosts: each says up to six things, often of makers that contradict each other."""
    chance = random.Random(20261122)
    known = list(examples())
    hosts = {f"host-{number}": chance.sample(known, chance.randint(1, 6)) for number in range(HOSTS)}
    return [
        json.dumps({"host": host, "field": field, "value": value}) + "\n"
        for host, said in hosts.items()
        for field, value in said
    ]


def judged(seed: int, lines: list[str], cache: Path) -> tuple[str, str]:
    """Judge the lines, shuffled, in a process of its own; return the verdicts, and the order of files.

    ``cache`` keeps a database that was read in another order from the place of the real one's pack.
    """
    said = random.Random(seed).sample(lines, len(lines))
    done = subprocess.run(
        [sys.executable, "-c", SHUFFLED, str(seed), "judge", "-"],
        env=os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPYCACHEPREFIX": str(cache)},
        input="".join(said),
        capture_output=True,
        text=True,
        timeout=140,
        check=True,
    )
    verdicts = sorted(OWN.sub("", done.stdout).splitlines(keepends=True))
    return "".join(verdicts), done.stderr.splitlines()[0]


def test_two_runs_give_byte_identical_verdicts(tmp_path: Path, lines: list[str]) -> None:
    (first, first_files), (second, second_files) = (judged(seed, lines, tmp_path) for seed in (1, 2))

    assert len(lines) > 400
    assert first == second
    assert first_files != second_files
    assert first_files.count(".toml") > 300
    assert first.count('"type": "host"') == HOSTS
    assert {'"verdict": "flagged"', '"tier": "conflicting"', '"verdict": "other_maker"'} <= set(
        re.findall(r'"(?:verdict|tier)": "\w+"', first)
    )
