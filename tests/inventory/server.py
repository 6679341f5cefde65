"""A PostgreSQL server of one's own on a Unix socket: no port is opened, and nothing stays behind."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

# Where Debian's packages put the programs; elsewhere they are in the path.
DEBIAN_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
# PostgreSQL refuses to run as root; its package makes this user.
SERVER_USER = "postgres"
READY = "ready to accept connections"
READY_SECONDS = 120.0
STOP_SECONDS = 60.0


def program(name: str) -> str | None:
    """Return where a program of PostgreSQL is, or None."""
    places = os.pathsep.join([*map(str, DEBIAN_PROGRAMS), os.environ.get("PATH", "")])
    return shutil.which(name, path=places)


def is_installed() -> bool:
    """Whether a server can be started here."""
    return program("initdb") is not None and program("postgres") is not None


@contextmanager
def running() -> Iterator[str]:
    """Run a server with its usual settings; yields the directory of its socket."""
    user = {"user": SERVER_USER, "group": SERVER_USER} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="camcensus-pg-", ignore_cleanup_errors=True) as directory:
        data, sockets, log = (Path(directory) / name for name in ("data", "s", "log"))
        sockets.mkdir()
        if user:
            shutil.chown(directory, SERVER_USER)
            shutil.chown(sockets, SERVER_USER)
        options = ("-D", str(data), "-U", "camcensus", "-A", "trust", "--no-sync", "-E", "UTF8")
        initdb = [program("initdb") or "initdb", *options]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/", **user)  # type: ignore[call-overload]
        settings = ("listen_addresses=", f"unix_socket_directories={sockets}", "max_connections=30")
        command = [program("postgres") or "postgres", "-D", str(data)]
        command += [part for setting in settings for part in ("-c", setting)]
        with (
            log.open("w") as said,
            subprocess.Popen(command, stderr=said, cwd="/", **user) as process,  # type: ignore[call-overload]
        ):
            try:
                _wait_until_ready(process, log)
                yield str(sockets)
            finally:
                # At once: an orderly end first writes out 20 s of databases that are deleted right after.
                process.send_signal(signal.SIGQUIT)
                process.wait(timeout=STOP_SECONDS)


def new_database(sockets: str) -> str:
    """Make an empty database and return its URL."""
    import psycopg  # only for those who need it: the fixtures are part of every run

    name = f"camcensus_{uuid4().hex}"
    with psycopg.connect(host=sockets, user="camcensus", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://camcensus@/{name}?host={sockets}"


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline_s = time.monotonic() + READY_SECONDS
    while READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline_s:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.02)
