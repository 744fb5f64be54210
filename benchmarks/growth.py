"""How what was measured grows with the number of triples: exponents, a table, and plots as SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

Series = Mapping[int, float]  # of a size, what was measured
TOLERANCE = 0.1
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 64, 210, 40, 44
COLOURS = ("#1f4e79", "#b5541c", "#2d7d46", "#7b3f98", "#a88a00", "#c2355a", "#3d8f9e", "#6b6b6b", "#000000")


@dataclass(frozen=True)
class Measure:
    """Something that is measured at each size: its name, its unit, its group, and how it is written."""

    key: str
    title: str
    unit: str
    digits: int = 1


def exponent(series: Series) -> float | None:
    """The b with which a·nᵇ comes nearest to a series, by least squares on logarithms; None when there are
    fewer than two sizes with a number above 0."""
    points = [(math.log(size), math.log(value)) for size, value in series.items() if value > 0]
    if len(points) < 2:
        return None
    middle = sum(x for x, _ in points) / len(points)
    height = sum(y for _, y in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * (y - height) for x, y in points) / spread


def worse(series: Series) -> bool:
    """Whether a series grows worse than n log n between its sizes, by more than measuring blurs."""
    found = exponent(series)
    bound = exponent({size: size * math.log(size) for size, value in series.items() if value > 0})
    return found is not None and bound is not None and found > bound + TOLERANCE


def table(measures: Sequence[Measure], found: Mapping[str, Series], sizes: Sequence[int]) -> str:
    """A table in Markdown: a line for each measure, a column for each size, the exponent last."""
    lines = [
        "| | " + " | ".join(f"{size:,}" for size in sizes) + " | grows as |",
        "|---|" + "---:|" * (len(sizes) + 1),
    ]
    for measure in measures:
        series = found.get(measure.key, {})
        if not series:
            continue
        cells = [f"{series[size]:,.{measure.digits}f}" if size in series else "–" for size in sizes]
        # What is shown as nothing was too short to measure.
        told = {size: value for size, value in series.items() if value >= 10**-measure.digits}
        power = exponent(told)
        growth = "–" if power is None else f"n^{power:.2f}"
        # A rate falls; that it rises is no fault.
        mark = " **worse than n log n**" if worse(told) and measure.unit != "a second" else ""
        lines.append(f"| {measure.title}, {measure.unit} | {' | '.join(cells)} | {growth}{mark} |")
    return "\n".join(lines) + "\n"


def plot(title: str, unit: str, lines: Mapping[str, Series]) -> str:
    """Lines over the number of triples, both axes logarithmic, as SVG."""
    drawn = {name: {n: v for n, v in series.items() if v > 0} for name, series in lines.items()}
    points = [point for series in drawn.values() for point in series.items()]
    if not points:
        points = [(1, 1.0)]
    low_x, high_x = _decades([float(size) for size, _ in points])
    low_y, high_y = _decades([value for _, value in points])

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(value) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)} ({escape(unit)})</text>',
    ]
    for power in range(low_x, high_x + 1):
        at = x(10.0**power)
        parts.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(low_y, high_y + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for number, (name, series) in enumerate(drawn.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in sorted(series.items()))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>'
            for size, value in sorted(series.items())
        ]
        height = TOP + 12 + number * 20
        parts.append(
            f'<rect x="{WIDTH - RIGHT + 14}" y="{height - 9}" width="12" height="4" fill="{colour}"/>'
        )
        parts.append(f'<text x="{WIDTH - RIGHT + 32}" y="{height}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
