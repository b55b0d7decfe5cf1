"""Writes small exports for verify_selftest.py: two customers, two months. Shares no code with verify.py or the host; the
figures are literals."""

import copy
import hashlib
import json
from decimal import Decimal

COMPANY = "co_" + "c" * 32
ABOUT = {"name": "澄湖精密", "country": "CN", "tax_id": None, "retention_years": 30}
A, B = "cus_" + "a" * 32, "cus_" + "b" * 32
OCTOBER, NOVEMBER = "2026-10-31", "2026-11-30"


def line_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def ident(prefix, n):
    return f"{prefix}_{sha(prefix.encode())[:24]}{n:08x}"


def salt_of(ref):
    return hashlib.sha256(b"salt of " + ref.encode()).hexdigest()


def post(account, customer, currency, amount, base, item=None, tax_code=None):
    return {"account": account, "customer": customer, "currency": currency, "amount": amount, "base": base, "item": item, "tax_code": tax_code}


def allocation(n, debit, credit, currency, amount, base_debit, base_credit, reverses=None):
    return {
        "id": ident("alc", n), "debit_item": ident("item", debit), "credit_item": ident("item", credit), "currency": currency, "amount": amount,
        "base_debit": base_debit, "base_credit": base_credit, "reverses": reverses and ident("alc", reverses),
    }


def call(n):
    """The call of a guest as sealed content names it; `invocation` is its line of invocations.ndjson."""
    return {"invocation": ident("call", n), **{name: sha(f"{name} {n}".encode()) for name in ("plugin", "config_digest", "input_digest", "output_digest")}}


def invocation(n):
    row = call(n)
    return {"id": row.pop("invocation"), "world": "tax" if n < 10 else "statement", **row}


def document(n, kind, number, customer, currency, date, figures, rate=("1", "base"), due=None, original=None, lines=(), taxes=(), allowances=()):
    net, tax, gross, base = figures
    base_tax = {"CNY": tax}.get(currency, "0.00")  # nothing abroad is taxed here
    text = "{}" if kind == "receipt" else '{"lines":["轴承 6205 \\"A\\""]}'
    return {
        "id": ident("doc", n), "kind": kind, "number": number, "customer": customer, "currency": currency, "document_date": date,
        "effective_date": date, "due_date": due, "supply_date": None, "price_mode": "exclusive", "net": net, "tax": tax, "gross": gross, "fx_rate": rate[0],
        "fx_date": date, "fx_source": rate[1], "base_currency": "CNY", "base_net": str(Decimal(base) - Decimal(base_tax)), "base_tax": base_tax, "base_gross": base, "original": original and ident("doc", original), "computed": call(n) if taxes else None,
        "text": sha(bytes.fromhex(salt_of(ident("doc", n))) + text.encode()), "lines": list(lines), "allowances": list(allowances),
        "taxes": list(taxes),
    }, text


def one_line(net, tax, gross):
    return [{"line": 1, "parent": None, "original_line": None, "quantity": "1", "unit_price": net, "category": "13", "nature": "normal", "supply": "goods", "net": net, "tax": tax, "gross": gross}]


def one_tax(code, category, rate, base, amount, allowance=None):
    return [{
        "lines": [] if allowance else [1], "allowance": allowance, "authority": "CN", "kind": "vat", "code": code, "category": category, "rate": rate, "base": base, "exempt_base": "0.00",
        "out_of_scope_base": "0.00", "deducted": "0.00", "amount": amount, "collected_by": "seller",
    }]


def item(n, customer, doc, kind, sign, currency, original, base, due=None):
    return {
        "id": ident("item", n), "customer": customer, "account": "1122", "document": ident("doc", doc), "kind": kind, "sign": sign,
        "currency": currency, "original": original, "base_original": base, "due_date": due,
    }


def entry(n, kind, date, doc=None, postings=(), items=(), allocations=()):
    return {
        "id": ident("ent", n), "company": COMPANY, "kind": kind, "effective_date": date, "posted_at": f"{date}T08:00:00.000000Z", "actor": "usr_1",
        "base_currency": "CNY", "document": doc and ident("doc", doc), "document_digest": None, "reverses": None, "postings": list(postings),
        "items": list(items), "allocations": list(allocations), "events": [],
    }


