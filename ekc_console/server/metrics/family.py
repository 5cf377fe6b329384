"""Families of Prometheus out of plain figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Word = TypeVar("Word", bound=str)

Labelled = Iterable[tuple[tuple[str, ...], float | None]]
"""Values of the labels, and the figure; None: there is none, and nothing is told."""


def gauge(name: str, text: str, value: float | None) -> GaugeMetricFamily:
    return gauges(name, text, (), [((), value)])


def gauges(name: str, text: str, labels: tuple[str, ...], values: Labelled) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"ekc_{name}", text, labels=labels)
    for of, value in values:
        if value is not None:
            family.add_metric(of, float(value))
    return family


def counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return counters(name, text, (), [((), value)])


def counters(
    name: str, text: str, labels: tuple[str, ...], values: Labelled
) -> CounterMetricFamily:
    """``name`` without the ``_total`` that it is told with."""
    family = CounterMetricFamily(f"ekc_{name}", text, labels=labels)
    for of, value in values:
        if value is not None:
            family.add_metric(of, float(value))
    return family


def by_word(name: str, text: str, label: str, values: Mapping[Word, float]) -> GaugeMetricFamily:
    """With one label."""
    return gauges(name, text, (label,), (((word,), value) for word, value in values.items()))


def state(
    name: str, text: str, known: Iterable[str], now: str, label: str = "state"
) -> GaugeMetricFamily:
    """1 for the state of now, 0 for all others that are known."""
    return by_word(name, text, label, {word: float(word == now) for word in (*known,)})
