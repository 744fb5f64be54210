"""The diagram of the classes: a box for each, a line to the class above it, a row for each relation. It is
laid out here, so that it needs no script; its numbers are pixels."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from unicodedata import east_asian_width

from renkei_kg.namespaces import RDFS
from renkei_kg.web.reference.terms import Ontology

ROW: Final = 20
PAD: Final = 10
GAP: Final = 14
STEP: Final = 36
SIZE: Final = 13
WIDE, NARROW, BOLD = 1.02, 0.58, 1.15
SHEET: Final = 1100
WIDEST: Final = 300


@dataclass
class Line:
    """A line of text in a box that leads to a term: its IRI, text, and where its foot stands."""

    iri: str
    text: str
    x: float = 0
    y: float = 0


@dataclass
class Box:
    """A class with its relations, and the boxes of the classes below it."""

    name: Line
    rows: list[Line]
    below: list["Box"] = field(default_factory=list)
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def height(self) -> float:
        """How high it is."""
        return ROW * (1 + len(self.rows)) + PAD

    @property
    def lines(self) -> list[Line]:
        """All lines of text in it."""
        return [self.name, *self.rows]

    @property
    def middle(self) -> float:
        """The height at which lines meet it: that of its name."""
        return self.y + ROW / 2 + PAD / 2


@dataclass(frozen=True)
class Diagram:
    """Boxes and the lines between them, with the size of the whole."""

    boxes: list[Box]
    lines: list[str]
    width: float
    height: float


def diagram(
    ontology: Ontology, relations: Mapping[str, Container[str]], called: Callable[[str], str]
) -> Diagram:
    """The classes of an ontology. ``relations`` are the properties that the shapes know of each class, beside
    those whose domain it is; ``called`` names a term."""
    classes = ontology.classes
    ours = set(classes)
    boxes = {
        iri: Box(Line(iri, called(iri)), _rows(ontology, iri, ours, relations, called)) for iri in classes
    }
    roots = []
    for iri in classes:
        above = [boxes[one] for one in ontology.above(iri) if one in ours]
        if above:
            above[0].below.append(boxes[iri])
        else:
            roots.append(boxes[iri])
    for box in boxes.values():
        wanted = (BOLD * _length(box.name.text), *(_length(line.text) for line in box.rows))
        box.width = min(WIDEST, 2 * PAD + max(wanted))
    width, height = _packed(roots)
    for box in boxes.values():
        for number, line in enumerate(box.lines):
            line.x, line.y = box.x + PAD, box.y + ROW * (number + 1)
    lines = [_line(box, one) for box in boxes.values() for one in box.below]
    return Diagram(list(_in_order(roots)), lines, width, height)


def _rows(
    ontology: Ontology,
    iri: str,
    classes: set[str],
    relations: Mapping[str, Container[str]],
    called: Callable[[str], str],
) -> list[Line]:
    found = []
    for one in ontology.relations:
        domains = ontology.values(one, RDFS.domain)
        if iri not in domains and (domains or one not in relations.get(iri, ())):
            continue
        targets = [target for target in ontology.values(one, RDFS.range) if target in classes]
        if targets:
            found.append(Line(one, f"{called(one)} → {' / '.join(map(called, targets))}"))
    return found


def _length(text: str) -> float:
    return SIZE * sum(WIDE if east_asian_width(one) in "WFA" else NARROW for one in text)


def _packed(roots: list[Box]) -> tuple[float, float]:
    """Places the trees side by side on as many shelves as they need; gives the size of the whole."""
    sizes = [(_placed(one, 0, 0), one) for one in roots]
    sizes.sort(key=lambda one: (-one[0][1], one[1].name.text))
    x = y = float(PAD)
    widest = shelf = 0.0
    for (width, height), root in sizes:
        if x > PAD and x + width > SHEET:
            x, y, shelf = PAD, y + shelf + GAP, 0
        _placed(root, x, y)
        x, shelf = x + width + GAP, max(shelf, height)
        widest = max(widest, x)
    return round(widest), round(y + shelf + PAD)


def _placed(box: Box, x: float, y: float) -> tuple[float, float]:
    """Places a box, and those below it to its right under each other; gives the size that they take."""
    box.x, box.y = x, y
    right, foot = x + box.width, y
    for one in box.below:
        width, height = _placed(one, x + box.width + STEP, foot)
        right, foot = max(right, one.x + width), foot + height + GAP
    return right - x, max(box.height, foot - GAP - y)


def _line(above: Box, below: Box) -> str:
    """From a class to the one above it: the points of a line with two corners."""
    start, turn = above.x + above.width, above.x + above.width + STEP / 2
    points = ((below.x, below.middle), (turn, below.middle), (turn, above.middle), (start, above.middle))
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)


def _in_order(boxes: Iterable[Box]) -> Iterable[Box]:
    """As they are read: from the top, each before those below it."""
    for box in sorted(boxes, key=lambda one: (one.y, one.x)):
        yield box
        yield from _in_order(box.below)
