"""The names on a map: as short as they can be, and none over another."""

from typing import Final

from renkei_kg.web.geo.outline import Place

# The height of a name in the units of a wide map, the width of the number before it as a part of that, and
# from which character on letters are as wide as high.
TEXT: Final = 24
NUMBER: Final = 0.8
WIDE: Final = 0x2E80
ROUNDS: Final = 20


def shortened(names: list[str]) -> list[str]:
    """Names without the words that all of them end in."""
    words = [one.split(" ") for one in names]
    while len(words) > 1 and all(len(one) > 1 for one in words) and len({one[-1] for one in words}) == 1:
        words = [one[:-1] for one in words]
    return [" ".join(one) for one in words]


def apart(centres: list[Place], names: list[str]) -> list[Place]:
    """Where names go so that none covers another: from the centres of what they name, up or down."""
    places = [[float(x), float(y)] for x, y in centres]
    widths = [(NUMBER + sum(1.0 if ord(one) > WIDE else 0.6 for one in name)) * TEXT for name in names]
    pairs = [(a, b) for a in range(len(places)) for b in range(a)]
    for _ in range(ROUNDS):
        moved = False
        for a, b in pairs:
            over = TEXT - abs(places[a][1] - places[b][1])
            if over > 0 and abs(places[a][0] - places[b][0]) < (widths[a] + widths[b]) / 2:
                higher, lower = (a, b) if places[a][1] <= places[b][1] else (b, a)
                places[higher][1] -= over / 2
                places[lower][1] += over / 2
                moved = True
        if not moved:
            break
    return [(round(x), round(y)) for x, y in places]
