"""``camcensus notify list``: the messages, and what became of each."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_document_format
from scanner.inventory.contract import NoticeRow

COLUMNS = ("Number", "Site", "Receiver", "Of", "Message", "State", "Attempts", "Trouble")


@click.command("list")
@click.option("--undelivered", is_flag=True, help="Only those that wait or were given up.")
@click.option("--site", metavar="NAME", help="Only messages about this site.")
@takes_document_format
@takes_database
@takes_common
def list_(undelivered: bool, site: str | None, form: str, db: str | None) -> None:
    """List the messages of the last 90 days, oldest first: delivered, waiting or given up, and why."""
    from scanner.inventory.outbox import Outbox

    with opened(db) as inventory:
        if site is not None:
            inventory.site(site)
        rows = list(Outbox(inventory.engine).notices(site, undelivered=undelivered))
    if form == "json":
        click.echo(json.dumps([_told(row) for row in rows], indent=2))
    else:
        _show(rows)


def _show(rows: Iterable[NoticeRow]) -> None:
    from scanner.export.table import console_on, listed

    console_on(sys.stdout).print(listed(COLUMNS, map(_cells, rows)))


def _cells(row: NoticeRow) -> Iterator[str]:
    from scanner.notify.digest import loaded
    from scanner.notify.sentence import summary

    yield from (str(row.number), row.site, row.notice.target)
    yield f"{row.created_at:%Y-%m-%d %H:%M}"
    yield summary(loaded(row.notice.payload))
    yield _state(row)
    yield from (str(row.attempts), row.trouble)


def _state(row: NoticeRow) -> str:
    if row.delivered_at is not None:
        return "delivered"
    return "given up" if row.given_up_at is not None else "waits"


def _told(row: NoticeRow) -> dict[str, Any]:
    times = {"created_at": row.created_at, "delivered_at": row.delivered_at, "given_up_at": row.given_up_at}
    return {
        "number": row.number,
        "site": row.site,
        "receiver": row.notice.target,
        "state": _state(row),
        **{name: at.isoformat() if at else None for name, at in times.items()},
        "next_attempt_at": row.next_attempt_at.isoformat() if _state(row) == "waits" else None,
        "attempts": row.attempts,
        "trouble": row.trouble,
        "message": row.notice.payload,
    }