def movement(number, debit, credit, balance):
    return {"id": 0, "kind": "x", "number": number, "debit": debit, "credit": credit, "balance": balance}


def aging(**amounts):
    keys = [("not-due", "not_due"), ("1-30", "d30"), ("31-60", "d60"), ("61-90", "d90"), ("91+", "more")]
    return [{"key": key, "amount": amounts.get(name, "0.00")} for key, name in keys]


def statement(n, customer, number, cut_off, known_at, currency, figures, moved, late, opened, buckets, unapplied="0.00", previous=None):
    opening, closing, debit, credit = figures
    row = {
        "id": ident("stm", n), "company": COMPANY, "customer": customer, "number": number, "version": 1, "period_start": cut_off[:8] + "01",
        "cut_off": cut_off, "known_at": known_at, "supersedes": None, "previous": previous and ident("stm", previous), "digest": None,
        "closings": [{"account": "1122", "currency": currency, "opening": opening, "closing": closing}], "computed": call(10 + n), "events": [],
    }
    section = {
        "account": "1122", "currency": currency, "opening": opening, "movements": moved, "prior_period": late, "closing": closing,
        "total_debit": debit, "total_credit": credit, "open_items": opened, "unapplied": unapplied,
        "aging": {"basis": "due-date", "buckets": buckets, "unapplied": unapplied, "total": closing},
    }
    subject = {"number": number, "version": 1, "cut_off": cut_off, "known_at": known_at, "customer": {"name": "北塔 & Söhne"}}
    return row, {"subject": subject, "sections": [section]}


def opened(number, original, paid, left):
    return {"id": 0, "number": number, "original": original, "paid": paid, "credited": "0.00", "open": left}


