"""What is said on standard error: one line per event, safe to look at, as text or as JSON.

Results go to standard output or to files; everything else goes through here.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from types import TracebackType

import click

from scanner.export.escape import escape

_LOGGER = logging.getLogger("scanner")
# What is said here is said at any loudness.
_CLOSING = logging.getLogger("scanner.closing")


class LogFormat(StrEnum):
    """How events are written."""

    TEXT = "text"
    JSON = "json"


class Loudness(IntEnum):
    """How much is said, as levels of ``logging``."""

    QUIET = logging.WARNING
    NORMAL = logging.INFO
    VERBOSE = logging.DEBUG


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the message, with its level in front when it is a warning or worse."""
        text = escape(record.getMessage())
        return f"{record.levelname.capitalize()}: {text}" if record.levelno >= logging.WARNING else text


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the event as one JSON object."""
        at = datetime.fromtimestamp(record.created, UTC)
        event = {"time": at.isoformat(), "level": record.levelname.lower(), "message": record.getMessage()}
        return json.dumps(event)


class _EchoHandler(logging.Handler):
    """Writes to the standard error of the moment, which tests and progress bars replace."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        click.echo(self.format(record), err=True)


_FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {
    LogFormat.TEXT: _TextFormatter,
    LogFormat.JSON: _JsonFormatter,
}


def begin(log_format: LogFormat = LogFormat.TEXT, loudness: Loudness = Loudness.NORMAL) -> None:
    """Set up standard error anew; libraries are heard when they warn."""
    handler = _EchoHandler()
    handler.setFormatter(_FORMATTERS[log_format]())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _LOGGER.setLevel(loudness)
    _CLOSING.setLevel(logging.INFO)
    sys.excepthook = _report_defect


def info(message: str) -> None:
    """Say something that a quiet run leaves out."""
    _LOGGER.info("%s", message)


def warning(message: str) -> None:
    """Say something that limits the result."""
    _LOGGER.warning("%s", message)


def error(message: str) -> None:
    """Say why the command failed."""
    _LOGGER.error("%s", message)


def closing(message: str) -> None:
    """Say what ends every run, quiet or not: how much was looked at."""
    _CLOSING.info("%s", message)


def _report_defect(kind: type[BaseException], defect: BaseException, trace: TracebackType | None) -> None:
    """Report an error that nobody expected: in one paragraph, with the traceback when asked to be verbose."""
    for line in "".join(traceback.format_exception(kind, defect, trace)).splitlines():
        _LOGGER.debug("%s", line)
    error(
        f"camcensus has a defect and had to stop ({kind.__name__}: {defect}). Whatever was not written is "
        "lost. Run the same command with -v before its name and report the traceback."
    )
