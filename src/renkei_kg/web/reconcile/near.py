"""Texts nearly alike, among very many: those that share the rarest pairs of characters are compared."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

# So many are all compared, which takes a few milliseconds; of more, about so many.
COMPARED: Final = 6000
ENDS: Final = "\ue000"


class Choices:
    """Texts to choose from."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def near(self, text: str, least: float, most: int) -> Iterator[tuple[str, float]]:
        """The texts most like one, at most so many, with how like they are: 1 for the same, 0 for nothing in
        common (optimal string alignment: slips and swapped neighbours against the length)."""
        found = process.extract(
            text, self._among(text), scorer=OSA.normalized_similarity, score_cutoff=least, limit=most
        )
        for choice, alike, _ in found:
            yield choice, alike

    def _among(self, text: str) -> list[str]:
        if len(self._texts) <= COMPARED:
            return self._texts
        lists = sorted((self._sharing[pair] for pair in _pairs(text) if pair in self._sharing), key=len)
        numbers: dict[int, None] = {}
        for some in lists:
            if numbers and len(numbers) + len(some) > COMPARED:
                break
            numbers |= dict.fromkeys(some[:COMPARED])
        return [self._texts[number] for number in numbers]

    @cached_property
    def _sharing(self) -> dict[str, "array[int]"]:
        """The numbers of the texts that have each pair of characters."""
        found: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, text in enumerate(self._texts):
            for pair in _pairs(text):
                found[pair].append(number)
        return dict(found)


def _pairs(text: str) -> set[str]:
    """The pairs of neighbours in a text, its beginning and its end among them."""
    padded = f"{ENDS}{text}{ENDS}"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
