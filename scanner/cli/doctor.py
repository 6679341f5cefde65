"""``camcensus doctor``: is this machine ready for a census?"""

import click

from scanner.cli.invocation import takes_common


@click.command()
@takes_common
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check rights, interfaces, tools, data and clock. Exit code 5 when sweeping would fail.

    Sends nothing.
    """
    from scanner.cli.running import checkup
    from scanner.errors import NoAccess
    from scanner.export.escape import escape

    found = checkup.checks()
    for check in found:
        click.echo(escape(f"{check.outcome.value:<7} {check.subject}: {check.finding}"))
    if any(check.outcome is checkup.Outcome.FAILED for check in found):
        ctx.exit(NoAccess.exit_code)
