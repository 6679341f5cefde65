"""The plan of the house, kept true: sizes, names, registries, pages and packaging."""

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.discovery import BUILTIN_ASKERS, BUILTIN_LISTENERS, Discoverer
from scanner.probes import BUILTIN_PROBES, Probe

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "scanner").rglob("*.py"))
PARTS: tuple[Discoverer | Probe, ...] = (*BUILTIN_ASKERS, *BUILTIN_LISTENERS, *BUILTIN_PROBES)
MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 50
GRAB_BAGS = re.compile(r"util|helper|common|misc|manager", re.IGNORECASE)
MAKERS = re.compile(r"hikvision|dahua|hik\b|ezviz|amcrest|lorex|uniview|reolink|xiongmai", re.IGNORECASE)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_and_functions_stay_small() -> None:
    long_files = {str(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > MAX_FILE_LINES}
    long_functions = {
        f"{path}:{function.name}": lines
        for path in SOURCES
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert (long_files, long_functions) == ({}, {})


def test_no_module_is_a_grab_bag() -> None:
    assert [str(path) for path in SOURCES if GRAB_BAGS.search(path.stem)] == []


def strings_of(path: Path) -> Iterator[str]:
    """Yield the string constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_makers_names_live_in_signatures_not_in_code() -> None:
    # The command line may say what the product is for.
    code = [path for path in SOURCES if "cli" not in path.parts]

    assert {str(path): text for path in code for text in strings_of(path) if MAKERS.search(text)} == {}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_states_its_limits_and_has_a_unique_name(part: Discoverer | Probe) -> None:
    names = [p.name for p in PARTS]

    assert (type(part).__doc__ or "").count(".") >= 2
    assert len(names) == len(set(names))


def test_the_generated_pages_are_current() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert checked.returncode == 0, checked.stderr


def test_every_link_in_the_docs_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
        if not target.startswith("http") and not (page.parent / target).exists()
    ]

    assert dead == []


def test_the_wheel_holds_the_code_and_the_data(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    wheel = tmp_path / done.stdout.strip().splitlines()[-1]
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    judged = subprocess.run(
        [sys.executable, "-I", "-c", INSTALLED, str(tmp_path / "site")],
        input='{"host": "10.0.0.5", "field": "http_header.server", "value": "DNVRS-Webs"}\n',
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert '"maker": "Hikvision"' in judged.stdout, judged.stderr


# Runs the command from the unpacked wheel, wherever else the package may be installed.
INSTALLED = """
import sys
sys.path.insert(0, sys.argv[1])
import scanner, signatures
assert scanner.__file__.startswith(sys.argv[1]) and signatures.__file__.startswith(sys.argv[1])
from scanner.cli import main
main(["judge", "-", "-o", "-", "--format", "jsonl"])
"""


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    told = re.compile(r"/(?:work|root|tmp/plan)/|\.pyenv|pypi\.org|pythonhosted|npmjs\.|deb\.debian\.org")
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT).stdout.split()
    tracked = [ROOT / name for name in listed if not name.endswith("test_house.py")]

    assert [str(path) for path in tracked if told.search(path.read_text(errors="replace"))] == []


def test_another_run_collects_the_same_tests(request: pytest.FixtureRequest) -> None:
    # Two workers compare their lists: a name made from the clock or from a hash's order stops the suite.
    later = [sys.executable, "-m", "pytest", "--collect-only", "--override-ini=addopts=", "-q"]
    listed = subprocess.run(
        [*later, "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
    )

    assert {item.nodeid for item in request.session.items} - set(listed.stdout.splitlines()) == set()
