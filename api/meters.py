"""What is measured, in the names and units of docs/operations.md: the only file that imports prometheus_client.

Requests and captures are counted as they happen; all else is read when it is asked for, from the store and from what
the background work last saw of the chain, which is never asked meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ledger.service.condition import Figures
from ledger.service.outcomes import Status

disable_created_metrics()  # type: ignore[no-untyped-call]  # when counting began is not asked for

CONTENT_TYPE = CONTENT_TYPE_LATEST

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

GAUGES = {
    "tradeledger_queue_age_seconds": ("Age of the oldest event that no checkpoint covers.", "queue_age"),
    "tradeledger_oldest_unanchored_event_age_seconds": ("Age of the oldest event not on chain.", "unanchored_age"),
    "tradeledger_checkpoint_age_seconds": ("Age of the newest signed checkpoint.", "checkpoint_age"),
    "tradeledger_anchored_head_age_seconds": ("Age of the newest head on chain, by its block.", "anchored_age"),
    "tradeledger_chain_head_age_seconds": ("Age of the chain's newest block when last seen.", "head_age"),
    "tradeledger_chain_answer_age_seconds": ("How long ago the chain last answered.", "answer_age"),
    "tradeledger_nonce_gap": ("Nonces of the anchoring account that were sent and are not mined.", "nonce_gap"),
    "tradeledger_balance_wei": ("What the anchoring account can pay with.", "balance"),
    "tradeledger_gas_spent_today": ("Gas of the anchors submitted this UTC day, also of reverted ones.", "gas_today"),
    "tradeledger_index_lag_blocks": ("Blocks by which the registry index is behind the chain.", "index_lag"),
    "tradeledger_promises_past_deadline": ("Events not on chain though promised by now.", "overdue"),
}
"""By name: what it says, and where among the `Figures` it stands. One that is not known yet is left out."""

RECORDS = ("sequenced", "integrated", "checkpointed", "anchored", "final")


class Meters:
    """The measurements of one application."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Condition(figures))
        self._requests = Histogram(
            "tradeledger_request_duration_seconds", "Requests, by the time until they were answered.",
            ("method", "route", "status"), buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._captures = Counter(
            "tradeledger_captures_total", "Events handed in, by what became of them.", ("outcome",),
            registry=self._registry,
        )  # fmt: skip
        self.rate_limited = Counter(
            "tradeledger_rate_limited_requests_total", "Requests beyond a caller's quota.", registry=self._registry
        )
        for status in Status:
            self._captures.labels(status.value)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def captured(self, statuses: Iterable[str]) -> None:
        """Count events by the status of their results."""
        for status in statuses:
            self._captures.labels(status).inc()

    def text(self) -> bytes:
        """Return all in the Prometheus text format."""
        return generate_latest(self._registry)


class _Condition(Collector):
    """Reads the figures when they are asked for."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing: to describe them must not read them."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return a gauge for each figure that is known."""
        figures = self._figures()
        for name, (text, member) in GAUGES.items():
            value = attrgetter(member)(figures)
            if value is not None:
                yield GaugeMetricFamily(name, text, value)
        records = GaugeMetricFamily("tradeledger_records", "Records that reached each step.", labels=("step",))
        for step in RECORDS:
            records.add_metric((step,), getattr(figures.records, step))
        yield records
