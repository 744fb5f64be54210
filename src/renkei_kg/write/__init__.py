"""Writing over HTTP: a change applied to a clone of the current snapshot, which becomes the next one.

Knows nothing of web. ``writer`` is the server's side, ``process`` what runs in a process that can be killed.
"""
