"""What the specification lets an answer be, as JSON Schema: version 0.2 of the Reconciliation Service API
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/), said in our own words and
stricter where its text is stricter than its appendix, or where this service promises more.

The appendix's own files are not repeated here. Who has them, as ``0.2/schemas`` of
https://github.com/reconciliation-api/specs, holds the same answers against them:

    python -m tests.reconcile.schemas FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

Object = dict[str, Any]
TEXT: Final[Object] = {"type": "string", "minLength": 1}
HTTP: Final[Object] = {"type": "string", "pattern": "^https?://"}


def closed(required: str, optional: str = "", **properties: Object) -> Object:
    """An object with these members and no others; those not described are texts."""
    names = [*required.split(), *optional.split()]
    every = {**dict.fromkeys(names, TEXT), **properties}
    assert set(every) == set(names)
    return {
        "type": "object",
        "required": required.split(),
        "properties": every,
        "additionalProperties": False,
    }


def listed(item: Object, **more: Any) -> Object:
    """An array of one kind of thing."""
    return {"type": "array", "items": item, **more}


def any_of(*kinds: Object) -> Object:
    """Exactly one of several kinds."""
    return {"oneOf": list(kinds)}


# Section 2.2. What is broader is a type again; ours are told by identifier and name.
NAMED: Final = closed("id name")
TYPE: Final = closed("id name", "description broader", broader=listed(NAMED, minItems=1))
# Section 3.1.
SUGGEST: Final = closed(
    "service_url service_path flyout_service_url flyout_service_path",
    service_url=HTTP,
    service_path={"type": "string", "pattern": "^/"},
    flyout_service_url=HTTP,
    flyout_service_path={"type": "string", "pattern": r"^/.*\$\{id\}"},
)
TEMPLATE: Final[Object] = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
PIXELS: Final[Object] = {"type": "integer", "minimum": 1}
SETTING: Final = any_of(
    closed("type name label", "default help_text", type={"enum": ["number"]}, default={"type": "number"}),
    closed(
        "type name label choices",
        "default help_text",
        type={"enum": ["select"]},
        default={"type": "string"},
        choices=listed(closed("value name", value={"type": "string"}), minItems=1),
    ),
)
MANIFEST: Final = closed(
    "versions name identifierSpace schemaSpace defaultTypes documentation logo serviceVersion view feature_view "
    "preview suggest extend batchSize",
    versions=listed(TEXT, contains={"const": "0.2"}),
    identifierSpace=HTTP,
    schemaSpace=HTTP,
    defaultTypes=listed(NAMED, uniqueItems=True),
    documentation=HTTP,
    logo=HTTP,
    view=closed("url", url=TEMPLATE),
    feature_view=closed("url", url=TEMPLATE),
    preview=closed("url width height", url=TEMPLATE, width=PIXELS, height=PIXELS),
    suggest=closed("entity property type", entity=SUGGEST, property=SUGGEST, type=SUGGEST),
    extend=closed(
        "propose_properties property_settings",
        propose_properties=closed("service_url service_path", service_url=HTTP),
        property_settings=listed(SETTING),
    ),
    batchSize=PIXELS,
)
# Section 4.2.
CANDIDATE: Final = closed(
    "id name description type score match features",
    type=listed(NAMED),
    score={"type": "number", "minimum": 0, "maximum": 100},
    match={"type": "boolean"},
    features=listed(closed("id value", value={"type": ["number", "boolean"]}), uniqueItems=True),
)
RESULTS: Final[Object] = {
    "type": "object",
    "additionalProperties": closed("result", result=listed(CANDIDATE)),
}
# Sections 6.3 and 6.5.
SUGGESTED_ENTITIES: Final = closed(
    "result", result=listed(closed("id name description notable", notable=listed(NAMED, minItems=1)))
)
SUGGESTED_PROPERTIES: Final = closed("result", result=listed(closed("id name description")))
SUGGESTED_TYPES: Final = closed("result", result=listed(TYPE))
FLYOUT: Final = closed("id html")
# Sections 7.2 and 7.4.
PROPOSED: Final = closed(
    "type properties", "limit", type={"type": "string"}, properties=listed(NAMED), limit={"type": "integer"}
)
DATE_TIME: Final = (
    r"^-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
)
VALUE: Final = any_of(
    closed("id name", "description"),
    closed("str", str={"type": "string"}),
    closed("int", int={"type": "integer"}),
    closed("float", float={"type": "number"}),
    closed("date", date={"type": "string", "pattern": DATE_TIME}),
)
EXTENDED: Final = closed(
    "meta rows",
    meta=listed(closed("id name", "type service", type=NAMED, service=HTTP)),
    rows={
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": listed(VALUE)},
    },
)

# By the names that the files of the appendix have, where there is one.
SCHEMAS: Final[dict[str, Object]] = {
    "manifest": MANIFEST,
    "reconciliation-result-batch": RESULTS,
    "suggest-entities-response": SUGGESTED_ENTITIES,
    "suggest-properties-response": SUGGESTED_PROPERTIES,
    "suggest-types-response": SUGGESTED_TYPES,
    "data-extension-response": EXTENDED,
    "flyout": FLYOUT,
    "data-extension-property-proposal": PROPOSED,
}


def check(name: str, answer: object) -> None:
    """Fails when an answer is not as the schema of a name has it."""
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    jsonschema.Draft7Validator(SCHEMAS[name]).validate(answer)


def check_with(folder: Path, name: str, answer: object) -> bool:
    """Whether a folder has the specification's own schema of a name; fails when an answer is not so."""
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    if f"{name}.json" not in files:
        return False
    known = [(one["$id"], Resource(one, DRAFT7)) for one in files.values() if "$id" in one]
    registry: Registry[Any] = Registry().with_resources(known)
    jsonschema.Draft7Validator(files[f"{name}.json"], registry=registry).validate(answer)
    return True


if __name__ == "__main__":
    from tests.reconcile.conversation import answers
    from tests.serving import serving

    with serving(Path("build/snapshots")) as server:
        for name, answer in answers(server):
            told = "as its schema has it" if check_with(Path(sys.argv[1]), name, answer) else "has no schema"
            sys.stdout.write(f"{name}: {told}\n")
