"""Sweeps a network once and keeps everything that was seen: python -m bench.observing NETWORK FILE

Run where the scanner stands. FILE gets a pickled list of ``Seen``; printed is how many seconds it took.
"""

import asyncio
import pickle
import sys
import time
from ipaddress import IPv4Network
from pathlib import Path

from bench.history import Seen
from scanner.clock import SystemClock
from scanner.export.row import strongest
from scanner.matching.database import load
from scanner.model.limits import FAST
from scanner.model.scope import Range, Scope
from scanner.net.interface import interfaces
from scanner.sweep import Plan
from scanner.sweep.judgement import Judged
from scanner.sweep.remembering import known_by
from scanner.sweep.run import Sweep


async def swept(network: IPv4Network) -> list[Seen]:
    """Sweep one attached network as the fast profile does."""
    used = tuple(one for one in interfaces() if one.is_up and not one.is_loopback)
    sweep = Sweep(Plan(Scope((Range.hosts_of(network),)), used, FAST), load(), SystemClock())
    return [_seen(one) async for one in sweep.judged()]


def _seen(judged: Judged) -> Seen:
    dossier, verdict = judged.dossier, judged.verdict
    return Seen(verdict, dossier.observations, dossier.results, known_by(judged), strongest(verdict.matches))


def main(network: str, path: Path) -> None:
    """Sweep, write the file, and say how long the sweep took."""
    began_s = time.perf_counter()
    seen = asyncio.run(swept(IPv4Network(network)))
    print(time.perf_counter() - began_s)
    path.write_bytes(pickle.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
