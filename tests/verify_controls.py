"""The part of tests/verify.py about what people said, allowed and settled beside the ledger: the company itself, disputes of open items, exceptions from the separation of duties, lines of banks. Standard library only."""
from collections import defaultdict
from verify_base import ZERO, amount, canonical, need, same, sha


class Controls:
    def about(self):
        """What is known of the company is what its last correction left; each began with what the one before left, the first with what it was made as."""
        told = {}
        for where, _, e in (line for line in self.each("events") if line[2]["kind"] in ("company.created", "company.changed")):
            if e["kind"] == "company.created": same(where, "(code, base_currency) of export.json", *[(of["code"], of["base_currency"]) for of in (e["data"], self.export)])
            before, after = e["data"].get("before", {}), e["data"].get("after" if e["kind"] == "company.changed" else "about", {})
            same(where, "what the correction before left", {k: told[k] for k in before if k in told}, {k: v for k, v in before.items() if k in told})
            told.update(after)
        same("export.json", "about, by the events", told, {k: self.export["about"].get(k) for k in told})

    def disputes(self):
        """One dispute of an item is open at a time, over what its customer owes and no more than it was made with; each is resolved once, on its day or later. Its line is what the events say."""
        rows, standing, since, says = {row["id"]: (where, row) for where, _, row in self.each("disputes")}, {}, {}, []
        for where, _, e in (line for line in self.each("events") if line[2]["kind"].startswith("dispute.")):
            name, d, item = e["subject"], e["data"], self.items[e["data"]["item"]]
            need(where, name in rows, f"{name} has no line in disputes.ndjson")
            if e["kind"] == "dispute.opened":
                same(where, f"(customer, currency, side) of {d['item']}", (item["key"][0], item["key"][2], 1), (d["customer"], d["currency"], item["sign"]))
                need(where, 0 < amount(d["amount"]) <= item["original"], f"{d['amount']} of {item['original']} of {d['item']} is disputed")
                need(where, name not in since and d["item"] not in standing, f"{d['item']} is disputed twice at a time")
                standing[d["item"]], since[name] = name, d["on"]
                says.append((*rows[name], e, {**{k: d[k] for k in ("item", "customer", "amount", "currency", "reason")}, "opened_on": d["on"]}, ("opened", "text")))
            else:
                need(where, standing.pop(d["item"], None) == name and since[name] <= d["on"], f"{name} is resolved, but was not open")
                says.append((*rows[name], e, {"item": d["item"], "state": d["outcome"], "resolved_on": d["on"]}, ("resolved", "answer")))
        for said in says: self.stands(*said)
        same("disputes.ndjson", "disputes that no event opened", [], sorted(set(rows) - set(since)))
        for name in standing.values():
            where, row = rows[name]
            wanted = {"state": "open", **{k: None for k in ("resolved_on", "resolved_by", "resolved_at", "resolved_event", "answer", "answer_salt")}}
            same(where, f"{name}, which no event resolved", wanted, {k: row[k] for k in wanted})

    def stands(self, where, row, e, told, names):
        """A line of disputes.ndjson has what its event says: members, by whom and when, and the words that it commits to, unless their customer is erased."""
        did, words = names
        wanted = {**told, f"{did}_event": e["id"], f"{did}_at": e["at"], f"{did}_by": self.person(e, row[f"{did}_by"])}
        same(where, f"what {e['id']} says", wanted, {k: row[k] for k in wanted})
        self.words(where, e, e["data"]["words"], row["customer"], row[f"{words}_salt"], None if row[words] is None else row[words].encode())

    def person(self, e, said):
        """Who acted; of a key whom the event names, which older ones do not."""
        names = {"exception.made": "granted_by"}.get(e["kind"], "person")
        return e["data"].get(names, said) if e["actor"].startswith("tok_") else e["actor"]

    def words(self, where, e, commitment, customer, salt, raw):
        """Words and salt are those of the event's commitment; of who was erased neither is left."""
        erased = {row["id"] for _, _, row in self.rows["customers"] if row.get("erased_at")}
        same(where, f"(words, salt) of {e['id']} are there", (customer not in erased and commitment is not None,) * 2, (raw is not None, salt is not None))
        if salt: same(where, f"the words that {e['id']} commits to", commitment, sha(bytes.fromhex(salt), raw))

    def exceptions(self):
        """Each line is what the event says that granted it, never to oneself; a draft's names the month of the draft; who approved a draft by an exception was granted one before."""
        rows, months, granted = {row["id"]: (where, row) for where, _, row in self.each("exceptions")}, {}, set()
        for where, _, e in self.each("events"):
            d, subject = e["data"], e["subject"]
            if e["kind"].startswith("draft."):
                months[subject] = d.get("effective_date")
                need(where, e["kind"] != "draft.approved" or not d.get("exception") or {(subject, d.get("person")), (subject, None)} & granted, f"{subject} is approved by an exception that nobody granted")
            if e["kind"] != "exception.made": continue
            need(where, e["id"] in rows, f"{e['id']} has no line in exceptions.ndjson")
            at, row = rows.pop(e["id"])
            wanted = {"subject": subject, "granted_at": e["at"], "granted_by": self.person(e, row["granted_by"]), **{k: d[k] for k in ("customer", "person", "first_period", "last_period") if k in d}}
            same(at, f"what {e['id']} says", wanted, {k: row[k] for k in wanted})
            if "granted_by" in d:
                need(where, d["granted_by"] != d["person"], f"{d['person']} granted herself an exception")
                month = months.get(subject) and months[subject][:7]
                same(where, f"(first, last) month of {subject}", (month, month) if subject in months else (d["first_period"], d["last_period"]), (d["first_period"], d["last_period"]))
            need(at, row["customer"] in self.customers, f"{row['customer']} is not in customers.ndjson")
            self.words(at, e, d["reason"], row["customer"], row["salt"], None if row["reason"] is None else canonical([["reason", row["reason"]]]))
            granted.add((subject, d.get("person")))
        same("exceptions.ndjson", "exceptions that no event granted", [], sorted(rows))

    def people(self):
        """Whoever made a user, or gave her a password last, stands behind her until another confirms her: neither herself, nor anybody who stands behind her, nor one of whom such a person does. The operator alone releases whom earlier rules bind."""
        behind = {}

        def line(who):
            found = set()
            while who and who not in found:
                found.add(who)
                who = behind.get(who)
            return found

        for where, _, e in self.each("events"):
            d, user = e["data"], e["subject"]
            need(where, e["kind"] != "approval-rules.released" or e["actor"] == "system", f"{e['actor']} releases {d.get('person')}, which the operator alone may")
            if not e["kind"].startswith("user.") or "behind" not in d: continue
            if e["kind"] == "user.confirmed":
                need(where, not line(d["person"]) & line(user), f"{d['person']} confirms {user}, whom she stands for")
                same(where, f"who confirmed {user}", self.person(e, d["person"]), d["person"])
            behind[user] = d["behind"]

    def undoings(self):
        """Whoever approves that a proposal is undone is another than those who did before her for the same day; another day begins anew."""
        given = {}
        for where, _, e in self.each("events"):
            if e["kind"] != "proposal.undo-approved": continue
            d, subject = e["data"], e["subject"]
            same(where, f"who approves that {subject} is undone", self.person(e, d["person"]), d["person"])
            day, people = given.get(subject, (d["date"], ()))
            people = people if day == d["date"] else ()
            need(where, d["person"] not in people, f"{d['person']} approves twice that {subject} is undone")
            given[subject] = d["date"], (*people, d["person"])

    def settled(self):
        """A line of a bank is settled by one thing that stands: what a proposal posted of it, money in suspense that it paid back, a move, an act on a bill; nothing is left of it then, and all of it otherwise."""
        acts, undone = defaultdict(set), set()
        for _, _, e in (line for name in ("events", "events-carried") for line in self.each(name)):
            kind, subject, d = e["kind"], e["subject"], e["data"]
            bill, line = kind.startswith("bill."), d.get("bank_line")
            if kind in ("receipt.posted", "receipt.returned", "suspense.posted") and line: acts[line].add(d.get("proposal"))
            if kind == "suspense.cleared" and line: acts[line].add(d["move"])
            if kind == "bank-move.joined": acts[line].add(subject)
            if kind == "bank-move.posted":
                for line in filter(None, (d.get("from_line"), d.get("to_line"))): acts[line].add(subject)
            if bill and line: acts[line].add((subject, d["n"]))
            if kind == "proposal.undone": undone.add(subject)
            if kind in ("suspense.restored", "bank-move.undone") and d.get("reverses"): undone.add(d["reverses"])
            if bill and d.get("undoes"): undone.add((subject, d["undoes"]))
        same("bank_lines.ndjson", "lines that events settle and that are missing", [], sorted(set(acts) - {row["id"] for _, _, row in self.rows["bank_lines"]}))
        for where, _, row in self.each("bank_lines"):
            stands = acts.get(row["id"], set()) - undone
            need(where, len(stands) < 2, f"{row['id']} is settled twice")
            same(where, f"({row['id']} is settled, what is left of it)", (bool(stands), ZERO if stands else amount(row["amount"])), (row["status"] == "posted", amount(row["remaining"])))
