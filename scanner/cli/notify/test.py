"""``camcensus notify test``: whether messages would arrive."""

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database
from scanner.clock import SystemClock
from scanner.errors import CamcensusError, UsageProblem

if TYPE_CHECKING:
    from scanner.model.site import NotifyTarget, Site


@click.command()
@click.argument("site")
@click.option("--target", metavar="NAME", help="Only to this receiver.  [default: to all of the site]")
@takes_database
@takes_common
def test(site: str, target: str | None, db: str | None) -> None:
    """Send one test message to the receivers of SITE, once, and say how each went.

    The message does not pass through the outbox and is not tried again. Ends with 1 when one failed.
    """
    with opened(db) as inventory:
        known = inventory.site(site)
    targets = _wanted(known, target)
    arrived = asyncio.run(_try(known, targets))
    if arrived < len(targets):
        raise CamcensusError(
            f"{len(targets) - arrived} of {len(targets)} receivers did not get the test message. Put right "
            "what is named above and test again."
        )


def _wanted(site: "Site", name: str | None) -> tuple["NotifyTarget", ...]:
    targets = tuple(target for target in site.notify if name in (None, target.name))
    if targets:
        return targets
    names = ", ".join(target.name for target in site.notify)
    known = f"It has: {names}." if names else "It has none: add a [[notify]] table with site edit."
    told = f"no receiver named {name!r}" if name else "no receivers"
    raise UsageProblem(f"The site {site.name} has {told}, so nothing was sent. {known}")


async def _try(site: "Site", targets: Sequence["NotifyTarget"]) -> int:
    tried = await asyncio.gather(*(_arrives(site, target) for target in targets))
    return sum(tried)


async def _arrives(site: "Site", target: "NotifyTarget") -> bool:
    from scanner.net.notice.contract import Undelivered
    from scanner.notify.notice import trial
    from scanner.notify.receiver import Means, send

    now = SystemClock().now()
    try:
        remark = await send(target, trial(site, target, now), Means(os.environ, now))
    except Undelivered as error:
        talk.warning(f"{target.name} ({target.way.value}): not delivered: {error}.")
        return False
    click.echo(f"{target.name} ({target.way.value}): delivered{f', but {remark}' if remark else ''}.")
    return True
