"""A caller's bucket: full at first, evenly refilled, and forgotten when too many others come."""

from __future__ import annotations

from api.rate_limit import MAX_CALLERS, RateLimits, Taken


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_quota_may_be_sent_at_once_and_no_more() -> None:
    limits = RateLimits(Clock())
    taken = [limits.take("a", 60) for _ in range(61)]
    assert [each.allowed for each in taken] == [True] * 60 + [False]
    assert taken[0] == Taken(allowed=True, quota=60, remaining=59, full_in=1, wait=0)
    assert taken[59] == Taken(allowed=True, quota=60, remaining=0, full_in=60, wait=1)
    assert taken[60] == Taken(allowed=False, quota=60, remaining=0, full_in=60, wait=1)


def test_a_bucket_fills_at_the_quotas_pace_and_never_above_it() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(60):
        limits.take("a", 60)
    clock.now += 2.5
    assert [limits.take("a", 60).allowed for _ in range(3)] == [True, True, False]
    clock.now += 10_000
    assert limits.take("a", 60).remaining == 59


def test_what_waiting_is_told_is_enough() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(7):
        limits.take("a", 7)
    refused = limits.take("a", 7)
    clock.now += refused.wait
    assert limits.take("a", 7).allowed


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(100):
        limits.take("a", 60)
    clock.now += 1
    assert limits.take("a", 60).allowed


def test_callers_do_not_share_a_bucket() -> None:
    limits = RateLimits(Clock())
    assert [limits.take(name, 1).allowed for name in "aab"] == [True, False, True]


def test_memory_is_bounded_and_the_most_silent_is_forgotten_first() -> None:
    limits = RateLimits(Clock())
    for number in range(MAX_CALLERS + 10):
        limits.take(str(number), 1)
        limits.take("busy", 100_000)
    assert len(limits) == MAX_CALLERS
    assert not limits.take(str(MAX_CALLERS + 9), 1).allowed
    assert limits.take("0", 1).allowed


def test_the_headers_are_those_of_the_draft() -> None:
    headers = RateLimits(Clock()).take("a", 600).headers
    assert headers == {"RateLimit-Policy": '"requests";q=600;w=60', "RateLimit": '"requests";r=599;t=1'}
