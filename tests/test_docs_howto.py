"""The page "write a signature" does what it says: its commands are run and their output is compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "howto" / "write-a-signature.md"
BLOCK = re.compile(r"^```(console|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def run(command: str, folder: Path) -> str:
    """Run one command line as its reader would; return what it prints."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "XDG_CONFIG_HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty directory, with the command of this tree in the way to programs."""
    command = tmp_path / "bin" / "camcensus"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m scanner "$@"\n')
    command.chmod(0o755)
    return tmp_path


def test_the_commands_print_what_the_page_shows(folder: Path) -> None:
    shown, printed = [], []
    for language, text in BLOCK.findall(PAGE.read_text()):
        if language == "toml":
            (folder / text.split("\n")[0].removeprefix("# ")).write_text(text)
            continue
        for command, output in COMMAND.findall(text):
            shown.append((command, output))
            printed.append((command, run(command, folder)))

    assert printed == shown
    assert len(shown) == 6
