"""Directories of signatures become one database."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from scanner.matching.database import Database, load, shipped_root
from scanner.matching.oui import Registry
from scanner.matching.tree import read_tree
from scanner.model.field import Field
from scanner.model.signature import Certainty, Example
from tests.matching.sample import HEAD, RULE

WriteTree = Callable[..., Path]

NO_BRANDS = 'schema = 1\nas_of = "2026-11-22"'


def test_a_file_becomes_a_maker_with_its_rules(database: Database) -> None:
    assert list(database.makers) == ["axis", "dahua", "hikvision", "nginx"]
    assert database.makers["dahua"].is_target
    assert database.makers["nginx"].is_generic
    rule = next(rule for rule in database.signatures if rule.id == "dahua-realm")
    assert (rule.maker, rule.field, rule.certainty) == ("dahua", Field.RTSP_REALM, Certainty.STRONG)
    assert rule.examples == (Example("Login to 3C06520PAN00001", (("serial", "3C06520PAN00001"),)),)
    assert database.rules["dahua"].neutral_brands == {"general"}
    assert database.brand_registrants == {"Lorex Technology Inc.": "Lorex"}


def test_signatures_come_in_the_order_of_their_ids(database: Database) -> None:
    ids = [rule.id for rule in database.signatures]

    assert ids == sorted(ids)


def test_the_version_changes_with_any_file(write_tree: WriteTree, registry: Registry) -> None:
    def version() -> str:
        return Database.merged([read_tree(write_tree())], registry).version

    before = version()
    assert version() == before
    (write_tree() / "brands.toml").write_text("schema = 1\n")
    assert Database.merged([read_tree(write_tree(brands=NO_BRANDS))], registry).version != before


def test_the_shipped_database_loads() -> None:
    database = load()

    assert database.registry.path.exists()
    assert len(database.version) == 16


@pytest.mark.parametrize(
    ("sent", "spelled"),
    # Scopes of CP Plus cameras, and labels without the marks that their sellers print.
    [("CPPLUS", "CP Plus"), ("CP_PLUS", "CP Plus"), ("QSee", "Q-See"), ("ezviz", "EZVIZ"), ("__", "__")],
)
def test_a_brand_is_known_however_a_device_joins_its_words(sent: str, spelled: str) -> None:
    assert load().brand_name(sent) == spelled


def merged(registry: Registry, *roots: Path) -> Database:
    trees = [read_tree(roots[0])]
    for root in roots[1:]:
        trees.append(read_tree(root, trees[-1].vocabulary))
    return Database.merged(trees, registry)


def test_another_directory_adds_rules_and_overrides_by_id(write_tree: WriteTree, registry: Registry) -> None:
    own = RULE.replace("^AXIS_", "^OTHER_") + RULE.replace("axis-realm", "axis-own")
    extra = write_tree({"axis": HEAD.replace('"Axis"', '"AXIS AB"') + own}, name="extra", brands=NO_BRANDS)

    database = merged(registry, write_tree(), extra)

    rules = {rule.id: rule for rule in database.signatures if rule.maker == "axis"}
    assert sorted(rules) == ["axis-oui", "axis-own", "axis-realm"]
    assert rules["axis-realm"].patterns == ("^OTHER_",)
    assert database.makers["axis"].name == "AXIS AB"
    assert database.brand_registrants == {"Lorex Technology Inc.": "Lorex"}


def test_a_rule_may_move_to_another_maker(write_tree: WriteTree, registry: Registry) -> None:
    extra = write_tree({"nginx": HEAD.replace("axis", "nginx") + RULE}, name="extra")

    database = merged(registry, write_tree(), extra)

    assert [rule.maker for rule in database.signatures if rule.id == "axis-realm"] == ["nginx"]


def test_another_directory_may_use_known_words_and_bring_its_own(
    write_tree: WriteTree, registry: Registry
) -> None:
    text = HEAD.replace("axis", "acme") + RULE.replace("axis", "acme") + 'brand = "Lorex"\n'
    extra = write_tree({"acme": text}, name="extra", brands=NO_BRANDS, device_classes="")
    (extra / "vocabulary" / "makers.txt").write_text("acme")
    (extra / "vocabulary" / "brands.txt").unlink()

    assert "acme" in merged(registry, write_tree(), extra).makers


def test_the_order_in_which_files_are_written_changes_nothing(
    write_tree: WriteTree, registry: Registry
) -> None:
    root = write_tree()
    expected = merged(registry, root)
    texts = {path.name: path.read_text() for path in (root / "makers").iterdir()}
    for name in Random(7).sample(sorted(texts), len(texts)):
        (root / "makers" / name).unlink()
        (root / "makers" / name).write_text(texts[name])

    again = merged(registry, root)

    assert again.version == expected.version
    assert again.signatures == expected.signatures


def test_the_shipped_directory_is_found() -> None:
    assert (shipped_root() / "makers").is_dir()
