"""Small signature directories and observations for the tests of matching."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from scanner.matching.database import Database
from scanner.matching.oui import Registry, encode
from scanner.matching.tree import read_tree
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Observation, Via
from tests.matching.sample import BRANDS, MAKERS, PREFIXES, VOCABULARY

HOST = Host(IPv4Address("192.0.2.10"))
SEEN_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WriteTree = Callable[..., Path]
Observe = Callable[..., Observation]


@pytest.fixture
def write_tree(tmp_path: Path) -> WriteTree:
    """Write a signature directory and return it."""

    def write(
        makers: Mapping[str, str] = MAKERS, brands: str = BRANDS, name: str = "signatures", **lists: str
    ) -> Path:
        root = tmp_path / name
        (root / "makers").mkdir(parents=True, exist_ok=True)
        (root / "vocabulary").mkdir(exist_ok=True)
        for maker, text in makers.items():
            (root / "makers" / f"{maker}.toml").write_text(text)
        for word_list, words in VOCABULARY.items():
            text = lists.get(word_list, "\n".join(words))
            (root / "vocabulary" / f"{word_list}.txt").write_text(text)
        (root / "brands.toml").write_text(brands)
        return root

    return write


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Return a registry of a few blocks."""
    path = tmp_path / "registry.txt.gz"
    path.write_bytes(encode(PREFIXES, date(2026, 8, 26), "a few blocks of the IEEE registry"))
    return Registry(path)


@pytest.fixture
def database(write_tree: WriteTree, registry: Registry) -> Database:
    """Return a database of two targets, one other maker and one component."""
    return Database.merged([read_tree(write_tree())], registry)


@pytest.fixture
def observe() -> Observe:
    """Return observations of one host."""

    def seen(field: Field, value: str, via: Via = Via.CONNECTION, port: int = 80) -> Observation:
        return Observation(HOST, field, value, "test", via, SEEN_AT, Endpoint(HOST.address, port))

    return seen
