"""``camcensus signatures new``: a first signature from one captured value."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import click

from scanner.cli import talk
from scanner.cli.invocation import takes_common
from scanner.errors import CamcensusError, UsageProblem
from scanner.intake import field
from scanner.matching.database import Database, load
from scanner.matching.pattern import MAX_PATTERN_BYTES, wire_text
from scanner.matching.schema import is_id
from scanner.matching.skeleton import Draft, exact_pattern, skeleton
from scanner.matching.vocabulary import words
from scanner.model.field import Field
from scanner.model.signature import Certainty, Maker


@click.command()
@click.option("--maker", "maker_id", required=True, metavar="ID", help="Whose firmware sends it, e.g. axis.")
@click.option("--field", "field_name", required=True, metavar="F", help="What it is, e.g. http.server.")
@click.option("--value", required=True, metavar="VALUE", help="What the device sent.")
@click.option(
    "--certainty",
    type=click.Choice(Certainty, case_sensitive=False),
    default=Certainty.WEAK,
    help="What one match is worth.  [default: weak]",
)
@click.option(
    "-o",
    "--output",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write DIR/makers/ID.toml instead of printing it.",
)
@takes_common
def new(maker_id: str, field_name: str, value: str, certainty: Certainty, directory: Path | None) -> None:
    """Make a signature file whose one rule fits VALUE, for you to complete.

    'signatures validate DIR' names what is left to say; --signatures DIR uses it.
    """
    database = load()
    told = field.BY_NAME.get(field_name.lower())
    if told is None:
        raise UsageProblem(
            f"The field {field_name!r} is not known. 'camcensus judge --list-fields' lists all."
        )
    maker = _maker(maker_id, database)
    text = skeleton(Draft(_free_id(maker, told, database), maker, told, _seen(told, value), certainty))
    if directory is None:
        click.echo(text, nl=False)
    else:
        _write(directory, maker, text, is_new_word=maker.id not in database.vocabulary.makers)


def _maker(maker_id: str, database: Database) -> Maker:
    """Return the known maker as it is, since a file overrides all of it, or a new one."""
    if not is_id(maker_id):
        raise UsageProblem(f"The maker {maker_id!r:.80} is no id. Write lower-case words with hyphens.")
    return database.makers.get(maker_id) or Maker(maker_id, maker_id.replace("-", " ").title())


def _free_id(maker: Maker, told: Field, database: Database) -> str:
    """Return an id that no rule has: one that is taken would override its rule."""
    taken = {rule.id for rule in database.signatures}
    stem = f"{maker.id}-{told.value}".replace(".", "-").replace("_", "-")
    return next(name for name in _numbered(stem) if name not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def _seen(told: Field, value: str) -> str:
    """Return the value as rules read it, which for a message head or an address is not as it was typed."""
    text = wire_text(value).decode()
    seen = next((fact.value for fact in field.read(told, text) if fact.field is told), "")
    if not seen:
        raise UsageProblem(f"Nothing of the kind {told.value} ({told.note}) can be read in the value.")
    if len(exact_pattern(seen).encode()) > MAX_PATTERN_BYTES:
        raise UsageProblem(
            f"The value is too long for a pattern of {MAX_PATTERN_BYTES} bytes. Give the part that tells, or "
            "another field of the same answer: 'camcensus signatures explain' shows which there are."
        )
    return seen


def _write(directory: Path, maker: Maker, text: str, is_new_word: bool) -> None:
    path = directory / "makers" / f"{maker.id}.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        if is_new_word:
            _add_word(directory / "vocabulary" / "makers.txt", maker.id)
    except FileExistsError as error:
        raise UsageProblem(
            f"{path} is there already and was left as it is. Leave out -o and copy the rule into it."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CamcensusError(f"{path} could not be written ({error}). Name another directory.") from error
    talk.info(f"{path} is written. 'camcensus signatures validate {directory}' says what is left to do.")


def _add_word(path: Path, word: str) -> None:
    path.parent.mkdir(exist_ok=True)
    known = {found for _, found in words(path.read_text(encoding="utf-8"))} if path.exists() else set()
    path.write_text("\n".join([*sorted(known | {word}), ""]), encoding="utf-8")
