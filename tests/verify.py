#!/usr/bin/env python3
"""python3 tests/verify.py DIR [--head HASH]: checks an export of Zhangben (format: tests/EXPORT.md).
Standard library only, no code of the host. Recomputes manifest, chain, hashes, entries, allocations, balances, open items, aging, closings, the
calls behind figures, attachments, corrections of the company, disputes, exceptions and the events that are carried. Exit 0 with a summary, or 1 naming the first thing that does not hold. HASH is a chain head saved earlier: a truncated or rewritten tail is then found too."""
import datetime, re, sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from verify_base import BUCKETS, NDJSON, SEALED, ZERO, Broken, amount, canonical, half_up, need, parse, same, sha
from verify_controls import Controls
from verify_subledgers import SubLedgers

class Export(SubLedgers, Controls):
    def __init__(self, folder):
        self.folder, self.at, self.rows, self.known = Path(folder), "MANIFEST.sha256", {name: [] for name in NDJSON}, {"export.json", *(f"{name}.ndjson" for name in NDJSON)}

    def each(self, name):
        for self.at, raw, row in self.rows[name]: yield self.at, raw, row  # `at` names the line when its shape is wrong

    def manifest(self):
        text = (self.folder / self.at).read_text("utf-8")
        listed = {line[66:]: line[:64] for line in text.splitlines()}
        need(self.at, text == "".join(f"{digest}  {path}\n" for path, digest in sorted(listed.items())), "not lines `<sha256>  <path>` sorted by path, each once")
        self.files = {p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if not p.is_dir()} - {self.at}
        for name in sorted(self.files | set(listed)):
            same(name, "(there, listed in MANIFEST.sha256)", (True, True), (name in self.files, name in listed))
            same(name, "SHA-256 against MANIFEST.sha256", listed[name], sha((self.folder / name).read_bytes()))
        for name in NDJSON:
            self.at, raw = f"{name}.ndjson", (self.folder / f"{name}.ndjson").read_bytes()
            need(self.at, not raw or raw.endswith(b"\n"), "does not end with a line feed")
            for n, line in enumerate(raw.split(b"\n")[:-1], 1):
                self.at = f"{name}.ndjson:{n}"
                self.rows[name].append((self.at, line, parse(line, self.at)))
            ids = [row.get("ref", row.get("id", where)) for where, _, row in self.rows[name]]
            need(f"{name}.ndjson", len(ids) == len(set(ids)), f"stands twice: {next((i for i in ids if ids.count(i) > 1), None)}")
        self.at, self.export = "export.json", parse((self.folder / "export.json").read_bytes(), "export.json")
        same(self.at, "format", "zhangben-export.v1", self.export["format"])

    def chain(self, saved):
        previous, self.seals, heads = "0" * 64, {}, {""}
        for position, (where, _, seal) in enumerate(self.each("seals"), 1):
            same(where, "(position, prev_hash, known kind)", (str(position), previous, True), (seal["position"], seal["prev_hash"], seal["kind"] in SEALED))
            previous = sha(b"seal.v1\0", canonical({**{k: seal[k] for k in ("position", "kind", "ref", "content_hash", "prev_hash")}, "company": self.export["company"]}))
            same(where, "hash", previous, seal["hash"])
            self.seals[seal["ref"]], _ = (position, seal["kind"], seal["content_hash"]), heads.add(previous)
        same("export.json", "head", {"position": str(len(self.seals)), "hash": previous}, self.export["head"])
        need("seals.ndjson", saved in heads, f"the saved head {saved} is not in the chain (found head {self.export['head']}): its tail was cut off or rewritten")

    def sealed(self, kind):
        """The lines that the chain seals, as (where, position, row): hashes, order, nothing missing on either side."""
        (name, prefix), found = SEALED[kind], []
        for where, raw, row in self.each(name):
            position, sealed, content_hash = self.seals.get(row["id"].removeprefix(prefix), (0, None, None))
            need(where, sealed, f"{row['id']} has no seal: it was inserted, or its seal was taken away")
            same(where, f"company and kind of seal of {row['id']}", (self.export["company"], kind), (row["company"], sealed))
            same(where, f"content hash of {row['id']} against seal {position}", content_hash, sha(kind.encode(), b".v1\0", raw))
            need(where, not found or position > found[-1][1], f"{row['id']} at position {position} is not in the order of the chain")
            found.append((where, position, row))
        missing = {ref for ref, seal in self.seals.items() if seal[1] == kind} - {row["id"].removeprefix(prefix) for _, _, row in found}
        same(f"{name}.ndjson", f"sealed {kind} refs that are missing", [], sorted(missing))
        return found

    def documents(self):
        self.document, series = {}, defaultdict(list)
        self.customers = {row["id"] for _, _, row in self.each("customers")}
        self.salts = {row["ref"]: (where, row) for where, _, row in self.each("salts")}
        for where, raw, d in self.each("documents"):
            self.document[d["id"]], _ = (sha(b"document.v1\0", raw), d), self.totals(where, d)
            series[d["kind"], d["number"].rpartition("-")[0]].append(int(d["number"].rpartition("-")[2]))
            self.texts(where, d)
        for _, _, e in self.each("events"): series[e["data"].get("kind"), e["data"].get("series")] += {"number.voided": lambda: [e["data"]["number"]], "series.started": lambda: range(1, e["data"]["first"])}.get(e["kind"], list)()  # no document has these
        for name, found in series.items(): same("documents.ndjson", f"series {name}: numbers 1 to {len(found)} without a gap", [], sorted(set(range(1, len(found) + 1)) - set(found)))

    def texts(self, where, d):
        salt, text = self.salt(where, d["id"])
        same(where, "text = SHA-256(salt ‖ text) of salts.ndjson", d["text"], sha(salt, text.encode()) if salt else d["text"])

    def salt(self, where, ref):
        need(where, ref in self.salts, f"{ref} has no line in salts.ndjson")
        self.at, row = self.salts.pop(ref)
        return row["salt"] and bytes.fromhex(row["salt"]), row.get("text")

    def totals(self, where, d):
        """Totals = lines + taxes, tax = base × rate (rounded, then within a minor unit a line), base amount = gross × rate."""
        net, tax, gross, base, base_tax = (amount(d[k]) for k in ("net", "tax", "gross", "base_gross", "base_tax"))
        lines = {line["line"]: amount(line["net"]) for line in d["lines"]}
        adds = {(a["line"], a["n"]): amount(a["amount"]) * (1 if a["charge"] else -1) for a in d["allowances"]}
        for x in d["lines"]:
            stated, own = amount(x["net"] if d["price_mode"] == "exclusive" else x["gross"]), sum(v for (line, _), v in adds.items() if line == x["line"])
            need(where, abs((value := amount(x["quantity"]) * amount(x["unit_price"]) + own) - stated) < Decimal(1).scaleb(stated.as_tuple().exponent), f"line {x['line']}: quantity × price with allowances: expected {value}, found {stated}")
        same(where, "gross of lines = net + tax", [amount(x["net"]) + amount(x["tax"]) for x in d["lines"]], [amount(x["gross"]) for x in d["lines"]])
        treated, covered = defaultdict(Decimal), defaultdict(set)
        for t in d["taxes"]:
            part, exact, name = amount(t["amount"]), amount(t["base"]) * amount(t["rate"]), (t["authority"], t["kind"])
            treated[name] += sum(amount(t[k]) for k in ("base", "exempt_base", "out_of_scope_base", "deducted"))
            covered[name].update([(line, 0) for line in t["lines"]] if t["allowance"] is None else [(None, t["allowance"])])
            need(where, not exact or abs(exact - part) < Decimal((len(t["lines"]) or 1) + 1).scaleb(part.as_tuple().exponent), f"tax {t['code']}: {t['base']} × {t['rate']}: expected {exact}, found {part}")
        own, seller = {k: v for k, v in adds.items() if k[0] is None}, sum(amount(t["amount"]) for t in d["taxes"] if t["collected_by"] == "seller")
        same(where, "net that taxes treat", {k: net if covered[k] == {(line, 0) for line in lines} | set(own) else v for k, v in treated.items()}, dict(treated))
        whole = sum(lines.values()) + sum(own.values()) if lines and d["price_mode"] == "exclusive" else net
        same(where, "(net, tax) = (Σ lines and allowances, Σ taxes collected by the seller)", (whole, seller if lines else tax), (net, tax))
        expected = (net + tax, *(half_up(value * amount(d["fx_rate"]), base) for value in (gross, tax)), base)
        same(where, "(net + tax, gross × fx_rate, tax × fx_rate, base_net + base_tax)", expected, (gross, base, base_tax, amount(d["base_net"]) + base_tax))

    def ledger(self):
        """Replays the entries in the order of the chain."""
        self.items, self.allocations, self.postings, self.cleared, self.items_of = {}, {}, *(defaultdict(list) for _ in range(3))
        for where, position, e in self.sealed("entry"):
            self.at, gains = where, defaultdict(Decimal)
            same(where, f"digest of {e['document']} in documents.ndjson", e["document_digest"], self.document.get(e["document"], (None,))[0])
            for p in self.balanced(where, e):
                self.postings[p["customer"]].append((position, e["effective_date"], (p["account"], p["currency"]), amount(p["amount"])))
                gains[p["customer"], p["account"], p["currency"]] += amount(p["base"]) if p["item"] is None else 0
            for item in e["items"]: self.item(where, position, e, item)
            for a in sorted(e["allocations"], key=lambda a: not a["reverses"]):  # what is undone is open again for what the entry allocates
                key, gain = self.allocate(where, position, e["effective_date"], a)
                gains[key] -= gain
            same(where, "realised FX: control postings without item − Σ (base_credit − base_debit)", {k: 0 for k in gains}, dict(gains))
        for self.at, n, row in self.sealed("event"): [self.items[x["item"]]["dues"].append((n, x["due_date"] or self.items[x["item"]]["dues"][0][1])) for x in row["data"].get("due_dates", ())]  # told later, or taken back
        for name, day, most in sorted({(name, d, self.items[name]["original"]) for name, rows in self.cleared.items() for _, d, _ in rows}):
            need("entries.ndjson", (found := sum(v for _, d, v in self.cleared[name] if d <= day)) <= most, f"{name}: {found} of {most} is cleared on {day}")
        same("documents.ndjson", "documents in no entry, so that nothing seals them", [], sorted(set(self.document) - {e["document"] for _, _, e in self.rows["entries"]}))
        same("customers.ndjson", "customers of postings that are missing", [], sorted(set(self.postings) - self.customers))

    def balanced(self, where, e):
        """Postings that balance; an invoice's tax and receivable are its document's. Answers those on control accounts."""
        sums, control, base = defaultdict(Decimal), [p for p in e["postings"] if p["customer"]], e["base_currency"]
        need(where, e["postings"] or e["allocations"], f"{e['id']} has neither postings nor allocations")
        for p in e["postings"]:
            value, in_base = amount(p["amount"]), amount(p["base"])
            sums[p["currency"]] += value
            sums["base " + base] += in_base
            need(where, p["currency"] != base or value in (0, in_base), f"posting on {p['account']}: expected base {value}, found {in_base}")
        same(where, "debits − credits by currency", {k: 0 for k in sums}, dict(sums))
        if (sign := {"invoice": 1, "debit-note": 1, "late-fee": 1, "credit-note": -1, "write-off": -1}.get(e["kind"])) and (d := self.document[e["document"]][1])["lines"]:
            withheld = sum(amount(t["amount"]) for t in d["taxes"] if t["collected_by"] == "withheld")
            same(where, f"tax posted for {d['number']}", amount(d["tax"]), -sign * sum(amount(p["amount"]) for p in e["postings"] if p["tax_code"]))
            billed = {i["id"] for i in e["items"] if i["kind"] == "billed"}  # what deliveries accrued is taken back beside the document's own
            rounding = sum(sign * amount(p["amount"]) for p in control if p["item"] not in billed) - amount(d["gross"]) + withheld
            need(where, abs(rounding) <= 1, f"expected the gross {d['gross']} of {d['number']} as its receivable, it is {rounding} off")
        return control

    def item(self, where, position, e, row):
        original, base, sign, name = amount(row["original"]), amount(row["base_original"]), row["sign"], row["id"]
        need(where, name not in self.items and original > 0 and sign in (1, -1), f"{name}: created twice, original {original} or sign {sign}")
        key, d = (row["customer"], row["account"], row["currency"]), self.document[row["document"]][1] if row["document"] else {}
        backing = [(p["customer"], p["account"], p["currency"], amount(p["amount"]), amount(p["base"])) for p in e["postings"] if p["item"] == name]
        same(where, f"the posting behind {name}", [(*key, sign * original, sign * base)], backing)
        self.items_of[key[0]].append(name)
        self.items[name] = {"row": row, "key": key, "sign": sign, "position": position, "date": e["effective_date"], "original": original, "base": base, "open": original,
                            "base_open": base, "number": d.get("number"), "dues": [(position, row["due_date"] or d.get("document_date", e["effective_date"]))]}

    def allocate(self, where, position, date, a):
        """Checks and applies one allocation: (customer, account, currency) and the base gain."""
        debit, credit = (self.items.get(a[k]) for k in ("debit_item", "credit_item"))
        need(where, debit and credit and a["id"] not in self.allocations, f"{a['id']} stands twice, or allocates an item that no earlier entry created")
        same(where, f"{a['id']}: signs, customer, account and currency", (1, -1, debit["key"], debit["key"][2]), (debit["sign"], credit["sign"], credit["key"], a["currency"]))
        value, *bases = (amount(a[k]) for k in ("amount", "base_debit", "base_credit"))
        self.allocations[a["id"]] = (a["debit_item"], a["credit_item"], -value, -bases[0], -bases[1])
        if a["reverses"]:
            undone, self.allocations[a["reverses"]] = self.allocations.get(a["reverses"]), None
            same(where, f"{a['id']} undoes {a['reverses']} once and exactly", undone, (a["debit_item"], a["credit_item"], value, *bases))
        for item, base, name in ((debit, bases[0], a["debit_item"]), (credit, bases[1], a["credit_item"])):
            need(where, (value > 0 or a["reverses"]) and value <= item["open"] <= item["original"] + min(value, 0), f"{a['id']}: expected a positive amount up to {item['open']} (open of {name}), found {value}")
            own, due = (half_up(item["base"] * part / item["original"], item["base"]) for part in (value, item["original"] - item["open"] + value))
            before, unit = item["base"] - item["base_open"], Decimal(1).scaleb(item["base"].as_tuple().exponent)
            share = item["base_open"] if value == item["open"] else min(max(min(max(before + own, due - unit), due + unit) - before, ZERO), item["base_open"])
            need(where, a["reverses"] or base == share, f"{a['id']}: base relief of {name}: expected {share}, found {base}")
            item["open"], item["base_open"], _ = item["open"] - value, item["base_open"] - base, self.cleared[name].append((position, date, value))
        return debit["key"], bases[1] - bases[0]

    def standing(self, customer, as_of, known_at):
        """{(account, currency): [balance, {item: signed open}]} from what is effective by `as_of` and sealed by `known_at`."""
        made = defaultdict(lambda: [ZERO, {}])
        for position, date, key, value in self.postings[customer]:
            made[key][0] += value if position <= known_at and date <= as_of else 0
        for name, item in ((name, self.items[name]) for name in self.items_of[customer]):
            if item["position"] <= known_at and item["date"] <= as_of:
                left = item["original"] - sum(v for p, d, v in self.cleared[name] if p <= known_at and d <= as_of)
                made[item["key"][1:]][1].update({name: item["sign"] * left} if left else {})
        return made

    def figures(self, where, standing, unapplied, buckets, as_of, known_at):
        """Balance = Σ open items = Σ aging − unapplied, for one customer, account and currency."""
        (balance, opened), aged = standing, {key: ZERO for key, _ in BUCKETS}
        for name, value in opened.items():
            days = (datetime.date.fromisoformat(as_of) - datetime.date.fromisoformat(max(d for d in self.items[name]["dues"] if d[0] <= int(known_at))[1])).days
            aged[next(key for key, edge in BUCKETS if days <= edge)] += max(value, 0)
        found = (sum(opened.values()), amount(unapplied), *((b["key"], amount(b["amount"])) for b in buckets))
        same(where, "(balance = Σ open items, unapplied, aging)", (balance, -sum(min(value, 0) for value in opened.values()), *aged.items()), found)

    def balances(self):
        left, as_of, known_at = dict(self.items), self.export["as_of"], self.export["known_at"]
        for where, _, row in self.each("open_items"):
            need(where, row["id"] in left, f"{row['id']} is not an item of the entries")
            item, found = left.pop(row["id"]), {**row, "open": amount(row["open"]), "base_open": amount(row["base_open"])}
            wanted = {**item["row"], "open": item["open"], "base_open": item["base_open"]}
            off = sorted(k for k in {*wanted, *found} if wanted.get(k, k) != found.get(k, k))
            same(where, row["id"], {k: str(wanted.get(k, "no such member")) for k in off}, {k: str(found.get(k, "no such member")) for k in off})
        same("open_items.ndjson", "items of the entries that are missing", [], sorted(left))
        wanted = {(c, *k): v for c in self.customers for k, v in self.standing(c, as_of, int(known_at)).items()}
        for where, _, row in self.each("balances"):
            kept = wanted.pop((row["customer"], row["account"], row["currency"]), [ZERO, {}])
            same(where, "(as_of, known_at, balance, open_items)", (as_of, known_at, kept[0], sum(kept[1].values())), (row["as_of"], row["known_at"], amount(row["balance"]), amount(row["open_items"])))
            self.figures(where, kept, row["unapplied"], row["aging"], as_of, known_at)
        same("balances.ndjson", "balances that are missing", [], sorted(k for k, v in wanted.items() if v[0] or v[1]))

    def statements(self):
        escaped = lambda name: re.sub(r"[%/\\]", lambda match: f"%{ord(match[0]):02X}", name)
        closings, self.made = {}, {s["id"]: escaped(f"{s['number']}-v{s['version']}") for _, _, s in self.rows["statements"]}
        for where, position, s in self.sealed("statement"):
            self.at, kept = where, self.standing(s["customer"], s["cut_off"], int(s["known_at"]))
            need(where, int(s["known_at"]) < position, f"known_at {s['known_at']} is not before its own seal, {position}")
            eve = str(datetime.date.fromisoformat(s["period_start"]) - datetime.timedelta(1))
            before = closings.get((s["customer"], s["previous"])) if s["previous"] else {k: v[0] for k, v in self.standing(s["customer"], eve, int(s["known_at"])).items() if v[0]}
            need(where, before is not None, f"previous {s['previous']} was not sealed before, for the same customer")
            mine = {(c["account"], c["currency"]): (amount(c["opening"]), amount(c["closing"])) for c in s["closings"]}
            for key in sorted({*mine, *before, *(k for k, v in kept.items() if v[0] or v[1])}):
                same(where, f"{s['number']} {key}: (opening = previous closing, or balance before the period, closing)", (before.get(key, ZERO), kept[key][0]), mine.get(key))
            closings[s["customer"], s["id"]] = {k: v[1] for k, v in mine.items()}
            self.sealed_file(where, f"statements/{self.made[s['id']]}.json", s, mine, kept)
            for a in s["artefacts"]: self.committed(where, f"artefacts/{self.made[s['id']]}/{escaped(a['name'])}", a["id"], a["commitment"])
        same("salts.ndjson", "salts of nothing that was exported", [], sorted(self.salts))

    def sealed_file(self, where, name, s, mine, kept):
        if (raw := self.committed(where, name, s["id"], s["digest"])) is None: return
        model = parse(raw, name)
        same(name, "subject", *([x[k] for k in ("number", "version", "cut_off", "known_at")] for x in (s, model["subject"])))
        same(name, "sections", sorted(mine), sorted((x["account"], x["currency"]) for x in model["sections"]))
        for n, x in enumerate(model["sections"]):
            self.at, key, moved = f"{name} /sections/{n}", (x["account"], x["currency"]), x["movements"] + x["prior_period"]
            balance = amount(x["opening"])
            same(self.at, "(opening, closing, aging total)", (*mine[key], mine[key][1]), (balance, amount(x["closing"]), amount(x["aging"]["total"])))
            for m in moved:
                balance += amount(m["debit"]) - amount(m["credit"])
                same(self.at, f"balance after {m['number']}", balance, amount(m["balance"]))
            expected = (mine[key][1], *(sum(amount(m[k]) for m in moved) for k in ("debit", "credit")))
            same(self.at, "(opening + Σ debit − Σ credit, total debit, total credit)", expected, (balance, amount(x["total_debit"]), amount(x["total_credit"])))
            expected = sorted((str(self.items[i]["number"]), value, value) for i, value in kept[key][1].items())
            found = sorted((o["number"], amount(o["open"]), amount(o["original"]) - amount(o["paid"]) - amount(o["credited"])) for o in x["open_items"])
            same(self.at, "open items (number, open, original − paid − credited)", expected, found)
            self.figures(self.at, kept[key], x["unapplied"], x["aging"]["buckets"], s["cut_off"], s["known_at"])

    def committed(self, where, name, ref, commitment):
        """The bytes of a file that a salted digest binds; None once they are erased."""
        (salt, _), _ = self.salt(where, ref), self.known.add(name)
        same(name, "exported, unless its salt is erased", salt is not None, name in self.files)
        self.at, raw = name, salt and (self.folder / name).read_bytes()
        same(name, "salted digest", commitment, sha(salt, raw) if salt else commitment)
        return raw

    def references(self):
        """Events that are carried, the calls behind figures; then files must belong to what there is."""
        calls, carried = {row["id"]: row for _, _, row in self.rows["invocations"]}, defaultdict(list)
        carriers = {row["id"]: row["events"] for name in ("entries", "statements") for _, _, row in self.each(name)}
        for where, _, row in self.each("events-carried"):
            digest, carrier = sha(b"event.v1\0", canonical({k: v for k, v in row.items() if k != "carrier"})), row["carrier"]
            need(where, digest in carriers.get(carrier, ()), f"{row['id']} is none of the events that {carrier} was sealed with")
            carried[carrier].append(digest)
        for where, _, row in (line for name in ("entries", "statements", "documents", "events") for line in self.each(name)):
            same(where, f"digests of the events that {row['id']} carries", row.get("events", []), carried.get(row["id"], []))
            computed = row["data"].get("computed") if "data" in row else row.get("computed")
            same(where, f"the call behind {row['id']} in invocations.ndjson", computed, computed and {k: calls.get(computed["invocation"], {}).get({"invocation": "id"}.get(k, k)) for k in computed})
        for path in sorted(self.files - self.known): raise Broken(f"{path}: belongs to nothing that was exported")

def main(arguments):
    if len(arguments) not in (1, 3) or arguments[1:2] not in ([], ["--head"]): sys.exit(__doc__)
    export = Export(arguments[0])
    try:
        for step in (export.manifest, lambda: export.chain("".join(arguments[2:])), export.documents, export.ledger, export.balances, export.goods, export.deferrals, export.advances, export.discounts, export.about, export.disputes, export.exceptions, export.people, export.undoings, export.settled, export.attachments, export.suspense, export.statements, export.references): step()
    except (Broken, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, OSError) as error:
        shape = "" if isinstance(error, Broken) else f"{export.at}: not of the shape that tests/EXPORT.md describes: {type(error).__name__}: "
        sys.exit(f"does not hold: {shape}{error}")
    print(f"holds: {(about := export.export)['code']} as of {about['as_of']}, known at {about['known_at']}", *(f"{len(rows):9} {name}" for name, rows in export.rows.items()),
          f"  head {about['head']['position']} {about['head']['hash']}", f"  manifest {sha((export.folder / 'MANIFEST.sha256').read_bytes())}", sep="\n")
if __name__ == "__main__": main(sys.argv[1:])
