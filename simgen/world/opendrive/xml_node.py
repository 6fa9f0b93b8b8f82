"""XML that knows where it stands, so that every complaint names its element.

Document types, entities and the network are refused: a map needs none of them, and an attacker does.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from lxml import etree

from simgen.errors import InputError

# Projected coordinates reach 1e7 m; nothing in a map is larger.
LARGEST = 1e8
_SILENT = {"OpenDRIVE", "lanes", "left", "right", "center", "planView", "objects", "signals", "lateralProfile"}


@dataclass(frozen=True, slots=True)
class Node:
    """An element, its parents and the file's name."""

    element: Any
    file: str
    parent: "Node | None" = None

    @property
    def tag(self) -> str:
        """The element's name."""
        return str(self.element.tag)

    @property
    def place(self) -> str:
        """For messages: ``map.xodr: road 3: laneSection s=10: lane -1``."""
        names: list[str] = []
        node: Node | None = self
        while node is not None:
            if node.tag not in _SILENT:
                names.append(node._label())
            node = node.parent
        return ": ".join([self.file, *reversed(names)])

    def _label(self) -> str:
        for name, form in (("id", "{tag} {value}"), ("s", "{tag} s={value}")):
            value = self.element.get(name)
            if value is not None:
                return form.format(tag=self.tag, value=_shown(value))
        return self.tag

    def error(self, message: str) -> InputError:
        """The exception to raise about this element."""
        return InputError(f"{self.place}: {message}")

    def children(self, *tags: str) -> Iterator["Node"]:
        """Child elements of these names (all without a name), in the file's order."""
        for element in self.element.iterchildren(*tags):
            yield Node(element, self.file, self)

    def child(self, tag: str) -> "Node | None":
        """The first child of that name."""
        element = self.element.find(tag)
        return None if element is None else Node(element, self.file, self)

    def required(self, tag: str) -> "Node":
        """The first child of that name.

        Raises:
            InputError: there is none.
        """
        child = self.child(tag)
        if child is None:
            raise self.error(f"{tag}: missing")
        return child

    @overload
    def text(self, name: str) -> str: ...
    @overload
    def text(self, name: str, default: str) -> str: ...
    def text(self, name: str, default: str | None = None) -> str:
        """An attribute.

        Raises:
            InputError: it is missing and has no default.
        """
        value = self.element.get(name)
        if value is not None:
            return str(value).strip()
        if default is None:
            raise self.error(f"{name}: missing")
        return default

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        low: float = -LARGEST,
        above: float = -math.inf,
        high: float = LARGEST,
    ) -> float:
        """An attribute that is a finite number.

        Args:
            name: of the attribute.
            default: where it is missing or empty.
            low: smallest value allowed.
            above: values must be greater than this.
            high: largest value allowed.

        Raises:
            InputError: it is missing without a default, not a number, or out of bounds.
        """
        raw = self.element.get(name)
        if raw is None or (default is not None and not raw.strip()):
            if default is None:
                raise self.error(f"{name}: missing")
            return default
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.error(f"{name}: expected a number, got '{_shown(raw)}'")
        if value <= above:
            raise self.error(f"{name}: expected more than {above:g}, got {_shown(raw)}")
        if not low <= value <= high:
            bound = f"at least {low:g}" if value < low else f"at most {high:g}"
            raise self.error(f"{name}: expected {bound}, got {_shown(raw)}")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """An attribute that is a whole number.

        Raises:
            InputError: it is missing without a default, or no whole number.
        """
        raw = self.element.get(name)
        if raw is None and default is not None:
            return default
        value = self.number(name)
        if value != int(value):
            raise self.error(f"{name}: expected a whole number, got '{_shown(str(raw))}'")
        return int(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """An attribute that is true, false, 1, 0, yes or no."""
        raw = self.text(name, "").lower()
        if raw in {"true", "1", "yes"}:
            return True
        if raw in {"false", "0", "no"}:
            return False
        return default

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """An attribute that is one of some words.

        Raises:
            InputError: it is missing without a default, or another word.
        """
        value = self.text(name) if default is None else self.text(name, default)
        if value not in allowed:
            raise self.error(f"{name}: expected {' or '.join(allowed)}, got '{_shown(value)}'")
        return value

    def cubic(self, suffix: str = "", default: float | None = None) -> tuple[float, float, float, float]:
        """The attributes a, b, c, d (with a suffix: aU, ...)."""
        a, b, c, d = (self.number(letter + suffix, default) for letter in "abcd")
        return a, b, c, d


def _shown(value: str) -> str:
    short = " ".join(value.split())
    return short if len(short) <= 40 else short[:37] + "..."


def parse_xml(source: str | Path, root: str) -> tuple[Node, str]:
    """The root element of a file (a Path, or a str that is no XML) or of a text, and the text.

    Args:
        source: what to read.
        root: name that the root element must have.

    Raises:
        InputError: unreadable, empty, malformed, with a document type, or with another root.
    """
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("<"):
        name, raw = f"<{root}>", source.encode()
    else:
        name, raw = Path(source).name or str(source), _read(Path(source), root)
    if not raw.strip():
        raise InputError(f"{name}: expected an {root} file, got an empty one")
    # Declarations come before the first element, where a map has nothing but a prolog.
    if b"<!DOCTYPE" in raw[:100_000] or b"<!ENTITY" in raw[:100_000]:
        raise InputError(f"{name}: document types and entities are not accepted")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        element = etree.fromstring(_without_encoding(raw), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).partition(" (<string>")[0].splitlines()[0] if str(error) else "unreadable"
        raise InputError(f"{name}: malformed XML: {reason}") from error
    if element.getroottree().docinfo.doctype:
        raise InputError(f"{name}: document types and entities are not accepted")
    _strip_namespaces(element)
    if element.tag != root:
        raise InputError(f"{name}: expected {root} as the root element, got '{_shown(str(element.tag))}'")
    return Node(element, name), raw.decode("utf-8", errors="replace")


def _without_encoding(raw: bytes) -> bytes:
    # Text that was a str is UTF-8 here, whatever encoding its first line still claims; so are the files we meet.
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip()


def _read(path: Path, root: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file (expected an {root} file)") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from error


def _strip_namespaces(root: Any) -> None:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            element.tag = element.tag.split("}", 1)[1]
