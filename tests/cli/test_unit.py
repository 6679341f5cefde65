"""``--unit``: the sites of one owner, and nothing of anybody else's."""

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, camera, rows
from tests.inventory.building import DEPOT, Book

CONTRACTS = "Ministry of Contracts"
SITES = {
    "ministry": MINISTRY.replace('"ministry"\n', f'"ministry"\nowner = "{CONTRACTS}"\n'),
    "annex": ANNEX.replace('"annex"\n', f'"annex"\nowner = "{CONTRACTS}"\n'),
    "arsenal": DEPOT.replace('"depot"\n', '"arsenal"\nowner = "Navy"\n'),
}
# All that the arsenal and its camera are known by; nobody owns the depot.
OF_OTHERS = ("arsenal", "Navy", "10.0.0.3", "c0:56:e3:00:00:03", "AACH507412303", "depot", "10.0.0.4")


@pytest.fixture
def estate(notebook: Book) -> Book:
    """Two sites of one unit, a site of another and one of nobody, with a camera each."""
    for number, (site, text) in enumerate(SITES.items(), 1):
        notebook.add(text)
        notebook.sweep(camera(number), site=site)
    notebook.sweep(camera(4))
    return notebook


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_one_unit_holds_nothing_of_another(
    camcensus: Camcensus, estate: Book, form: str
) -> None:
    words = ("--format", form, "-o", "-", "--db", estate.db)
    for more in ((), ("--changes",), ("--flagged", "--since", "2026-11-22")):
        told = camcensus("export", "--unit", CONTRACTS, *more, *words)

        assert told.exit_code == 0
        for word in ("ministry", "10.0.0.1", "annex", "10.0.0.2"):
            assert word in told.stdout
        for word in OF_OTHERS:
            assert word not in told.stdout + told.stderr


def test_the_devices_of_one_unit_are_listed_alone(camcensus: Camcensus, estate: Book) -> None:
    told = camcensus("devices", "--unit", CONTRACTS, "--format", "csv", "--db", estate.db)

    assert [(row["site"], row["address"]) for row in rows(told)] == [
        ("annex", "10.0.0.2"),
        ("ministry", "10.0.0.1"),
    ]
    for word in OF_OTHERS:
        assert word not in told.stdout + told.stderr


@pytest.mark.parametrize("command", [("devices",), ("export", "-o", "-")], ids=["devices", "export"])
def test_an_unknown_unit_is_named_with_the_likely_one(
    camcensus: Camcensus, estate: Book, command: tuple[str, ...]
) -> None:
    told = camcensus(*command, "--unit", "Ministry of Contrasts", "--db", estate.db)

    assert (told.exit_code, told.stdout) == (2, "")
    assert 'There is no site of the unit "Ministry of Contrasts".' in told.stderr
    assert "Did you mean Ministry of Contracts? Known are: Ministry of Contracts, Navy." in told.stderr


def test_where_no_site_names_an_owner_that_is_said(camcensus: Camcensus, notebook: Book) -> None:
    told = camcensus("devices", "--unit", "Navy", "--db", notebook.db)

    assert (told.exit_code, "No site file names an owner." in told.stderr) == (2, True)


@pytest.mark.parametrize("more", [("--site", "ministry"), ("--sweep", "last")], ids=["site", "sweep"])
def test_a_unit_and_what_is_of_one_site_exclude_each_other(
    camcensus: Camcensus, estate: Book, more: tuple[str, ...]
) -> None:
    told = camcensus("export", "--unit", CONTRACTS, *more, "-o", "-", "--db", estate.db)

    assert (told.exit_code, told.stdout) == (2, "")
    assert "exclude each other" in told.stderr
