"""The command line: one small command per file, imported when it is called.

Exit codes: 0 done; 1 internal, output or storage error; 2 wrong usage; 3 findings at or above
``--fail-on``; 4 part of the scope was not examined; 5 no privilege or no usable interface; 6 another sweep
of the site is running; 130 interrupted. Where several hold: 130 first, then 1, 2 and 5, then 3, then 4.
"""

import click

from scanner import __version__
from scanner.cli.group import RootGroup
from scanner.cli.invocation import Invocation, takes_common

# By what somebody comes for; the help lists them in this order.
SECTIONS = {
    "Look at a network, or at what others saw of it": {
        "scan": "scanner.cli.scan:scan",
        "listen": "scanner.cli.listen:listen",
        "import": "scanner.cli.import_:import_",
        "judge": "scanner.cli.judge:judge",
        "plan": "scanner.cli.plan:plan",
    },
    "Remember sites": {
        "site": "scanner.cli.site:site",
        "devices": "scanner.cli.devices:devices",
        "show": "scanner.cli.show:show",
        "explain": "scanner.cli.explain:explain",
        "sweeps": "scanner.cli.sweeps:sweeps",
        "diff": "scanner.cli.diff:diff",
        "rejudge": "scanner.cli.rejudge:rejudge",
        "export": "scanner.cli.export:export",
        "merge": "scanner.cli.merge:merge",
        "conflicts": "scanner.cli.conflicts:conflicts",
        "schedule": "scanner.cli.schedule:schedule",
        "notify": "scanner.cli.notify:notify",
    },
    "Say what it means, and prove removal": {
        "policies": "scanner.cli.policies:policies",
        "advisories": "scanner.cli.advisories:advisories",
        "check": "scanner.cli.check:check",
        "obligation": "scanner.cli.obligation:obligation",
        "own": "scanner.cli.own:own",
        "notices": "scanner.cli.notices:notices",
        "timeline": "scanner.cli.timeline:timeline",
        "summary": "scanner.cli.summary:summary",
        "reconcile": "scanner.cli.reconcile:reconcile",
        "bundle": "scanner.cli.bundle:bundle",
    },
    "Look after camcensus": {
        "signatures": "scanner.cli.signatures:signatures",
        "doctor": "scanner.cli.doctor:doctor",
    },
}


@click.group(
    "camcensus",
    cls=RootGroup,
    sections=SECTIONS,
    context_settings={"auto_envvar_prefix": "CAMCENSUS", "help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="camcensus")
@takes_common
@click.pass_context
def main(ctx: click.Context) -> None:
    """Find the Hikvision and Dahua firmware on a network segment, rebrands included.

    camcensus listens and asks, without ever logging in, and says of every host whose firmware it runs,
    which model and version, how sure that is, and which bytes prove it.

    Every option can also be given in the environment (CAMCENSUS_SCAN_PROFILE=gentle) or in the
    configuration. Exit codes: 0 done, 1 internal or output error, 2 wrong usage, 3 findings at or above
    --fail-on, 4 part of the scope not examined, 5 no privilege or no usable interface, 6 another sweep of
    the site is running, 130 interrupted.
    """
    ctx.ensure_object(Invocation)
