"""Beartype, with PEP 484's numeric tower: an int is a float."""

from typing import Any

from beartype import BeartypeConf, beartype


def checked(annotated: Any) -> Any:
    """The annotated function or class, checked when it is called."""
    return beartype(annotated, conf=BeartypeConf(is_pep484_tower=True))
