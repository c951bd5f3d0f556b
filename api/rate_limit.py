"""How many requests a caller may send: one token bucket a caller, in the memory of this process.

A bucket holds a minute's quota and fills evenly, so a caller may send that many at once, and goes on at the quota's
pace. The headers are those of draft-ietf-httpapi-ratelimit-headers-11. Called from the event loop alone.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WINDOW_SECONDS = 60

MAX_CALLERS = 10_000
"""Buckets kept: about a megabyte. Beyond it the caller that was silent longest is forgotten, its bucket as if full."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one request: whether it may go on, how many more may at once, and until when the bucket is full.

    ``wait`` is after how many seconds the next may be sent, 0 where one may at once.
    """

    allowed: bool
    quota: int
    remaining: int
    full_in: int
    wait: int

    @property
    def headers(self) -> Mapping[str, str]:
        """``RateLimit`` and ``RateLimit-Policy`` (draft 11, §2 and §3)."""
        return {
            "RateLimit-Policy": f'"requests";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"requests";r={self.remaining};t={self.full_in}',
        }


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimits:
    """The buckets of all callers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, caller: str, quota: int) -> Taken:
        """Take one request out of a caller's bucket, which holds ``quota`` a minute; an empty one stays as it is."""
        now, pace = self._clock(), quota / WINDOW_SECONDS
        bucket = self._buckets.setdefault(caller, _Bucket(quota, now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(quota, bucket.tokens + (now - bucket.at) * pace)
        bucket.at = now
        allowed = bucket.tokens >= 1
        if allowed:
            bucket.tokens -= 1
        missing = max(0.0, 1 - bucket.tokens)
        return Taken(
            allowed, quota, int(bucket.tokens), math.ceil((quota - bucket.tokens) / pace), math.ceil(missing / pace)
        )
