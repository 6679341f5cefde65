"""The outbox is emptied: what does not arrive stays, and nobody is held up. On both databases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from scanner.errors import StorageProblem
from scanner.inventory.contract import NoticeRow, SweepKind, Versions
from scanner.inventory.database import writing
from scanner.inventory.inventory import Inventory
from scanner.inventory.outbox import KEEP_FOR, Outbox, Receiver, put
from scanner.model.coverage import Coverage
from scanner.model.site import NotifyTarget, Site
from scanner.net.notice.contract import Rejected, Undelivered
from scanner.notify.delivery import ATTEMPT, GIVE_UP_AFTER, Delivery, Tally
from scanner.notify.digest import Digest, loaded
from scanner.notify.notice import announce
from scanner.notify.pause import MAX_PAUSE_S
from scanner.notify.receiver import Means
from tests.notify.sweep import AT, HOOK, ending, found, site

MAIL = replace(HOOK, name="mail")
VERSIONS = Versions("0.1.0", "a1b2")
Outcome = BaseException | str


class Clock:
    """Stands still but when somebody sleeps."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return AT + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds
        await asyncio.sleep(0)


class Killed(BaseException):
    """The end of the process in the middle of a delivery."""


class Post:
    """Delivers as the script of each receiver says, the last word again and again."""

    def __init__(self, **scripts: list[Outcome]) -> None:
        self.scripts = scripts
        self.sent: list[tuple[str, str, float]] = []
        self.clock = Clock()

    async def __call__(self, target: NotifyTarget, digest: Digest, means: Means) -> str:
        passed_s = (means.at - AT).total_seconds()
        self.sent.append((target.name, digest.events[0].reason, round(passed_s, 1)))
        script = self.scripts.get(target.name, [""])
        outcome = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class Sites:
    """What the site file says at the moment."""

    def __init__(self) -> None:
        self.site = site(HOOK, MAIL)

    def read(self, _text: str) -> Site:
        return self.site


@pytest.fixture
def sites() -> Sites:
    return Sites()


@pytest.fixture
def inventory(database_url: str, sites: Sites) -> Iterator[Inventory]:
    with Inventory.open(database_url, Clock(), sites.read) as opened:
        opened.add_site("the depot's file")
        yield opened


def fail_sweep(inventory: Inventory, trouble: str, at: datetime = AT) -> None:
    log = inventory.begin_sweep(inventory.site("depot"), SweepKind.SCAN, {}, VERSIONS, "4711@census")
    log.fail(at, trouble, announce)


