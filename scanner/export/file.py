"""Files that are written whole or not at all, for the eyes of their owner only."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from scanner.errors import UsageProblem


def check_writable(path: Path) -> None:
    """Raise UsageProblem unless a file could be put at ``path`` now; leaves nothing behind."""
    target = _followed(path)
    if target.exists() and not target.is_file():
        raise UsageProblem(
            f"{path} is not a regular file, so results cannot be put in its place. Nothing was done. "
            "Name a file, or give '-' for standard output."
        )
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            return
    except OSError as error:
        raise UsageProblem(
            f"No file can be written in {target.parent} ({error.strerror}). Nothing was done. Name "
            "another place with -o, or make that directory writable."
        ) from error


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a UTF-8 file as ``replacing`` does. Raises OSError; what stood there is then as it was."""
    with replacing(path) as file:
        # Formats bring their own line ends.
        file.writelines(line.encode() for line in lines)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file of mode 0600 to write, which appears as ``path`` only when the context ends well.

    Follows a symbolic link. Raises OSError; after any error what stood at ``path`` is as it was.
    """
    target = _followed(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def write_rescue(stem: str, suffix: str, lines: Iterable[str]) -> Path:
    """Write the lines to a new file in the directory for temporary files, and return its path.

    Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f"{stem}-", suffix=suffix)
    _fill(handle, lines)
    return Path(name)


def _followed(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _fill(handle: int, lines: Iterable[str]) -> None:
    # newline="": formats bring their own line ends.
    with open(handle, "w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
