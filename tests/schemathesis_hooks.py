"""Bodies that schemathesis cannot write by itself: bytes as they are, lines of JSON."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def rows(ctx, value):
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.serializer("application/wasm")
def component(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
