"""Named random streams, and numbers that are distributions until they are drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator that depends on the seed and the names alone.

    Each consumer has a name of its own, so that adding one changes nothing for the others, and the digest is stable
    over processes and machines (`hash` is not).
    """
    text = "\x1f".join([str(int(seed)), *map(str, names)])
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(int.from_bytes(digest[:16], "little"))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """Any number in [low, high] with equal probability."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """One number."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A normal distribution, cut off at low and high (by drawing again)."""

    mean: float
    sigma: float
    low: float = float("-inf")
    high: float = float("inf")

    def draw(self, rng: np.random.Generator) -> float:
        """One number."""
        for _ in range(1000):
            value = float(rng.normal(self.mean, self.sigma))
            if self.low <= value <= self.high:
                return value
        return float(np.clip(self.mean, self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogUniform:
    """A positive number whose logarithm is uniform."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """One number."""
        return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of some values, with weights or equally likely."""

    values: Sequence[Any]
    weights: Sequence[float] | None = None

    def draw(self, rng: np.random.Generator) -> Any:
        """One value."""
        weights = None if self.weights is None else np.asarray(self.weights) / np.sum(self.weights)
        return self.values[int(rng.choice(len(self.values), p=weights))]


Distribution = Uniform | Normal | LogUniform | Choice
Number = float | Uniform | Normal | LogUniform | Choice
"""Wherever a scenario has a number it may have a distribution."""


def draw(value: Any, rng: np.random.Generator) -> Any:
    """The value itself, or a draw from it where it is a distribution."""
    return value.draw(rng) if isinstance(value, Uniform | Normal | LogUniform | Choice) else value


def scaled(value: Number, factor: float, plus: float = 0.0) -> Number:
    """The same number or distribution in another unit or from another zero: `factor` (positive) times it, plus `plus`.

    Raises:
        ValueError: a log-uniform distribution from another zero, which is none.
    """

    def moved(number: float) -> float:
        return number * factor + plus

    if isinstance(value, Uniform):
        return Uniform(low=moved(value.low), high=moved(value.high))
    if isinstance(value, Normal):
        return Normal(mean=moved(value.mean), sigma=value.sigma * factor, low=moved(value.low), high=moved(value.high))
    if isinstance(value, LogUniform):
        if plus:
            raise ValueError("a log-uniform distribution keeps its zero")
        return LogUniform(low=moved(value.low), high=moved(value.high))
    if isinstance(value, Choice):
        return Choice(values=tuple(scaled(item, factor, plus) for item in value.values), weights=value.weights)
    return moved(value)
