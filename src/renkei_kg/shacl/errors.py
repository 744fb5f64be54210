"""What is wrong with shapes: each error names the shape and says what to do."""

from renkei_kg.errors import RenkeiError


class ShapeError(RenkeiError):
    """A shape cannot be used: it is not SHACL, or it is SHACL that this validator does not know."""

    def __init__(self, shape: str, reason: str) -> None:
        self.shape, self.reason = shape, reason
        super().__init__(f"the shape {shape} cannot be used: {reason}")
