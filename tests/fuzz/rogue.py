"""Targets that behave, break, die and hang, under names that have a corpus: a campaign tells them apart."""

import os
from time import sleep

from tests.fuzz.target import Target


def _breaks(data: bytes) -> None:
    raise ValueError(f"{len(data)} bytes")


def _dies(_: bytes) -> None:
    os.abort()


def _hangs(_: bytes) -> None:
    sleep(600)


BEHAVES = Target("igmp", (len,), 64)
BREAKS = Target("arp", (_breaks,), 64)
DIES = Target("lldp", (_dies,), 64)
HANGS = Target("tcp", (_hangs,), 64)

BY_NAME = {target.name: target for target in (BEHAVES, BREAKS, DIES, HANGS)}
