"""What every command gets from the options that all of them have."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import click

from scanner.cli import talk
from scanner.cli.config import Config, default_path, load
from scanner.cli.talk import LogFormat, Loudness

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of camcensus; a command finds it as ``ctx.obj``."""

    config: Config = field(default_factory=Config)
    config_file: Path | None = None
    log_format: LogFormat = LogFormat.TEXT
    loudness: Loudness = Loudness.NORMAL

    @property
    def wants_progress(self) -> bool:
        """Whether a person may be looking for progress on standard error."""
        return self.log_format is LogFormat.TEXT and self.loudness is not Loudness.QUIET


def takes_common(command: Command) -> Command:
    """Declare the options that may stand before and after a command's name, and apply them as they come."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def _configure(ctx: click.Context, _option: click.Parameter, path: Path | None) -> None:
    """Load the configuration before any other option is looked at, since it gives them defaults."""
    is_root = ctx.parent is None
    found = default_path() if path is None and is_root and default_path().exists() else path
    if found is not None and not ctx.resilient_parsing:
        config = load(found, ctx.find_root())
        ctx.default_map = _defaults_of(ctx, config.defaults)
        _change(ctx, config=config, config_file=found)


def _defaults_of(ctx: click.Context, defaults: dict[str, Any]) -> dict[str, Any]:
    """Return the part of the defaults that is this command's own."""
    if ctx.parent is None:
        return defaults
    part: dict[str, Any] = _defaults_of(ctx.parent, defaults).get(ctx.info_name or "", {})
    return part


def _be_quiet(ctx: click.Context, _option: click.Parameter, is_set: bool) -> None:
    if is_set:
        _change(ctx, loudness=Loudness.QUIET)


def _be_verbose(ctx: click.Context, _option: click.Parameter, is_set: bool) -> None:
    if is_set:
        _change(ctx, loudness=Loudness.VERBOSE)


def _write_events(ctx: click.Context, _option: click.Parameter, log_format: LogFormat | None) -> None:
    if log_format is not None:
        _change(ctx, log_format=log_format)


def _change(ctx: click.Context, **changes: Any) -> None:
    invocation: Invocation = replace(ctx.obj or Invocation(), **changes)
    ctx.obj = invocation
    talk.begin(invocation.log_format, invocation.loudness)


_OPTIONS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--config",
        is_eager=True,
        expose_value=False,
        callback=_configure,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Settings in TOML.  [default: camcensus/config.toml in the user's configuration directory]",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_be_quiet,
        help="No progress and no remarks, only warnings, errors and the coverage.",
    ),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_be_verbose,
        help="Say more, with a traceback should camcensus fail.",
    ),
    click.option(
        "--log-format",
        type=click.Choice(LogFormat, case_sensitive=False),
        expose_value=False,
        callback=_write_events,
        help="How events are written on standard error.  [default: text]",
    ),
)
