"""Making a bundle out of the inventory, and signing it."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from scanner import __version__
from scanner.bundle import version
from scanner.bundle.making import Form, Order, make
from scanner.cli import talk
from scanner.cli.history.delivery import tell_coverage
from scanner.cli.history.export import row_of
from scanner.cli.history.redaction import redaction_of
from scanner.cli.history.ruling import Ruling
from scanner.cli.inventory import opened
from scanner.cli.option import RuleOptions
from scanner.cli.running import result
from scanner.errors import CamcensusError, UsageProblem
from scanner.export import file
from scanner.export.plural import counted
from scanner.export.redaction import Level
from scanner.export.row import COLUMNS
from scanner.inventory.contract import SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.matching.database import load, shipped_root
from scanner.net import signer


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be bundled, where to, and with which secret key it is signed, if at all."""

    site: str
    sweep: str | None
    output: Path
    key: Path | None
    redact: Level


def run(db: str | None, wish: Wish) -> None:
    """Write the bundle and its signature; print its SHA-256, then what its last sweep covered."""
    _check(wish)
    with opened(db) as inventory:
        order = _order(inventory, wish)
        try:
            make(wish.output, inventory, order, _form(inventory, order))
        except OSError as error:
            raise CamcensusError(
                f"{wish.output} could not be written ({error.strerror}). What stood there is unchanged. Make "
                "room or choose another place, and bundle again."
            ) from error
    _sign(wish)
    result.put([f"{sha256(wish.output)}  {wish.output}\n"])
    talk.closing(f"{counted(len(order.sweeps), 'sweep')} of {order.site.name} bundled.")
    tell_coverage(order.sweeps[-1:])


def _form(inventory: Inventory, order: Order) -> Form:
    """Return the rows of an export, held against the policies that concern the site."""
    ruling = Ruling(inventory, [order.site], RuleOptions(), sweeps=order.sweeps)
    return Form(COLUMNS, lambda finding: row_of(finding, ruling.of(finding)))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex. Raises OSError."""
    with path.open("rb") as bundle:
        return file_digest(bundle, "sha256").hexdigest()


def _check(wish: Wish) -> None:
    """Raise UsageProblem, before anything is written, when a file or the key cannot be used."""
    if str(wish.output) == result.STANDARD_OUTPUT:
        raise UsageProblem("A bundle is written to a file only, so nothing was done. Name one with -o.")
    file.check_writable(wish.output)
    if wish.key is not None:
        file.check_writable(_signature(wish.output, wish.key))


def _order(inventory: Inventory, wish: Wish) -> Order:
    site = inventory.site(wish.site)
    database = load()
    registry = database.registry.published
    made_with = version.entry(
        __version__,
        database.version,
        registry.isoformat() if registry else "",
        version.digests(shipped_root()),
    )
    redaction = redaction_of(wish.redact, [site])
    return Order(site, _sweeps(inventory, wish), redaction, __version__, made_with)


def _sweeps(inventory: Inventory, wish: Wish) -> list[SweepRow]:
    wanted = inventory.sweeps(wish.site) if wish.sweep is None else (inventory.sweep(wish.sweep, wish.site),)
    finished = [one for one in wanted if one.state is SweepState.FINISHED]
    if finished:
        return finished
    if wish.sweep is None:
        raise UsageProblem(f"No sweep of {wish.site} has finished, so there is nothing to bundle.")
    raise UsageProblem(
        f"Sweep {wanted[0].number} is {wanted[0].state.value} and has no findings, so there is nothing to "
        "bundle. camcensus sweeps lists those that have finished."
    )


def _signature(bundle: Path, key: Path) -> Path:
    return bundle.with_name(bundle.name + signer.tool_of(key).suffix)


def _sign(wish: Wish) -> None:
    if wish.key is None:
        return
    place = _signature(wish.output, wish.key)
    try:
        signature = signer.sign(wish.output, wish.key)
        with file.replacing(place) as out:
            out.write(signature)
    except (signer.NotSigned, OSError) as error:
        raise CamcensusError(f"{error} The bundle {wish.output} is whole, but not signed.") from error
    talk.info(f"The signature is {place}.")
