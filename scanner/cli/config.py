"""The configuration file: which networks may be examined beyond private ones, and defaults of options.

``public_networks`` and ``exclude`` hold for every command. Any option can be given a default: options
of ``camcensus`` itself at the top, those of a command in the table of its name, spelled as on the
command line without the leading dashes. Flags come before the environment, that before the file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from scanner.errors import UsageProblem
from scanner.model.scope import Network

PUBLIC_NETWORKS, EXCLUDE = "public_networks", "exclude"

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """A checked configuration. ``defaults`` is in the form that click takes as its default map."""

    public_networks: tuple[Network, ...] = ()
    exclude: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)


def default_path() -> Path:
    """Return where the file is looked for when none is named."""
    return Path(click.get_app_dir("camcensus")) / "config.toml"


def load(path: Path, ctx: click.Context) -> Config:
    """Return what the file says; ``ctx`` is that of the whole command line.

    Raises UsageProblem with file and key for anything that it should not say.
    """
    table = _table(path)
    public = tuple(_network(path, text) for text in _texts(path, table, PUBLIC_NETWORKS))
    rest = {key: value for key, value in table.items() if key not in (PUBLIC_NETWORKS, EXCLUDE)}
    defaults = _Checker(path, ctx).defaults(ctx.command, rest, "")
    return Config(public, _texts(path, table, EXCLUDE), defaults)


@dataclass(frozen=True, slots=True)
class _Checker:
    """Turns tables into defaults, and names the key that no command has."""

    path: Path
    ctx: click.Context

    def defaults(self, command: click.Command, table: Table, where: str) -> dict[str, Any]:
        options = {_spelling(option): option for option in command.params if isinstance(option, click.Option)}
        checked: dict[str, Any] = {}
        for key, value in table.items():
            name = key.replace("-", "_")
            inner = command.get_command(self.ctx, key) if isinstance(command, click.Group) else None
            if inner is not None and isinstance(value, dict):
                checked[key] = self.defaults(inner, value, f"{where}{key}.")
            elif name in options and not options[name].is_eager:
                checked[options[name].name or name] = self._value(options[name], value, where + key)
            else:
                raise self._unknown(where, key, [*options, *self._commands(command)])
        return checked

    def _value(self, option: click.Option, value: object, key: str) -> object:
        if option.multiple is not isinstance(value, list) or isinstance(value, dict):
            wanted = "a list" if option.multiple else "a single value"
            raise UsageProblem(f"{self.path}: the key {key!r} needs {wanted}. Nothing was done; correct it.")
        return value

    def _commands(self, command: click.Command) -> list[str]:
        return command.list_commands(self.ctx) if isinstance(command, click.Group) else []

    def _unknown(self, where: str, key: str, known: list[str]) -> UsageProblem:
        near = get_close_matches(key.replace("-", "_"), known)
        command = " ".join(["camcensus", *where.split(".")]).rstrip()
        hint = f"Did you mean {near[0]!r}?" if near else f"'{command} --help' lists what is."
        return UsageProblem(f"{self.path}: the key {where + key!r} is not known, so nothing was done. {hint}")


def _spelling(option: click.Option) -> str:
    """Return an option's name on the command line, which need not be that of its value in the program."""
    return max(option.opts, key=len).lstrip("-").replace("-", "_")


def _table(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageProblem(
            f"The configuration {path} cannot be read ({error.strerror}), so nothing was done. Name a "
            "readable file with --config."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageProblem(
            f"{path} is not TOML in UTF-8 ({error}), so nothing was done. Correct it."
        ) from error


def _texts(path: Path, table: Table, key: str) -> tuple[str, ...]:
    texts = table.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise UsageProblem(f"{path}: the key {key!r} needs a list of texts. Nothing was done; correct it.")
    return tuple(texts)


def _network(path: Path, text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageProblem(
            f"{path}: {text!r} under {PUBLIC_NETWORKS!r} is not a network ({error}). Nothing was done; write "
            "it as 203.0.113.0/28."
        ) from error
