"""What checking an episode gives."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of one file.

    Attributes:
        worst: the largest deviation that was found, in `unit`.
        limit: what it may be.
        detail: one line for people.
    """

    file: str
    check: str
    passed: bool
    worst: float = 0.0
    limit: float = 0.0
    unit: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of an episode or dataset."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """What does not hold."""
        return tuple(check for check in self.checks if not check.passed)

    def rows(self) -> list[dict[str, Any]]:
        """For JSON: one object a check."""
        return [asdict(check) for check in self.checks]
