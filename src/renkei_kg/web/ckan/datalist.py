"""``/catalog/open-data-list.csv``: our datasets as an オープンデータ一覧, the list of a local government's
open data in the 推奨データセット of Japan's CIO office (columns and classes as they are in
github.com/NEC-FIWARE/smart-data-models, ``cio/14_オープンデータ一覧/datamodels.md``).

One line for each dataset. What is asked of the local government that manages the data (code, names) is left
empty: the publisher is none.
"""

import csv
import io
from functools import partial
from typing import Final

from flask import Blueprint, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics
from renkei_kg.web.catalog import model
from renkei_kg.web.catalog.values import Catalogue, Dataset, themes
from renkei_kg.web.ckan.licences import licence
from renkei_kg.web.ckan.packages import format_of, text
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem
from renkei_kg.web.sparql import described
from renkei_kg.web.versionview import argument

PATH: Final = "/catalog/open-data-list.csv"
BOM: Final = "\ufeff"
COLUMNS: Final = (
    *("都道府県コード又は市区町村コード", "NO", "都道府県名", "市区町村名", "データ名称", "データ概要"),
    *("データ形式", "分類", "更新頻度", "URL", "API対応有無", "ライセンス", "登録日", "最終更新日", "備考"),
)
OTHER: Final = "その他"
# The classes of the list by the themes of datasets (EU vocabulary data-theme).
CLASSES: Final = {
    "AGRI": "農林水産業",
    "ECON": "企業・家計・経済",
    "EDUC": "教育・文化・スポーツ・生活",
    "ENER": "エネルギー・水",
    "ENVI": "司法・安全・環境",
    "GOVE": "行財政",
    "HEAL": "社会保障・衛生",
    "INTR": "国際",
    "JUST": "司法・安全・環境",
    "REGI": "国土・気象",
    "SOCI": "人口・世帯",
    "TECH": "情報通信・科学技術",
    "TRAN": "運輸・観光",
}
# How often a dataset is updated, in plain words (EU vocabulary frequency).
FREQUENCIES: Final = {
    "ANNUAL": "年1回",
    "ANNUAL_2": "年2回",
    "BIENNIAL": "2年に1回",
    "QUARTERLY": "四半期に1回",
    "MONTHLY": "毎月",
    "WEEKLY": "毎週",
    "DAILY": "毎日",
    "CONT": "随時",
    "UPDATE_CONT": "随時",
    "AS_NEEDED": "必要に応じて",
    "IRREG": "不定期",
    "NEVER": "更新なし",
}
NOTE: Final = "{file} のライセンスは {licence}"

blueprint = Blueprint("datalist", __name__)


@blueprint.get(PATH)
def data_list() -> Response:
    """The list; with ``?bom=1`` it begins with a byte order mark, by which Excel knows UTF-8. Raises Problem
    400."""
    asked = argument("bom") or "0"
    if asked not in ("0", "1"):
        raise Problem(400, "The parameter 'bom' is 1 for a CSV with a byte order mark, or 0.")
    return answered(partial(_answer, asked == "1"))


def _answer(marked: bool, view: View) -> Response:
    headers = described(view.version, "text/csv; charset=utf-8")
    named = view.dataset.rpartition("/")[2]
    headers["Content-Disposition"] = f'attachment; filename="{named}-open-data-list.csv"'
    headers["ETag"] = statics.tag(view.version, "open-data-list", layout.origin(), str(marked))
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    table = written(model.of(view, layout.origin()))
    return Response((BOM + table if marked else table).encode(), headers=headers)


def written(catalogue: Catalogue) -> str:
    """The list as CSV (RFC 4180)."""
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for number, dataset in enumerate(catalogue.datasets, start=1):
        said = row(number, dataset)
        table.writerow(said.get(column, "") for column in COLUMNS)
    return lines.getvalue()


def frequency(dataset: Dataset) -> str:
    """How often a dataset is updated, in plain words; empty when it does not say."""
    return FREQUENCIES.get(dataset.frequency.rpartition("/")[2], "")


def row(number: int, dataset: Dataset) -> dict[str, str]:
    """A dataset by the columns of the list."""
    others = [one for one in dataset.files if one.licence not in ("", dataset.licence)]
    classes = [CLASSES[code] for code in themes(dataset.themes) if code in CLASSES]
    return {
        "NO": str(number),
        "データ名称": text(dataset.titles),
        "データ概要": text(dataset.descriptions),
        "データ形式": ";".join(dict.fromkeys(format_of(one) for one in dataset.files)),
        "分類": classes[0] if classes else OTHER,
        "更新頻度": frequency(dataset),
        "URL": dataset.page,
        "API対応有無": "有",
        "ライセンス": licence(dataset.licence).name,
        "登録日": dataset.issued[:10],
        "最終更新日": dataset.modified[:10],
        "備考": "、".join(NOTE.format(file=one.name, licence=licence(one.licence).name) for one in others),
    }
