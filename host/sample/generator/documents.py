"""400 documents with their figures, reckoned here independently of the product (half-up, line by line)."""

import datetime
from decimal import Decimal

from .catalog import CATEGORIES, draw
from .numbers import money, plain
from .parties import rate_on

INVOICES = 385
CREDIT_NOTES = 15
# Terms by which nothing of October is paid before the sample ends.
UNPAID_DAYS = 60
RATE_OF = dict(CATEGORIES.values())
HOLIDAY_ENDS = datetime.date(2026, 10, 8)
MONTHS_END = datetime.date(2026, 11, 30)
REASONS = ["老客户折扣", "数量折扣", "交期补偿"]


def business_days(start=HOLIDAY_ENDS, end=MONTHS_END):
    """Mondays to Fridays; the national holiday ends on 7 October."""
    days = [start + datetime.timedelta(n) for n in range((end - start).days + 1)]
    return [day for day in days if day.weekday() < 5]


def split_tax(amount, category, inclusive):
    """(net, tax) of an amount that holds the tax or does not."""
    rate = RATE_OF[category]
    if inclusive:
        net = money(amount / (1 + rate))
        return net, amount - net
    return amount, money(amount * rate)


def assess(body):
    """(net, tax, gross, {category: (net, tax)}) of a document."""
    inclusive, by_category = body["price_mode"] == "inclusive", {}

    def add(amount, category, sign):
        net, tax = split_tax(amount, category, inclusive)
        old = by_category.get(category, (Decimal(0), Decimal(0)))
        by_category[category] = (old[0] + sign * net, old[1] + sign * tax)

    for line in body["lines"]:
        full = money(Decimal(line["quantity"]) * Decimal(line["unit_price"]))
        amount = full
        for a in line.get("allowances", []):
            cut = Decimal(a["amount"]) if "amount" in a else money(full * Decimal(a["fraction"]))
            amount += cut if a.get("charge") else -cut
        add(amount, line["category"], 1)
    for a in body.get("allowances", []):
        add(Decimal(a["amount"]), a["category"], 1 if a.get("charge") else -1)
    net = sum(v[0] for v in by_category.values())
    tax = sum(v[1] for v in by_category.values())
    return net, tax, net + tax, by_category


def certain(product, share):
    """Whether a fraction of the price comes to the same cent wherever one rounds: the sample leaves no room for that question."""
    ways = {money(product * (1 - share)), money(product) - money(product * share), money(product) - money(money(product) * share)}
    return len(ways) == 1


