"""``camcensus check``: what policies say of a list or quote, line by line."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Camcensus
from tests.cli.estate import rows
from tests.export.hostile import HOSTILE, is_harmless

QUOTE = "Brand,Model,Quantity\nHikvision,DS-2CD2143G0-I,4\nLorex,LNB4421,1\nAxis,P3245-LV,2\nAcme,X1,1\n"
PART_A = ("--policy", "us-ndaa-889a1a")


def checked(camcensus: Camcensus, quote: str | bytes, *options: str) -> Result:
    return camcensus("check", "-", *options, "--format", "csv", said=quote)


def test_each_line_is_answered_with_its_reasons(camcensus: Camcensus) -> None:
    result = checked(camcensus, QUOTE, *PART_A, "--as-of", "2026-11-22")

    told = rows(result)
    assert [(row["line"], row["brand"], row["result"]) for row in told] == [
        ("2", "Hikvision", "covered"),
        ("3", "Lorex", "mixed brand"),
        ("4", "Axis", "not covered by these policies"),
        ("5", "Acme", "unknown"),
    ]
    assert (told[0]["policies"], told[0]["device_class"]) == ("us-ndaa-889a1a", "camera")
    assert "it names Hikvision" in told[0]["reasons"]
    assert told[1]["ask"].startswith("Ask the supplier who makes the firmware of this model: Dahua?")
    assert told[3]["ask"] == "Ask the supplier who makes the device and its firmware."
    assert result.exit_code == 3
    assert "1 covered; 1 mixed brand; 1 not covered by these policies; 1 unknown: held" in result.stderr


def test_nothing_covered_is_no_finding(camcensus: Camcensus) -> None:
    assert checked(camcensus, "brand,model\nAxis,P3245-LV\n", *PART_A).exit_code == 0


def test_a_list_is_checked_as_of_its_day(camcensus: Camcensus) -> None:
    line = "brand,model\nHikvision,DS-2CD2143G0-I\n"

    days = [checked(camcensus, line, *PART_A, "--as-of", day) for day in ("2019-08-12", "2019-08-13")]

    assert [result.exit_code for result in days] == [0, 3]


def test_a_label_narrows_to_the_policies_of_such_an_organisation(camcensus: Camcensus) -> None:
    (row,) = rows(checked(camcensus, "brand\nHikvision\n", "--label", "us-federal-agency"))

    assert row["policies"] == "us-ndaa-889a1a"


def test_columns_are_known_by_their_names_or_mapped(camcensus: Camcensus) -> None:
    known = "Manufacturer;Part No.;Price\nHikvision;DS-2CD2143G0-I;99,50\n"
    mapped = "Lieferant,Artikel\nHikvision,DS-2CD2143G0-I\n"

    one = checked(camcensus, known, *PART_A)
    other = checked(camcensus, mapped, *PART_A, "--map", "brand=Lieferant", "--map", "model=Artikel")

    assert [row["result"] for result in (one, other) for row in rows(result)] == ["covered", "covered"]
    assert "maker from 'Manufacturer', model from 'Part No.'" in one.stderr


@pytest.mark.parametrize(
    ("quote", "options", "said"),
    [
        (b"colour,price\nred,7\n", (), "No column of standard input names a maker or model"),
        (b"PK\x03\x04", (), "is a workbook and no text"),
        (b"brand,model\n\xff\xfe\0", (), "holds zero bytes"),
        ((",".join(f"c{n}" for n in range(1000)) + "\n").encode(), (), "has 1000 columns"),
        (b"", (), "is empty"),
        (b"brand\nAcme\n", ("--map", "colour=brand"), "--map 'colour=brand' does not say"),
        (b"brand\nAcme\n", ("--policy", "us-ndaa"), 'There is no policy "us-ndaa"'),
    ],
)
def test_what_is_no_list_is_refused(
    quote: bytes, options: tuple[str, ...], said: str, camcensus: Camcensus
) -> None:
    result = checked(camcensus, quote, *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_file_that_is_not_there_is_named(camcensus: Camcensus, tmp_path: Path) -> None:
    result = camcensus("check", tmp_path / "quote.csv")

    assert result.exit_code == 2
    assert "cannot be read (No such file or directory)" in result.stderr


def test_hostile_text_stays_in_its_cell(camcensus: Camcensus) -> None:
    lines = "".join(f"{json.dumps(text)},X\n" for text in HOSTILE if '"' not in text)

    assert is_harmless(checked(camcensus, f"brand,model\n{lines}").stdout)
