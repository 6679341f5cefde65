"""The pages on site files say what the reader takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.site.file import read
from scanner.site.key import TABLES, WAYS, Key, Keys, Needed
from scanner.site.table import parse
from tests.test_docs_howto import BLOCK, COMMAND, folder, run

__all__ = ["folder"]

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "reference" / "site-file.md").read_text()
HOWTO = (DOCS / "howto" / "describe-a-site.md").read_text()
HEADING = re.compile(r"^##+ (.*)$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", re.MULTILINE)
(EXAMPLE,) = (text for language, text in BLOCK.findall(PAGE) if language == "toml")


def sections() -> dict[str, str]:
    """Return the text below each heading of the page."""
    parts = HEADING.split(PAGE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def headed() -> Iterator[tuple[str, Keys]]:
    """Yield every heading that the page must have, and the keys below it."""
    for name, keys in TABLES.items():
        brackets = ("[", "]") if name in ("site", "authorisation") else ("[[", "]]")
        yield f"`{brackets[0]}{name}{brackets[1]}`" if name else "Top of the file", keys
    for way, keys in WAYS.items():
        yield f'`way = "{way.value}"`', keys


def default_of(key: Key[object]) -> str | None:
    """Return the default as the page shows it, where that is one word."""
    if isinstance(key.default, Needed):
        return "needed"
    if isinstance(key.default, bool):
        return f"`{str(key.default).lower()}`"
    return f"`{key.default}`" if key.default and isinstance(key.default, int | str) else None


def test_every_key_stands_in_the_page_and_no_other() -> None:
    written = {head: [name for name, *_ in ROW.findall(text)] for head, text in sections().items()}

    assert {head: names for head, names in written.items() if names} == {
        head: [key.name for key in keys] for head, keys in headed()
    }


def test_the_page_shows_the_defaults_that_hold() -> None:
    found = sections()
    for head, keys in headed():
        shown = {name: default for name, _, default in ROW.findall(found[head])}
        for key in keys:
            expected = default_of(key)
            assert expected in (None, shown[key.name]), (head, key.name)
            assert (expected == "needed") is (shown[key.name] == "needed"), (head, key.name)


def test_the_example_of_the_page_has_every_key() -> None:
    site, top = read(EXAMPLE), parse(EXAMPLE).entries
    said = {name: set(entry) for name, entry in top.items() if isinstance(entry, dict)}
    said |= {name: {key for one in top[name] for key in one} for name in ("segment", "hours", "notify")}

    assert {target.way for target in site.notify} == set(WAYS)
    assert {key.name for key in TABLES[""]} <= set(top)
    for name, keys in TABLES.items():
        of_ways = {key.name for own in WAYS.values() for key in own} if name == "notify" else set()
        assert not name or {key.name for key in keys} | of_ways == said[name]


def test_the_howto_prints_what_it_shows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMCENSUS_DB", str(folder / "inventory.sqlite3"))
    shown, printed = [], []
    for language, text in BLOCK.findall(HOWTO):
        if text.startswith("# "):
            (folder / text.split("\n")[0].removeprefix("# ")).write_text(text)
        for command, output in COMMAND.findall(text) if language == "console" else ():
            shown.append((command, output.splitlines()))
            printed.append((command, [line.rstrip() for line in run(command, folder).splitlines()]))

    assert printed == shown
    assert len(shown) == 7


def test_the_receiver_of_the_howto_is_one() -> None:
    (notify,) = (text for _, text in BLOCK.findall(HOWTO) if text.startswith("[[notify]]"))

    assert read(f'schema = 1\n[site]\nname = "depot"\n{notify}').notify[0].name == "ticket system"
