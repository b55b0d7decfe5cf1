"""What tests/verify.py and its parts share: digests, canonical form, amounts, and the way to say what does not hold. Standard library only, no code of the host."""
import hashlib, json, re
from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec, ZERO = 60, Decimal(0)
BUCKETS = [("not-due", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("91+", 10**6)]
NDJSON = "seals entries documents events events-carried statements salts attachments customers bank_lines open_items balances invocations deliveries tax_invoices disputes exceptions".split()
SEALED = {"entry": ("entries", "ent_"), "event": ("events", "evt_"), "statement": ("statements", "stm_")}
class Broken(Exception): """What does not hold, and where."""
def same(where, what, expected, found):
    if expected != found: raise Broken(re.sub(r"Decimal\('([^']*)'\)", r"\1", f"{where}: {what}: expected {expected}, found {found}"))
def need(where, holds, what):
    if not holds: raise Broken(f"{where}: {what}")
def sha(*parts): return hashlib.sha256(b"".join(parts)).hexdigest()
def canonical(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")  # RFC 8785; `integer` keeps floats out
def integer(text):
    if not re.fullmatch(r"-?[0-9]{1,16}", text) or abs(int(text)) > 2**53: raise ValueError(f"the number {text} is not an integer within 2^53")
    return int(text)
def parse(raw, where):
    value = json.loads(raw.decode("utf-8"), parse_int=integer, parse_float=integer, parse_constant=integer)
    need(where, canonical(value) == raw, "not in RFC 8785 form (order of members, blanks, escapes, or a member twice)")
    return value
def amount(text):
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text) or text[0] == "-" and not Decimal(text): raise ValueError(f"{text!r} is not an amount")
    return Decimal(text)
def half_up(value, like): return value.quantize(Decimal(1).scaleb(like.as_tuple().exponent), rounding=ROUND_HALF_UP)
