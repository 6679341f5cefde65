"""Messages that wait go out when they are due, beside the sweeps: hours pass in milliseconds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scanner.errors import StorageProblem
from scanner.schedule.postman import Postman
from tests.schedule.simulation import World, entry, lived, utc

DAY = "2026-03-01"


@dataclass
class Post:
    """An outbox: when what waits is due, at first, after one delivery, and so on; ``?`` is no answer."""

    world: World
    due: list[str]
    delivery_s: float = 0.0
    begun: list[str] = field(default_factory=list)
    stopped: int = 0

    def __post_init__(self) -> None:
        self.world.postman = Postman(self.attempts, self.deliver, self.world)

    async def attempts(self) -> Sequence[datetime]:
        if self.due[0] == "?":
            raise StorageProblem("the disk is away")
        return [utc(f"{DAY} {at}") for at in self.due[0].split()]

    async def deliver(self) -> None:
        self.begun.append(f"{self.world.now():%H:%M:%S}")
        try:
            await asyncio.sleep(self.delivery_s)
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        self.due = self.due[1:] or self.due

    def put(self, due: str) -> None:
        self.due = [due, ""]


def idle() -> World:
    return World(utc(f"{DAY} 00:00"), [])


def test_an_attempt_is_made_when_it_is_due_and_again_until_nothing_waits() -> None:
    post = Post(idle(), ["00:00:30 02:00:00", "00:01:02 02:00:00", "02:00:00", ""])

    lived(post.world, f"{DAY} 12:00")

    assert post.begun == ["00:00:30", "00:01:02", "02:00:00"]


def test_what_was_due_while_nobody_was_there_goes_out_at_the_start() -> None:
    post = Post(World(utc(f"{DAY} 08:00"), []), ["02:00:00", ""])

    lived(post.world, f"{DAY} 12:00")

    assert post.begun == ["08:00:00"]


def test_what_a_sweep_by_hand_leaves_is_found_within_a_minute() -> None:
    post = Post(idle(), [""])

    lived(post.world, f"{DAY} 12:00", (f"{DAY} 01:00:10", lambda: post.put("01:00:10")))

    assert post.begun == ["01:01:00"]


def test_what_a_sweep_of_the_daemon_leaves_is_found_when_it_ends() -> None:
    post = Post(World(utc(f"{DAY} 00:00"), [entry()], sweep_s=610), [""])

    lived(post.world, f"{DAY} 12:00", (f"{DAY} 02:10:05", lambda: post.put("02:10:26")))

    assert post.begun == ["02:10:26"]


def test_a_delivery_that_cannot_even_begin_is_tried_again_after_a_rest() -> None:
    post = Post(idle(), ["00:00:00"])

    lived(post.world, f"{DAY} 00:00:50")

    assert post.begun == ["00:00:00", "00:00:15", "00:00:30", "00:00:45"]


def test_an_outbox_that_cannot_be_read_is_looked_at_again() -> None:
    post = Post(idle(), ["?"])

    lived(post.world, f"{DAY} 12:00", (f"{DAY} 06:00:30", lambda: post.put("01:00:00")))

    assert post.begun == ["06:01:00"]


def test_a_clock_that_was_put_back_delays_a_message_by_a_minute_at_most() -> None:
    post = Post(World(utc(f"{DAY} 10:00"), []), ["10:00:40", ""])

    lived(post.world, f"{DAY} 03:00", (f"{DAY} 10:00:30", post.world.jump(hours=-8)))

    assert post.begun == ["02:00:40"]


def test_while_receivers_take_their_time_sweeps_begin_on_time_and_a_stop_ends_both() -> None:
    nightly = [entry(), entry("5 2 * * *", number=2)]
    post = Post(World(utc(f"{DAY} 01:59:50"), nightly, sweep_s=60), ["01:59:55"], delivery_s=3600)

    begun = lived(post.world, f"{DAY} 02:05:30")

    assert begun == [f"{DAY} 02:00", f"{DAY} 02:05"]
    assert (post.begun, post.stopped) == (["01:59:55"], 1)