class Book:
    """Two customers, two months: an export in parts that a test may change before it is written."""

    def __init__(self):
        off = one_tax("VAT13", "standard", "0.13", "-10.00", "-1.30", allowance=1)
        sold = {
            "lines": one_line("110.00", "14.30", "124.30"), "taxes": one_tax("VAT13", "standard", "0.13", "110.00", "14.30") + off,
            "allowances": [{"line": None, "n": 1, "charge": False, "fraction": None, "amount": "10", "category": "13", "original": None}],
        }
        back = {"lines": one_line("10.00", "1.30", "11.30"), "taxes": one_tax("VAT13", "standard", "0.13", "10.00", "1.30")}
        abroad = {"lines": one_line("1000.00", "0.00", "1000.00"), "taxes": one_tax("VAT0", "zero", "0", "1000.00", "0.00")}
        self.documents = [
            document(1, "invoice", "INV-2026-000001", A, "CNY", "2026-10-05", ("100.00", "13.00", "113.00", "113.00"), due="2026-10-20", **sold),
            document(2, "invoice", "INV-2026-000002", B, "EUR", "2026-10-10", ("1000.00", "0.00", "1000.00", "8000.00"), ("8", "sample"), "2026-11-09", **abroad),
            document(3, "receipt", "RC-2026-000001", B, "EUR", "2026-10-25", ("600.00", "0.00", "600.00", "4920.00"), ("8.2", "sample")),
            document(4, "receipt", "RC-2026-000002", A, "CNY", "2026-11-03", ("50.00", "0.00", "50.00", "50.00")),
            document(5, "credit-note", "CN-2026-000001", A, "CNY", "2026-10-30", ("10.00", "1.30", "11.30", "11.30"), original=1, **back),
        ]
        self.sealed = [
            ("event", self.event(1)),
            ("entry", entry(1, "invoice", "2026-10-05", 1, [
                post("1122", A, "CNY", "113.00", "113.00", ident("item", 1)), post("22210106", None, "CNY", "-13.00", "-13.00", None, "VAT13"),
                post("6001", None, "CNY", "-100.00", "-100.00"),
            ], [item(1, A, 1, "invoice", 1, "CNY", "113.00", "113.00", "2026-10-20")])),
            ("entry", entry(2, "invoice", "2026-10-10", 2, [
                post("1122", B, "EUR", "1000.00", "8000.00", ident("item", 2)), post("6001", None, "EUR", "-1000.00", "-8000.00"),
            ], [item(2, B, 2, "invoice", 1, "EUR", "1000.00", "8000.00", "2026-11-09")])),
            ("entry", entry(3, "receipt", "2026-10-25", 3, [
                post("1002", None, "EUR", "600.00", "4920.00"), post("1122", B, "EUR", "-600.00", "-4920.00", ident("item", 3)),
            ], [item(3, B, 3, "receipt", -1, "EUR", "600.00", "4920.00")])),
            ("entry", entry(4, "allocation", "2026-10-25", None, [
                post("1122", B, "EUR", "0.00", "120.00"), post("660301", None, "EUR", "0.00", "-120.00"),
            ], (), [allocation(1, 2, 3, "EUR", "600.00", "4800.00", "4920.00")])),
            ("statement", statement(1, A, "ST-2026-000001", OCTOBER, "5", "CNY", ("0.00", "113.00", "113.00", "0.00"),
                [movement("INV-2026-000001", "113.00", "0.00", "113.00")], [], [opened("INV-2026-000001", "113.00", "0.00", "113.00")], aging(d30="113.00"))),
            ("statement", statement(2, B, "ST-2026-000002", OCTOBER, "5", "EUR", ("0.00", "400.00", "1000.00", "600.00"),
                [movement("INV-2026-000002", "1000.00", "0.00", "1000.00"), movement("RC-2026-000001", "0.00", "600.00", "400.00")], [],
                [opened("INV-2026-000002", "1000.00", "600.00", "400.00")], aging(not_due="400.00"))),
            ("entry", entry(5, "receipt", "2026-11-03", 4, [
                post("1002", None, "CNY", "50.00", "50.00"), post("1122", A, "CNY", "-50.00", "-50.00", ident("item", 4)),
            ], [item(4, A, 4, "receipt", -1, "CNY", "50.00", "50.00")])),
            ("entry", entry(6, "allocation", "2026-11-03", None, (), (), [allocation(2, 1, 4, "CNY", "50.00", "50.00", "50.00")])),
            ("entry", entry(7, "unallocation", "2026-11-04", None, (), (), [allocation(3, 1, 4, "CNY", "-50.00", "-50.00", "-50.00", 2)])),
            ("entry", entry(8, "allocation", "2026-11-05", None, (), (), [allocation(4, 1, 4, "CNY", "50.00", "50.00", "50.00")])),
            ("entry", entry(9, "credit-note", "2026-10-30", 5, [
                post("1122", A, "CNY", "-11.30", "-11.30", ident("item", 5)), post("22210106", None, "CNY", "1.30", "1.30", None, "VAT13"),
                post("6001", None, "CNY", "10.00", "10.00"),
            ], [item(5, A, 5, "credit-note", -1, "CNY", "11.30", "11.30")])),
            ("statement", statement(3, A, "ST-2026-000003", NOVEMBER, "12", "CNY", ("113.00", "51.70", "0.00", "61.30"),
                [movement("RC-2026-000002", "0.00", "50.00", "63.00")], [movement("CN-2026-000001", "0.00", "11.30", "51.70")],
                [opened("INV-2026-000001", "113.00", "50.00", "63.00"), opened("CN-2026-000001", "-11.30", "0.00", "-11.30")],
                aging(d60="63.00"), "11.30", 1)),
            ("event", self.event(2)),
        ]
        self.sealed[-1][1]["data"]["computed"] = call(20)
        self.carried = {ident("ent", 1): [self.event(3)], ident("stm", 2): [self.event(4), self.event(5)], ident("ent", 2): []}
        # two pieces delivered, one of them billed; a tax invoice of the first document
        self.goods = {
            "delivery": {
                "id": ident("dlv", 1), "number": "DN-2026-000001", "customer": A, "currency": "CNY", "delivered_on": "2026-10-04", "net": "100.00", "document": None,
                "returns": None, "text": self.committed(ident("dlv", 1)),
                "lines": [{"line": 1, "quantity": "2", "unit_price": "50", "category": "13", "supply": "goods", "net": "100.00"}],
            },
            "tax-invoice": {
                "id": ident("tin", 1), "number": "26312000000000000001", "code": "", "kind": "digital", "customer": A, "currency": "CNY", "issued_on": "2026-10-05",
                "net": "100.00", "tax": "13.00", "gross": "113.00", "original": None, "confirmation": None, "text": self.committed(ident("tin", 1)),
                "links": [{"document": ident("doc", 1), "amount": "113.00"}],
            },
        }
        self.link = {"id": ident("dlk", 1), "delivery": ident("dlv", 1), "line": 1, "kind": "billed", "document": ident("doc", 1), "document_line": 1, "returned_by": None, "quantity": "1", "amount": "50.00", "effective_date": "2026-10-05", "undoes": None}
        self.unsealed = []  # events that name a carrier which was not sealed with them
        self.calls = [invocation(n) for n in (1, 2, 5, 11, 12, 13, 20)]
        self.attached = {}  # bytes of files by their number
        self.disputes, self.exceptions = [], []  # their lines
        self.bank_lines = [{"id": ident("bl", 1), "status": "open", "amount": "5.00", "remaining": "5.00"}]
        self.as_of, self.known_at = NOVEMBER, "14"
        self.balances = [
            self.balance(A, "CNY", "51.70", "11.30", aging(d60="63.00")), self.balance(B, "EUR", "400.00", "0.00", aging(d30="400.00")),
        ]
        self.open = {1: ("63.00", "63.00"), 2: ("400.00", "3200.00"), 3: ("0.00", "0.00"), 4: ("0.00", "0.00"), 5: ("11.30", "11.30")}
        self.erased, self.erased_customers = set(), set()
        self.raw = {}  # lines of sealed content that shall be written otherwise than in canonical form

    def balance(self, customer, currency, amount, unapplied, buckets):
        return {"customer": customer, "account": "1122", "currency": currency, "balance": amount, "open_items": amount, "unapplied": unapplied, "aging": buckets}

    @staticmethod
    def committed(ref):
        return sha(bytes.fromhex(salt_of(ref)) + "{}".encode())

    def recorded(self):
        """The events that record goods, with the digests of what they are now."""
        for n, (kind, content) in enumerate(self.goods.items(), 6):
            digest = sha(kind.encode() + b".v1\0" + line_of(content))
            data = {"number": content["number"], "digest": digest, **({"links": [self.link]} if kind == "delivery" else {})}
            yield {**self.event(n), "kind": f"{kind}.recorded", "subject": content["id"], "data": data}

    @staticmethod
    def event(n):
        data = {"count": n, "name": "note"}
        return {"id": ident("evt", n), "company": COMPANY, "kind": "company.noted", "subject": COMPANY, "actor": "system", "at": "2026-10-01T00:00:00.000000Z", "data": data}

    def attach(self, n, data, document=None, draft=None):
        """A file with the event that added it, at the end of the chain."""
        ref = ident("att", n)
        said = {"document": document, "draft": draft, "digest": sha(bytes.fromhex(salt_of(ref)) + data), "media_type": "application/pdf", "size": str(len(data))}
        self.sealed.append(("event", {**self.event(100 + n), "kind": "attachment.added", "subject": ref, "data": said}))
        self.attached[n] = (data, said)

    def entry(self, n):
        return next(content for kind, content in self.sealed if kind == "entry" and content["id"] == ident("ent", n))

    def statement(self, n):
        return next(content for kind, content in self.sealed if kind == "statement" and content[0]["id"] == ident("stm", n))

    def write(self, folder):
        """Hashes, chains and manifests whatever stands in the book. Returns the head."""
        files, documents, digests, salts = {}, [], {}, []
        for content, text in self.documents:
            documents.append(line_of(content))
            digests[content["id"]] = sha(b"document.v1\0" + documents[-1])
            gone = content["id"] in self.erased
            salts.append({"ref": content["id"], "salt": None if gone else salt_of(content["id"]), "text": None if gone else text})
        self.carried[ident("ent", 2)] = self.carried[ident("ent", 2)] or list(self.recorded())
        salts += [{"ref": content["id"], "salt": salt_of(content["id"]), "text": "{}"} for content in self.goods.values()]
        lines, seals, previous, items = {"entry": [], "event": [], "statement": []}, [], "0" * 64, []
        for position, (kind, content) in enumerate(self.sealed, 1):
            content = copy.deepcopy(content)
            if kind == "statement":
                content, sealed_file = content
                data, salt = line_of(sealed_file), salt_of(content["id"])
                content["digest"] = sha(bytes.fromhex(salt) + data)
                gone = content["id"] in self.erased
                name = content["number"].replace("%", "%25").replace("/", "%2F")
                page, drawn = ident("art", int(content["id"][-8:], 16)), "<p>对账单</p>".encode()
                content["artefacts"] = [{
                    "id": page, "name": "statement.html", "media_type": "text/html", "renderer": "1",
                    "commitment": sha(bytes.fromhex(salt_of(page)) + drawn),
                }]
                for ref, path, held in ((content["id"], f"statements/{name}-v1.json", data), (page, f"artefacts/{name}-v1/statement.html", drawn)):
                    salts.append({"ref": ref, "salt": None if gone else salt_of(ref)})
                    files.update({} if gone else {path: held})
            content.update({"events": [sha(b"event.v1\0" + line_of(event)) for event in self.carried.get(content["id"], [])]} if kind != "event" else {})
            if kind == "entry":
                content["document_digest"] = digests.get(content["document"])
                items += content["items"]
            line = self.raw.get(content["id"], line_of)(content)
            lines[kind].append(line)
            seal = {"company": COMPANY, "position": str(position), "kind": kind, "ref": content["id"][4:], "content_hash": sha(kind.encode() + b".v1\0" + line), "prev_hash": previous}
            previous = seal["hash"] = sha(b"seal.v1\0" + line_of(seal))
            del seal["company"]
            seals.append(line_of(seal))
        attachments = []
        for n, (data, said) in self.attached.items():
            ref, gone = ident("att", n), ident("att", n) in self.erased
            salts.append({"ref": ref, "salt": None if gone else salt_of(ref)})
            files.update({} if gone else {f"attachments/{ref}": data})
            attachments.append(line_of({**said, "id": ref, "file_name": None if gone else "合同.pdf", "created_by": "usr_1", "created_at": "2026-11-01T00:00:00.000000Z"}))
        known = {"as_of": self.as_of, "known_at": self.known_at}
        head = {"position": str(len(seals)), "hash": previous}
        ids = [int(row["id"][-8:], 16) for row in items]
        files.update({
            "export.json": line_of({"format": "zhangben-export.v1", "company": COMPANY, "code": "demo", "base_currency": "CNY", "about": ABOUT, "exported_at": "2026-12-01T00:00:00.000000Z", "suspense": ["224199"], "deferred": ["2204"], "advances": ["220399"], "head": head, **known}),
        })
        rows = {
            "seals": seals, "entries": lines["entry"], "events": lines["event"], "statements": lines["statement"], "documents": documents,
            "salts": map(line_of, salts), "balances": [line_of({**row, **known}) for row in self.balances],
            "open_items": [line_of({**row, "open": self.open[n][0], "base_open": self.open[n][1]}) for n, row in zip(ids, items)],
            "customers": [line_of({"id": c, "code": c[4:8], "name": "北塔", "erased_at": "2026-11-30" if c in self.erased_customers else None}) for c in (A, B)],
            "events-carried": [line_of({**event, "carrier": carrier}) for carrier, events in [*self.carried.items(), *self.unsealed] for event in events], "bank_lines": [line_of(row) for row in self.bank_lines],
            "invocations": map(line_of, self.calls), "attachments": attachments,
            "deliveries": [line_of(self.goods["delivery"])], "tax_invoices": [line_of(self.goods["tax-invoice"])],
            "disputes": map(line_of, self.disputes), "exceptions": map(line_of, self.exceptions),
        }
        files.update({f"{name}.ndjson": b"".join(line + b"\n" for line in content) for name, content in rows.items()})
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        manifest(folder)
        return previous


def manifest(folder):
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "MANIFEST.sha256")
    (folder / "MANIFEST.sha256").write_text("".join(f"{sha((folder / name).read_bytes())}  {name}\n" for name in names))
