"""What has been read once and may be asked for again, bounded by its bytes."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = tuple[str | None, ...]
Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by keys, each with about the bytes that it takes; what was used least lately is forgotten."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def __getitem__(self, key: Key) -> Value:
        self._values.move_to_end(key)
        return self._values[key][0]

    def keep(self, key: Key, value: Value, cost: int) -> None:
        """Keeps a value that is not kept yet."""
        self._values[key] = value, cost
        self._bytes += cost
        while self._bytes > self._limit:
            _, (_, gone) = self._values.popitem(last=False)
            self._bytes -= gone
