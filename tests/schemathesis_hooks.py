"""Bodies that schemathesis cannot write by itself, things that are there instead of ids that lead nowhere, and a description by
which an answer that is not described is told."""

import json
import os

import schemathesis

# what `schemathesis_company.py` made: the names of things by the noun of their address
THINGS = {}
if os.environ.get("ZHANGBEN_THINGS"):
    with open(os.environ["ZHANGBEN_THINGS"], encoding="utf-8") as file:
        THINGS = json.load(file)

calls = {}


@schemathesis.serializer("application/x-ndjson")
def rows(ctx, value):
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.serializer("application/wasm")
def component(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """`default` stands for whatever nobody thought of: with it every status is described."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].pop("default", None)


def there(path, parameter):
    """Names of what a parameter of a path may stand for."""
    noun = path.split("/")[2]
    if parameter == "id":
        return THINGS.get("customers-with-contacts" if "{contact}" in path else noun, [])
    return THINGS.get(f"{noun}/{parameter}", [])


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Two of three requests are of something that is there, as it is."""
    path = case.operation.path
    label = case.operation.label
    calls[label] = calls.get(label, 0) + 1
    n = calls[label]
    if not THINGS or n % 3 == 0:
        return
    for parameter in list(case.path_parameters or {}):
        known = there(path, parameter)
        if known:
            case.path_parameters[parameter] = known[n % len(known)]
    # a condition that somebody made up never holds
    named = {name.lower() for name in (case.headers or {})}
    if "if-match" in named and n % 3 == 1:
        for name in [name for name in case.headers if name.lower() == "if-match"]:
            case.headers[name] = "*"