class Steady(Random):
    """Draws 1.0, so that pauses are exactly 2, 4, 8 ... seconds."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def flush(inventory: Inventory, post: Post, patience_s: float = 15.0) -> Tally:
    delivery = Delivery(
        inventory, post.clock, {}, send=post, sleep=post.clock.sleep, random=Steady(), patience_s=patience_s
    )
    return asyncio.run(delivery.flush())


def rows(inventory: Inventory, *, undelivered: bool = False) -> list[NoticeRow]:
    return list(Outbox(inventory.engine).notices(undelivered=undelivered))


def test_every_receiver_gets_every_message_once_and_in_order(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    fail_sweep(inventory, "second")
    post = Post()

    assert flush(inventory, post).delivered == 4
    assert sorted(post.sent) == [
        (name, what, 0.0) for name in ("hook", "mail") for what in ("first", "second")
    ]
    assert [what for name, what, _ in post.sent if name == "hook"] == ["first", "second"]
    assert flush(inventory, post).delivered == 0
    assert rows(inventory, undelivered=True) == []
    assert all(row.delivered_at == AT for row in rows(inventory))


def test_a_finished_sweep_leaves_its_message_with_its_findings(inventory: Inventory) -> None:
    log = inventory.begin_sweep(inventory.site("depot"), SweepKind.SCAN, {}, VERSIONS, "4711@census")
    log.finish((), Coverage(AT, AT, 254, 3, 2, gaps=("eth1 is down.",)), lambda _place: True, announce)

    (row, _) = rows(inventory)
    assert row.notice.payload["sweep"] == log.number
    assert row.notice.payload["events"][0]["reason"] == "eth1 is down."
    assert row.notice.payload["id"] != rows(inventory)[1].notice.payload["id"]


def test_what_cannot_be_announced_leaves_no_findings_either(inventory: Inventory) -> None:
    log = inventory.begin_sweep(inventory.site("depot"), SweepKind.SCAN, {}, VERSIONS, "4711@census")

    def broken(_ending: object) -> tuple[()]:
        raise StorageProblem("no")

    with pytest.raises(StorageProblem):
        log.finish((), Coverage(AT, AT, 254, 0, 0), lambda _place: True, broken)
    assert inventory.sweep(str(log.number)).state.value == "running"


def test_a_hiccup_is_over_within_one_flush(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    post = Post(hook=[Undelivered("status 500"), Undelivered("status 500"), ""])

    assert flush(inventory, post).delivered == 2
    assert [sent for sent in post.sent if sent[0] == "hook"] == [
        ("hook", "first", 0.0),
        ("hook", "first", 2.0),
        ("hook", "first", 6.0),
    ]


def test_an_outage_loses_nothing_and_holds_up_nobody(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    fail_sweep(inventory, "second")
    down = Post(hook=[Undelivered("it could not be reached")])

    tally = flush(inventory, down)
    assert tally.delivered == 2
    assert tally.waiting == ["depot, hook: the message of 2026-11-22 02:00 UTC: it could not be reached"]
    # 0, 2 and 6 seconds; the next one, at 14, would end after the flush.
    assert [(what, at) for name, what, at in down.sent if name == "hook"] == [
        ("first", 0.0), ("first", 2.0), ("first", 6.0), ("first", 14.0),
    ]  # fmt: skip
    up = Post()
    up.clock.passed_s = 3600.0
    assert flush(inventory, up).delivered == 2
    assert [what for _, what, _ in up.sent] == ["first", "second"]


def test_a_receiver_that_asks_for_time_gets_it(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    busy = Post(hook=[Undelivered("status 429", retry_after_s=120.0), ""])
    flush(inventory, busy)
    busy.clock.passed_s = 119.0
    flush(inventory, busy, patience_s=0.5)
    busy.clock.passed_s = 120.0
    flush(inventory, busy, patience_s=0.5)

    assert [at for name, _, at in busy.sent if name == "hook"] == [0.0, 120.0]


def test_nobody_can_ask_for_more_time_than_the_longest_pause(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    flush(inventory, Post(hook=[Undelivered("status 503", retry_after_s=9_999_999.0)]))

    (row,) = rows(inventory, undelivered=True)
    assert row.next_attempt_at == AT + timedelta(seconds=MAX_PAUSE_S)


def test_a_refused_message_is_given_up_and_the_next_one_goes_out(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    fail_sweep(inventory, "second")
    tally = flush(inventory, Post(hook=[Rejected("it refuses the message (status 400)"), ""]))

    assert tally.delivered == 3
    assert tally.given_up == [
        "depot, hook: the message of 2026-11-22 02:00 UTC: it refuses the message (status 400)"
    ]
    (row,) = rows(inventory, undelivered=True)
    assert (row.given_up_at, row.trouble) == (AT, "it refuses the message (status 400)")


def test_after_a_week_it_is_given_up(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    down = Post(hook=[Undelivered("it could not be reached")])
    attempts = 0
    while not (tally := flush(inventory, down)).given_up:
        attempts += 1
        down.clock.passed_s += MAX_PAUSE_S
    waited = timedelta(seconds=down.clock.passed_s)

    assert GIVE_UP_AFTER <= waited <= GIVE_UP_AFTER + timedelta(seconds=2 * MAX_PAUSE_S)
    assert attempts >= 14
    assert tally.waiting == []


def test_of_each_receiver_the_oldest_message_says_when_it_is_due(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    fail_sweep(inventory, "second")
    outbox = Outbox(inventory.engine)
    flush(inventory, Post(hook=[Undelivered("down")]), patience_s=0.5)
    assert outbox.attempts() == (AT + timedelta(seconds=2),)

    later = Post()
    later.clock.passed_s = 2.0
    flush(inventory, later)
    assert outbox.attempts() == ()


def test_a_receiver_that_the_site_file_does_not_name_any_more_is_given_up(
    inventory: Inventory, sites: Sites
) -> None:
    fail_sweep(inventory, "first")
    sites.site = site(MAIL)
    tally = flush(inventory, Post())

    assert tally.delivered == 1
    assert "does not name this receiver any more" in tally.given_up[0]


def test_a_delivery_that_is_killed_is_made_again(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    with pytest.raises(Killed):
        flush(inventory, Post(hook=[Killed()], mail=[""]))
    later = Post()
    flush(inventory, later)
    assert later.sent == [] or later.sent == [("mail", "first", 0.0)]
    later.clock.passed_s = 60.0
    flush(inventory, later)

    assert later.sent[-1] == ("hook", "first", 60.0)


def test_two_at_work_never_send_the_same_message_at_once(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    outbox = Outbox(inventory.engine)
    row = outbox.next(Receiver("depot", "hook"))
    assert row is not None

    assert outbox.take(row, AT + ATTEMPT)
    assert not outbox.take(row, AT + ATTEMPT)
    taken = outbox.next(Receiver("depot", "hook"))
    assert taken is not None and (taken.attempts, taken.next_attempt_at) == (1, AT + ATTEMPT)
    post = Post()
    flush(inventory, post)
    assert [name for name, _, _ in post.sent] == ["mail"]


def test_a_clock_that_was_wrong_for_a_while_delays_nothing(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    ahead = Post(hook=[Undelivered("down")])
    ahead.clock.passed_s = 5 * 86_400.0
    flush(inventory, ahead, patience_s=0.5)

    put_right = Post()
    flush(inventory, put_right)
    assert [name for name, _, _ in put_right.sent] == ["hook"]


def test_the_same_thing_is_told_again_only_after_the_sites_repeat_hours(
    inventory: Inventory, sites: Sites
) -> None:
    sites.site = replace(site(HOOK), notify_repeat_hours=4)
    for hours in (0, 1, 3.9, 4.1, 5):
        fail_sweep(inventory, "eth0 vanished", AT + timedelta(hours=hours))
    fail_sweep(inventory, "eth1 vanished", AT + timedelta(hours=5))

    told = [(row.created_at - AT, row.notice.payload["events"][0]["reason"]) for row in rows(inventory)]
    assert told == [
        (timedelta(0), "eth0 vanished"),
        (timedelta(hours=4.1), "eth0 vanished"),
        (timedelta(hours=5), "eth1 vanished"),
    ]


def test_what_was_given_up_was_not_told(inventory: Inventory, sites: Sites) -> None:
    sites.site = site(HOOK)
    fail_sweep(inventory, "eth0 vanished")
    flush(inventory, Post(hook=[Rejected("status 400")]))
    fail_sweep(inventory, "eth0 vanished", AT + timedelta(hours=1))

    assert len(rows(inventory)) == 2


def test_what_was_settled_long_ago_is_cleared_away_and_what_waits_is_not(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    flush(inventory, Post(hook=[Undelivered("down")]))
    fail_sweep(inventory, "second", AT + KEEP_FOR + timedelta(days=1))

    left = [(row.notice.target, row.notice.payload["events"][0]["reason"]) for row in rows(inventory)]
    assert left == [("hook", "first"), ("hook", "second"), ("mail", "second")]


def test_a_removed_site_takes_its_messages_with_it(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    inventory.remove_site("depot")

    assert rows(inventory) == []


HOSTILE = "\x00\x1b[31m\ud800\r\n" + "a" * 100_000


def test_whatever_a_receiver_says_is_kept_harmless_and_short(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")
    flush(inventory, Post(hook=[Undelivered(HOSTILE)], mail=[HOSTILE]))

    for row in rows(inventory):
        assert row.trouble.startswith("\\x00\\x1b[31m\\ud800\\x0d\\x0aaaa")
        assert len(row.trouble) == 500


def test_whatever_devices_call_themselves_goes_through_the_database(inventory: Inventory) -> None:
    (notice,) = announce(ending((HOOK,), [found("10.0.0.5", "c0:56:e3:7a:31:02", model=HOSTILE)]))
    with writing(inventory.engine) as connection:
        put(connection, 1, [notice], AT)

    (row,) = rows(inventory)
    assert row.notice.subjects == notice.subjects
    assert loaded(row.notice.payload) == loaded(notice.payload)
    assert row.notice.payload["events"][0]["model"].startswith("\x00\x1b[31m\ud800\r\n")


def test_a_database_that_fails_is_told_as_such(inventory: Inventory) -> None:
    fail_sweep(inventory, "first")

    with pytest.raises(StorageProblem):
        flush(inventory, Post(hook=[StorageProblem("the disk is full")]))
