"""What an action answers when it cannot: the kinds of error that CKAN's Action API has."""

from typing import Any


class ActionError(Exception):
    """An action cannot be answered: the HTTP status, CKAN's name for the kind of error, and its members."""

    def __init__(self, status: int, kind: str, **members: Any) -> None:
        self.status, self.kind, self.members = status, kind, members
        super().__init__(f"{kind}: {members}")

    @property
    def error(self) -> dict[str, Any]:
        """The member ``error`` of the answer."""
        return {"__type": self.kind, **self.members}


def not_found(what: str) -> ActionError:
    """There is no such thing."""
    return ActionError(404, "Not Found Error", message=f"Not found: {what}")


def invalid(parameter: str, why: str) -> ActionError:
    """A parameter has a value that it cannot take, or none."""
    return ActionError(409, "Validation Error", **{parameter: [why]})


def bad_request(why: str) -> ActionError:
    """The request is none that an action could answer."""
    return ActionError(400, "Bad Request", message=why)


def bad_search(why: str) -> ActionError:
    """A search is written in a way that is not understood."""
    return ActionError(400, "Search Query Error", message=why)
