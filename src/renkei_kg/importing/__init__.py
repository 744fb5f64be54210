"""Bringing tables that others keep (CSV, Excel) into a project's sources: ``renkei-kg import``.

A mapping (``mappings/*.toml``, or a user's own) says which columns a table has and what its cells must be;
``reading`` and ``header`` find the table in a file, ``checking`` makes its rows clean, ``projects`` and
``assets`` settle what each row is about, ``about`` and ``writing`` make the files of the source, and
``putting`` compiles the project with them and puts them in, all or none. ``report`` says what did not fit.
"""
