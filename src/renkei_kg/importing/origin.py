"""Where a table comes from: its title, publisher, date, licence and address, from options or the cover sheet
of the template."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from renkei_kg.importing import values
from renkei_kg.importing.header import alike
from renkei_kg.importing.names import Names
from renkei_kg.importing.reading import Book
from renkei_kg.importing.report import ERROR, WARNING, Report
from renkei_kg.namespaces import RK

COVER: Final = "表紙"
# What the cover sheet of the template asks, and the option that says the same.
ASKED: Final = {
    "title": "表の題名",
    "title_en": "表の題名（英語）",
    "publisher": "作成・公開した組織",
    "publisher_en": "作成・公開した組織（英語）",
    "date": "公表日",
    "licence": "利用条件",
    "url": "公開ページのアドレス",
}
LICENCES: Final = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY 4.0 国際": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY 2.1 JP": "https://creativecommons.org/licenses/by/2.1/jp/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "クリエイティブ・コモンズ 表示 4.0 国際": "https://creativecommons.org/licenses/by/4.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
ENGLISH_KINDS: Final = {"City": "City", "Town": "Town", "Village": "Village"}


@dataclass(frozen=True)
class Publisher:
    """Who published a table: the last parts of its IRI, and labels when the sources do not have it yet."""

    path: str
    ja: str = ""
    en: str = ""
    kana: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a table comes from, as far as it is known; ``settled`` makes it whole."""

    title: str = ""
    title_en: str = ""
    publisher: str = ""
    publisher_en: str = ""
    date: str = ""
    licence: str = ""
    url: str = ""
    by: Publisher = field(default_factory=lambda: Publisher(""))

    @staticmethod
    def asked() -> tuple[str, ...]:
        """The names of what an origin is asked for, which are those of the options."""
        return tuple(ASKED)

    @classmethod
    def of(cls, book: Book, options: Mapping[str, str | None]) -> "Origin":
        """What the options say and, where they do not, the cover sheet of the file."""
        cover: dict[str, Any] = {}
        by_key = {alike(label): name for name, label in ASKED.items()}
        for sheet in book.sheets:
            if sheet.name == COVER:
                for cells in sheet.rows:
                    name = by_key.get(alike(cells[0])) if len(cells) > 1 else None
                    if name and cells[1]:
                        cover[name] = cells[1]
        return cls(**(cover | {name: value for name, value in options.items() if value}))

    def settled(
        self, titles: Mapping[str, str], places: list[str], names: Names, name: str, report: Report
    ) -> "Origin":
        """The origin made whole: ``titles`` are what such tables are called, ``places`` the codes of the
        municipalities that its rows lie in, of which a single one stands in for a publisher not named."""
        place = places[0] if len(set(places)) == 1 else None
        label = next((one for one in names.all("Municipality") if one.slug == place), None)
        title = self.title or (f"{label.ja} {titles['ja']}" if label else titles["ja"])
        title_en = self.title_en or (f"{label.en}: {titles['en'].lower()}" if label else titles["en"])
        return replace(
            self,
            title=values.line(title) or titles["ja"],
            title_en=" ".join(title_en.split()),
            date=self._date(report),
            licence=self._licence(names, report),
            url=self._url(report),
            by=self._publisher(place, names, name, report),
        )

    def _publisher(self, place: str | None, names: Names, name: str, report: Report) -> Publisher:
        if not self.publisher and place:
            path = f"organisation/municipality-{place}"
            label = next(one for one in names.all("Municipality") if one.slug == place)
            if names.described(path):
                return Publisher(path)
            classes = [of for of in ENGLISH_KINDS if label in names.all(of)]
            kind = ENGLISH_KINDS[classes[0]] if classes else "Municipality"
            kana = [one.value for one in names.values(label.iri, RK.kana)]
            return Publisher(path, f"{label.ja}（行政）", f"{kind} of {label.en}", kana[0] if kana else "")
        for of in ("Bureau", "Organisation"):
            found = names.find(of, self.publisher) if self.publisher else []
            if len(found) == 1:
                return Publisher(names.reference(found[0].iri))
        if self.publisher and self.publisher_en:
            return Publisher(f"organisation/{name}-publisher", self.publisher, self.publisher_en)
        if not self.publisher and report.fails:
            return Publisher("organisation/unknown")  # the municipality of the rows may yet stand in for it
        near = names.nearest("Organisation", self.publisher) if self.publisher else None
        report.say(
            ERROR,
            "表を作成・公開した組織が分かりません。--publisher に名前を、"
            "データにない組織なら --publisher-en に英語名も書いてください。",
            "Who published the table is not known: name it with --publisher and, when the data has no such "
            "organisation, its English name with --publisher-en.",
            column=ASKED["publisher"],
            value=self.publisher or None,
            nearest=near,
        )
        return Publisher("organisation/unknown")

    def _licence(self, names: Names, report: Report) -> str:
        said = alike(self.licence).removesuffix(alike("ライセンス"))
        found = {alike(word): iri for word, iri in LICENCES.items()}.get(said)
        iri = found or values.url(self.licence)
        if iri and "/by-sa/" in iri and iri != names.licence():
            report.say(
                ERROR,
                "継承（SA）の条件の付いた表は取り込めません。原文が、別の条件のデータに混ざるためです。",
                "A table under share-alike terms cannot be imported: its words would become part of data "
                "under other terms.",
                column=ASKED["licence"],
                value=self.licence,
            )
        if iri is None:
            known = ", ".join(LICENCES)
            report.say(
                ERROR,
                f"利用条件（ライセンス）を --licence に書いてください。アドレスか、次のどれかです: {known}",
                f"Say with --licence under which terms it may be used: an address, or one of these: {known}",
                column=ASKED["licence"],
                value=self.licence or None,
            )
        return iri or ""

    def _date(self, report: Report) -> str:
        found = values.date(self.date) if self.date else ""
        if found is None:
            report.say(
                ERROR,
                "公表日が日付ではありません。2024-04-01 や 令和6年4月1日 のように書いてください。",
                "The date of publication is no date: write it as 2024-04-01 or 令和6年4月1日.",
                column=ASKED["date"],
                value=self.date,
            )
        return found or ""

    def _url(self, report: Report) -> str:
        found = values.url(self.url) if self.url else ""
        if found is None:
            report.say(
                ERROR,
                "公開ページのアドレスではありません。https:// から、ASCII文字で書いてください。",
                "The page of the table has no address: write it from https:// on, in ASCII characters.",
                column=ASKED["url"],
                value=self.url,
            )
        if found == "":
            report.say(
                WARNING,
                "表が公開されているページ（--url）がありません。分かれば書いてください。",
                "The page on which the table is published (--url) is missing: give it if there is one.",
            )
        return found or ""
