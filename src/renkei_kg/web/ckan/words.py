"""The words of the page about the API, in Japanese and English; ``web/words.py`` takes them in."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "api.title": ("カタログのためのAPI", "An API for catalogues"),
    "api.lead": (
        "このサイトのデータセットを、CKANの Action API の形のJSONで返します。読み取り専用です。"
        "CKANやSHIRASAGIで作られたポータルは、このAPIから取り込めます。",
        "The datasets of this site as JSON in the shape of CKAN's Action API, read-only. Portals made with "
        "CKAN or SHIRASAGI can harvest from it.",
    ),
    "api.not": (
        "このサイトはCKANではありません。ポータルに載せるには、その運営者との取り決めが要ります。",
        "This site is not a CKAN. To be listed by a portal is an agreement with the people who run it.",
    ),
    "api.see": ("データセットの一覧をみる", "See the datasets"),
    "api.list": ("オープンデータ一覧（CSV）", "Open-data list (CSV)"),
    "api.list.bom": ("同（Excel向け、BOM付き）", "The same for Excel (with BOM)"),
    "api.ckan": ("CKANの形", "As CKAN"),
    "api.ckan.text": (
        "/api/3/action/名前 または /api/action/名前 を、GETの引数か、POSTのJSONで呼びます。",
        "Call /api/3/action/NAME or /api/action/NAME with arguments by GET, or with JSON by POST.",
    ),
    "api.shirasagi": ("SHIRASAGIの形", "As SHIRASAGI"),
    "api.shirasagi.text": (
        "SHIRASAGIの取り込み（SHIRASAGI API）が尋ねる形です。識別子はUUIDです。",
        "The form that SHIRASAGI's importer asks for; datasets are named by UUIDs.",
    ),
    "api.name": ("名前", "Name"),
    "api.does": ("内容", "What it gives"),
    "api.action.package_list": (
        "データセットの名前の一覧（limit、offset）",
        "The names of all datasets (limit, offset)",
    ),
    "api.action.package_show": (
        "データセットとそのファイル（id は名前かUUID）",
        "A dataset with its files (id is its name or UUID)",
    ),
    "api.action.package_search": (
        "データセットの検索（q、fq、sort、start、rows は1000まで）",
        "A search of datasets (q, fq, sort, start, rows up to 1000)",
    ),
    "api.action.resource_show": ("ファイル（id はUUID）", "A file (id is its UUID)"),
    "api.action.organization_list": (
        "公開者（all_fields で全項目）",
        "The publisher (all_fields gives all of it)",
    ),
    "api.action.organization_show": (
        "公開者（id）。include_datasets でデータセットも",
        "A publisher (id), with its datasets by include_datasets",
    ),
    "api.action.group_list": ("グループの一覧（ありません）", "Groups (there are none)"),
    "api.action.group_show": ("グループ（ありません）", "A group (there are none)"),
    "api.action.tag_list": ("キーワードの一覧（query で絞る）", "The keywords (narrowed by query)"),
    "api.action.license_list": ("使われているライセンス", "The licences in use"),
    "api.action.site_read": ("読み取れるかどうか", "Whether the site may be read"),
    "api.action.status_show": ("このサイトについて", "What the site is"),
    "api.action.help_show": ("名前（name）の動作の説明", "What the action of a name does"),
    "api.short.package_list": ("データセットのUUIDの一覧", "The UUIDs of all datasets"),
    "api.short.package_show": ("データセットとそのファイル（id）", "A dataset with its files (id)"),
}
