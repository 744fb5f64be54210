"""The application as a WSGI server loads it in each of its processes."""

import atexit
import os

from renkei_kg.config import Settings
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.web.app import create_app


def application() -> object:
    """Makes the application from the environment's settings; its workers end with the process."""
    settings = Settings.from_environment(os.environ)
    engine = EmbeddedEngine(settings)
    atexit.register(engine.close)
    return create_app(settings, engine)