def make_line(chance, european):
    treatment, (text, unit, low, high, step, quantities, supply) = draw(chance, european)
    quantity = Decimal(chance.between(*quantities))
    if unit in ("kg", "小时", "h"):
        quantity += Decimal(chance.below(4)) / 4
    price = Decimal(chance.between(low // step, high // step) * step) / 10000
    line = {
        "description": text, "quantity": plain(quantity), "unit": unit, "unit_price": plain(price),
        "category": CATEGORIES[treatment][0], "supply": supply,
    }
    if chance.permille(70):
        fraction = chance.pick(["0.02", "0.03", "0.05", "0.075"])
        if chance.permille(700) and certain(quantity * price, Decimal(fraction)):
            line["allowances"] = [{"fraction": fraction, "reason": chance.pick(REASONS)}]
        else:
            cut = money(quantity * price * chance.between(10, 60) / 1000)
            line["allowances"] = [{"amount": str(cut), "reason": chance.pick(REASONS)}]
    return line


def document_allowance(chance, body):
    """Something off (or, seldom, packing on) the first line's category."""
    category = body["lines"][0]["category"]
    net = assess(body)[3][category][0]
    one = {"amount": str(money(net * chance.between(5, 40) / 1000)), "category": category}
    if chance.permille(250):
        one.update(charge=True, reason="包装费")
    else:
        one.update(reason="整单折让")
    body["allowances"] = [one]


def invoice(chance, customer, date, serial):
    european = customer["currency"] == "EUR"
    body = {
        "external_id": f"SO-2026-{10000 + serial}", "customer": customer["code"], "document_date": date.isoformat(),
        "currency": customer["currency"], "price_mode": "inclusive" if not european and chance.permille(450) else "exclusive",
    }
    count = chance.pick([1, 2, 2, 3, 3, 3, 4, 5, 7])
    body["lines"] = [make_line(chance, european) for _ in range(count)]
    if chance.permille(60):
        document_allowance(chance, body)
    if chance.permille(550 if european else 400):
        body["purchase_order"] = "PO-45" + chance.digits(7) if european else "CG" + date.strftime("%y%m") + "-" + chance.digits(5)
    if not european:
        # 全电发票号码: 20 digits, year, region, and digits that the sample invents
        body["tax_invoice_number"] = "2632" + "9" + chance.digits(15)
    if chance.permille(80):
        body["supply_date"] = (date - datetime.timedelta(chance.between(1, 5))).isoformat()
    if chance.permille(60):
        body["text"] = "Partial delivery, balance follows" if european else "分批交货，余量下月发出"
    if customer["terms_days"] and chance.permille(30):
        body["due_date"] = (date + datetime.timedelta(15)).isoformat()
    if european and chance.permille(40):
        day, rate = rate_on(date.isoformat())
        body["fx"] = {"rate": plain(Decimal(rate) + Decimal("0.0125")), "date": day, "source": "contract"}
    return body


def credit_note(chance, original, date, serial):
    """The whole of an invoice, or a part of its first line: same prices, same price mode. Each line names the one that it takes back."""
    lines = [dict(line, original_line=n) for n, line in enumerate(original["lines"], 1)]
    first = Decimal(lines[0]["quantity"])
    if first >= 4 and chance.permille(650):
        lines = [dict(lines[0], quantity=plain(Decimal(int(first) // 4)))]
    body = {
        "external_id": f"CR-2026-{500 + serial}", "customer": original["customer"], "kind": "credit-note",
        "original": original["external_id"], "document_date": date.isoformat(), "currency": original["currency"],
        "price_mode": original["price_mode"], "lines": lines,
        "text": "Goods returned" if original["currency"] == "EUR" else "销货退回",
    }
    return body


def unpaid(original, plain_ones, taken, terms):
    """Who pays at once has paid before goods come back, and documents are posted before the bank's files: in its place the next one that
    nobody has paid when the sample ends."""
    for body in plain_ones[plain_ones.index(original):]:
        if terms[body["customer"]] >= UNPAID_DAYS and "due_date" not in body and body not in taken and Decimal(body["lines"][0]["quantity"]) >= 4:
            return body
    raise SystemExit(f"nothing can be credited in place of {original['external_id']}")


def plan(chance, customers):
    """Bodies of POST /v1/invoices in posting order: by document date, an original before its credit note."""
    days = business_days()
    chinese = [c for c in customers if c["currency"] == "CNY"]
    european = [c for c in customers if c["currency"] == "EUR"]
    bodies = []
    for n in range(INVOICES):
        date = days[n * len(days) // INVOICES]
        # everyone once, then by chance
        if n < 2 * len(customers):
            customer = customers[n * 7 % len(customers)]
        else:
            customer = chance.pick(european if chance.permille(220) else chinese)
        bodies.append(invoice(chance, customer, date, n + 1))
    plain_ones = [
        b for b in bodies
        if b["document_date"] <= "2026-11-13" and "allowances" not in b and not any("allowances" in line for line in b["lines"])
    ]
    originals = [b for b in plain_ones if b["currency"] == "EUR"][2::4][:3]
    originals += chance.shuffled([b for b in plain_ones if b["currency"] == "CNY"])[: CREDIT_NOTES - len(originals)]
    terms = {c["code"]: c["terms_days"] for c in customers}
    originals = [original if terms[original["customer"]] else unpaid(original, plain_ones, originals, terms) for original in originals]
    for n, original in enumerate(sorted(originals, key=lambda b: b["external_id"])):
        issued = datetime.date.fromisoformat(original["document_date"])
        date = [day for day in days if day > issued][chance.between(2, 8)]
        bodies.append(credit_note(chance, original, date, n + 1))
    return sorted(bodies, key=lambda b: b["document_date"])


def number(bodies):
    """Numbers as the product will give them (a gap-free series per kind, in posting order); fills `original`."""
    numbers, counts = {}, {}
    for body in bodies:
        series = "CN-2026" if body.get("kind") == "credit-note" else "INV-2026"
        counts[series] = counts.get(series, 0) + 1
        numbers[body["external_id"]] = f"{series}-{counts[series]:06d}"
        if "original" in body:
            body["original"] = numbers[body["original"]]
    return numbers


def figures(bodies, numbers, customers):
    """{number: what the product must reckon}, in posting order."""
    terms = {c["code"]: c["terms_days"] for c in customers}
    made, rates = {}, {}
    for body in bodies:
        net, tax, gross, by_category = assess(body)
        date = datetime.date.fromisoformat(body["document_date"])
        number, note = numbers[body["external_id"]], body.get("kind") == "credit-note"
        if body["currency"] == "CNY":
            rate = "1"
        elif "fx" in body:
            rate = body["fx"]["rate"]
        else:  # a correction takes the rate of what it corrects
            rate = rates[body["original"]] if note else rate_on(body["document_date"])[1]
        rates[number] = rate
        due = body.get("due_date") or (date + datetime.timedelta(terms[body["customer"]])).isoformat()
        made[number] = {
            "external_id": body["external_id"], "customer": body["customer"], "kind": body.get("kind", "invoice"),
            "currency": body["currency"], "document_date": body["document_date"],
            "due_date": None if note else due, "net": str(net), "tax": str(tax), "gross": str(gross), "base_gross": str(money(gross * Decimal(rate))),
            "by_category": {k: {"net": str(v[0]), "tax": str(v[1])} for k, v in sorted(by_category.items())},
            **{k: body[k] for k in ("original", "purchase_order", "tax_invoice_number") if k in body},
        }
    return made
