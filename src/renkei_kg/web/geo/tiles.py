"""Tiles of another server under the map: none, unless the operator names some."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from renkei_kg.config import SettingError, Settings, variable
from renkei_kg.web.headers import POLICY

PLACES: Final = ("{z}", "{x}", "{y}")
HOST: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")


@dataclass(frozen=True)
class Tiles:
    """Where tiles come from, and whose they are; both empty for none."""

    template: str = ""
    credit: str = ""

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of a page with these tiles: their images may come from their host."""
        parts = urlsplit(self.template)
        images = f"img-src 'self' data: {parts.scheme}://{parts.netloc}"
        return POLICY.replace("img-src 'self' data:", images) if self.template else POLICY


def read(settings: Settings) -> Tiles:
    """The tiles that the setting names. Raises SettingError."""
    template, _, credit = settings.tiles.strip().partition(" ")
    if not template:
        return Tiles()
    parts = urlsplit(template)
    if not HOST.fullmatch(f"{parts.scheme}://{parts.netloc}") or not all(one in template for one in PLACES):
        raise SettingError(
            f"{variable('tiles')}={settings.tiles!r} cannot be used: give an http(s) URL with {{z}}, {{x}} "
            "and {y} in it, a space, and whose tiles they are."
        )
    return Tiles(template, credit.strip())
