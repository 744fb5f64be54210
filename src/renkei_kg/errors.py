"""The one family of errors that a person is shown. Each says what was wrong and what to do."""


class RenkeiError(Exception):
    """Base of every error that Renkei KG raises on purpose."""
