"""One sweep per site at a time. The lock goes with the process that holds it, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from scanner.clock import Clock
from scanner.errors import CamcensusError, Locked, StorageProblem
from scanner.inventory import owner

# Often enough that nobody notices, and nothing beside what a sweep takes.
POLL_S = 0.25
# The first of the two numbers of our advisory locks, so that they never meet another program's: ``camc``.
_KIND = 0x63616D63
# PostgreSQL cuts longer names (NAMEDATALEN, 64, with its final zero byte).
_MAX_NAME_BYTES = 63


class _Lock(Protocol):
    """One way of locking out other processes."""

    def take(self, now: datetime) -> bool:
        """Take the lock unless another process has it; return whether it is ours."""

    def holder(self) -> str:
        """Return who has it, for people."""

    def release(self) -> None:
        """Give it back."""


@contextmanager
def held(engine: Engine, site_id: int, site: str, clock: Clock, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock of a site while the context is open.

    Waits so many seconds for whoever has it, ``math.inf`` for ever. Raises Locked, which names the holder,
    and StorageProblem where nothing can be locked.
    """
    lock = _lock(engine, site_id)
    until_s = clock.monotonic() + wait_s
    try:
        while not lock.take(clock.now()):
            if clock.monotonic() >= until_s:
                raise _refusal(site, lock.holder())
            time.sleep(POLL_S)
        yield
    finally:
        lock.release()


def _lock(engine: Engine, site_id: int) -> _Lock:
    if engine.dialect.name != "sqlite":
        return _AdvisoryLock(engine, site_id)
    return _FileLock(Path(f"{engine.url.database}.site-{site_id}.lock"))


def _refusal(site: str, holder: str) -> CamcensusError:
    return Locked(
        f"The site {site} is being swept by {holder}, so nothing was sent. Wait until that has ended, or "
        "have this one wait for it: --wait."
    )


@dataclass(slots=True)
class _FileLock:
    """A lock on a file beside the database; the file stays and says who had the lock last."""

    path: Path
    _descriptor: int | None = None

    def take(self, now: datetime) -> bool:
        """Take the lock and write down whose it is."""
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _unlockable(str(self.path), str(error.strerror)) from error
        # A full disk must not keep anybody from holding a lock: the name is for people only.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, _named(owner.short(), now).encode(), 0)
        return True

    def holder(self) -> str:
        """Return what the holder wrote."""
        with suppress(OSError):
            return self.path.read_text(encoding="utf-8", errors="backslashreplace") or "another process"
        return "another process"

    def release(self) -> None:
        """Close the file, which ends the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@dataclass(slots=True)
class _AdvisoryLock:
    """A lock of PostgreSQL's, held by a connection of its own whose name says whose it is."""

    engine: Engine
    site_id: int
    _connection: Connection | None = None

    def take(self, now: datetime) -> bool:
        """Take the lock."""
        del now
        if self._connection is None:
            self._connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            name = f"camcensus {owner.short()}".encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
            self._connection.execute(text("SELECT set_config('application_name', :n, false)"), {"n": name})
        ours = text("SELECT pg_try_advisory_lock(:kind, :site)")
        return bool(self._connection.execute(ours, self._numbers()).scalar())

    def holder(self) -> str:
        """Return the name of the holder's connection, and since when that has done nothing else."""
        if self._connection is None:
            return "another process"
        row = self._connection.execute(text(_HOLDER), self._numbers()).first()
        if row is None:
            return "another process"
        return _named(row.application_name.removeprefix("camcensus "), row.state_change)

    def release(self) -> None:
        """Close the connection for good, which ends the lock and the name."""
        if self._connection is not None:
            with suppress(SQLAlchemyError, StorageProblem):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _numbers(self) -> dict[str, int]:
        return {"kind": _KIND, "site": self.site_id}


# pg_locks: an advisory lock of two numbers has them in classid and objid, and 2 in objsubid.
_HOLDER = """
    SELECT application_name, state_change FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = :kind AND objid = :site AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _named(who: str, since: datetime | None) -> str:
    pid, _, host = who.partition("@")
    when = f" since {since.astimezone(UTC).isoformat(timespec='seconds')}" if since else ""
    return f"process {pid} on {host or 'another host'}{when}"


def _unlockable(place: str, cause: str) -> StorageProblem:
    return StorageProblem(
        f"The lock file {place} cannot be used ({cause}), so nothing was sent: two sweeps of one site at "
        "once would ask its devices twice. Make it and its directory writable, or use another --db."
    )
