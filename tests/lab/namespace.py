"""Network namespaces: made with unshare(2), entered with setns(2), kept alive by a descriptor.

Python 3.11 offers neither call, so both go through the C library.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.lab.errors import NamespacesRefused

# linux/sched.h
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network namespace; it lives until its descriptor, its sockets and its processes are gone."""

    descriptor: int

    @classmethod
    def current(cls) -> Self:
        """Hold the namespace that the calling thread is in."""
        return cls(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    @classmethod
    def fresh(cls) -> Self:
        """Make an empty namespace, without staying in it."""
        home = Namespace.current()
        try:
            _unshare(CLONE_NEWNET)
            return cls.current()
        finally:
            home._enter()
            home.close()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Run a block inside; sockets opened there stay there."""
        home = Namespace.current()
        self._enter()
        try:
            yield
        finally:
            home._enter()
            home.close()

    def close(self) -> None:
        """Let go of the namespace."""
        os.close(self.descriptor)

    def _enter(self) -> None:
        _check(_libc.setns(self.descriptor, CLONE_NEWNET))


def leave_machine_network() -> None:
    """Move this single-threaded process into a fresh network namespace, for good.

    Root makes it directly; anybody else makes a user namespace around it, where they are root.
    Raises ``NamespacesRefused`` where neither is allowed.
    """
    if os.geteuid() == 0:
        with suppress(OSError):  # root without CAP_SYS_ADMIN may still make user namespaces
            _unshare(CLONE_NEWNET)
            return
    try:
        _become_root_of_user_namespace()
    except OSError as error:
        raise NamespacesRefused(
            f"network namespaces are not allowed here ({error.strerror}): become root, "
            "allow unprivileged user namespaces, or use --loopback"
        ) from error


def _become_root_of_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    # user_namespaces(7): setgroups must be off before an ordinary user may map a group.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def _unshare(flags: int) -> None:
    _check(_libc.unshare(flags))


def _check(result: int) -> None:
    if result == 0:
        return
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
