"""``camcensus schedule add``: when a site is to be swept."""

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database

# As scanner.schedule.entry.MAX_JITTER_S, which is not loaded for --help.
MAX_JITTER_S = 24 * 60 * 60


@click.command()
@click.argument("site")
@click.argument("cron")
@click.option(
    "--timezone", metavar="ZONE", help="The zone of CRON, e.g. Europe/London.  [default: the site's]"
)
@click.option(
    "--jitter",
    "jitter_s",
    type=click.IntRange(0, MAX_JITTER_S),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="Begin later by up to so much, differently every time, so that sites do not begin together.",
)
@takes_database
@takes_common
def add(site: str, cron: str, timezone: str | None, jitter_s: int, db: str | None) -> None:
    """Sweep SITE by CRON: minute, hour, day of month, month and weekday, as in crontab(5).

    "0 2 * * *" is every night at two. A time that the clock skips in spring is kept when it has skipped
    it, and one that comes twice in autumn is kept the first time.
    """
    from scanner.clock import SystemClock
    from scanner.inventory.timetable import Timetable
    from scanner.schedule import cron as expression
    from scanner.schedule.entry import Entry
    from scanner.schedule.planner import Planner

    # A line break would end a row of the list early.
    cron, now = " ".join(cron.split()), SystemClock().now()
    with opened(db) as inventory:
        known = inventory.site(site)
        zone = expression.zone_named(timezone) if timezone else known.zone
        expression.check(cron, zone, now)
        row = Timetable(inventory.engine).add(site, cron, zone.key, jitter_s, now)
    first = next(Planner().coming(Entry(row, known), now)).runs_at.astimezone(zone)
    talk.info(
        f"Schedule {row.number} is added. 'camcensus schedule run' sweeps {site} next at "
        f"{first:%Y-%m-%d %H:%M %Z}."
    )
