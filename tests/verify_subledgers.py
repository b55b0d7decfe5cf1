"""The part of tests/verify.py about what stands beside the ledger: deliveries and tax invoices, what was invoiced and not delivered, tax of advances, attachments, money in suspense. Standard library only."""
from collections import defaultdict
from decimal import Decimal
from verify_base import amount, half_up, need, same, sha


class SubLedgers:
    def goods(self):
        """Deliveries and tax invoices are what their events say; of no line became more than it has, and of what is accrued as much is open as is left. What came back of a line of an invoice is credited to that line alone."""
        events, left, at = [e for name in ("events", "events-carried") for _, _, e in self.each(name)], {}, {}
        said = {e["subject"]: e["data"]["digest"] for e in events if e["kind"] in ("delivery.recorded", "tax-invoice.recorded")}
        for where, raw, d, tag in [(*line, tag) for name, tag in (("deliveries", b"delivery.v1\0"), ("tax_invoices", b"tax-invoice.v1\0")) for line in self.each(name)]:
            same(where, "digest in the event that recorded it", said.pop(d["id"], None), sha(tag, raw))
            self.texts(where, d)
            at[where] = d["document"] if "lines" in d else None, [(d["id"], x["line"]) for x in d.get("lines", ())]
            left.update({(d["id"], x["line"]): [abs(amount(x[k])) for k in ("quantity", "net")] for x in d.get("lines", ())})
        same("deliveries.ndjson, tax_invoices.ndjson", "recorded ones that are missing", [], sorted(said))
        for x in (x for e in events for x in e["data"].get("links", ())):
            left[x["delivery"], x["line"]] = [have - amount(x[k]) for have, k in zip(left[x["delivery"], x["line"]], ("quantity", "amount"))]
        of = {(e["subject"], x["line"]): (x["document"], x["document_line"]) for e in events if e["kind"] == "delivery.recorded" for x in e["data"].get("returned", ())}
        for x in (x for e in events for x in e["data"].get("links", ()) if x["document"] and (x["delivery"], x["line"]) in of):
            d = self.document[x["document"]][1]
            taken = {line["line"]: line.get("original_line") for line in d["lines"]}.get(x["document_line"])
            same("documents.ndjson", f"(document, line) that {d['number']} takes back of what came back of it", of[x["delivery"], x["line"]], (d["original"], taken))
        accrued = {item["row"]["document"]: item["open"] for item in self.items.values() if item["row"]["kind"] == "delivery"}
        for where, (document, lines) in at.items():
            need(where, all(part >= 0 for key in lines for part in left[key]), "more became of a line than it has")
            same(where, "what is left = what its item has open", sum(left[key][1] for key in lines) if document else None, accrued.get(document))

    def deferrals(self):
        """Entries on the contract liability are what their events say of lines of invoices, and no line waits for less than nothing."""
        told, left = defaultdict(Decimal), defaultdict(Decimal)
        for e, x in ((e, x) for name in ("events", "events-carried") for _, _, e in self.each(name) for x in e["data"].get("deferred", ())):
            for kind in ("amount", "base"): told[e.get("carrier"), x["currency"], kind] += amount(x[kind])
            for kind in ("quantity", "amount", "base"): left[x["document"], x["line"], kind] += amount(x[kind])
        for e, p in ((e, p) for _, _, e in self.rows["entries"] for p in e["postings"] if p["account"] in self.export["deferred"]):
            for kind in ("amount", "base"): told[e["id"], p["currency"], kind] += amount(p[kind])
        same("entries.ndjson", "(entries on the contract liability that their events do not explain; lines of which more was delivered than waits)", ({}, []), ({k: v for k, v in told.items() if v}, sorted(k for k, v in left.items() if v < 0)))

    def advances(self):
        """Entries on tax on advances are what their events say, and of each tax of an advance stands its share in the money that is not used."""
        told, stands, money, place = defaultdict(Decimal), defaultdict(Decimal), defaultdict(list), {}
        for e in (e for _, _, e in self.each("events-carried")):
            for x in e["data"].get("advances", ()):
                for kind in ("tax", "base_tax"): told[e["carrier"], x["currency"], kind] += amount(x[kind])
                for kind in ("taxable", "exempt", "out_of_scope", "tax", "base_tax"): stands[x["document"], x["tax_line"], kind] += amount(x[kind])
            if e["kind"] == "advance.posted": money[e["subject"]].append(e["data"]["item"])
            if "carried" in e["data"]: place[e["data"]["item"]] = e["data"]["carried"]  # by a merge of customers
        for e, p in ((e, p) for _, _, e in self.rows["entries"] for p in e["postings"] if p["account"] in self.export["advances"]):
            for kind in ("amount", "base"): told[e["id"], p["currency"], {"amount": "tax", "base": "base_tax"}[kind]] -= amount(p[kind])
        same("entries.ndjson", "entries on tax on advances that their events do not explain", {}, {k: v for k, v in told.items() if v})
        for (document, line, kind), found in stands.items():
            d, items = self.document[document][1], list(money[document])
            while items[-1:] and items[-1] in place: items.append(place[items[-1]])
            whole, open_ = amount(d["gross"]), sum(self.items[i]["open"] for i in items)
            part = {"taxable": "base", "exempt": "exempt_base", "out_of_scope": "out_of_scope_base"}.get(kind, "amount")
            all_ = amount(d["taxes"][line - 1][part])
            if kind == "base_tax": all_ = half_up(all_ * amount(d["fx_rate"]), found)
            same("documents.ndjson", f"{kind} {line} of {d['number']}: its share in {open_} of {whole} that is not used", half_up(all_ * min(open_, whole) / whole, all_), found)

    def discounts(self):
        """What was taken off by hand for early payment stands no longer than the allocation that it was given with."""
        back = {d["original"] for _, d in self.document.values() if d["kind"] == "adjustment"}
        taken = [(row["subject"], row["data"]["document"]) for _, _, row in self.each("events") if row["kind"] == "discount.taken"]
        same("events.ndjson", "discounts that stand without their allocations", [], sorted(d for a, d in taken if not self.allocations.get(a) and d not in back))

    def attachments(self):
        added = {row["subject"]: row["data"] for _, _, row in self.rows["events"] if row["kind"] == "attachment.added"}
        for where, _, row in self.each("attachments"):
            said = {k: v for k, v in added.pop(row["id"], {"digest": None}).items() if k in row and (v or k != "document")}  # a draft becomes a document later
            same(where, f"{row['id']} in the event that added it", said, {k: row[k] for k in said})
            self.committed(where, f"attachments/{row['id']}", row["id"], row["digest"])
        same("attachments.ndjson", "files of documents that are missing", [], sorted(name for name, data in added.items() if data["document"]))

    def suspense(self):
        """Entries on suspense are what their events say, and no money in suspense is below nothing."""
        told, left = defaultdict(Decimal), defaultdict(Decimal)
        for _, _, row in (line for line in self.each("events-carried") if "suspense" in line[2]["data"]):
            told[row["carrier"], row["data"]["currency"]] += amount(row["data"]["amount"])
            left[row["data"]["suspense"]] += amount(row["data"]["amount"])
        for entry, posting in ((e, p) for _, _, e in self.rows["entries"] for p in e["postings"] if p["account"] in self.export["suspense"]):
            told[entry["id"], posting["currency"]] += amount(posting["amount"])
        same("entries.ndjson", "(entries on suspense that their events do not explain; money in suspense below nothing)", ({}, []), ({k: v for k, v in told.items() if v}, sorted(k for k, v in left.items() if v < 0)))
