"""Who pays what and when: events per customer, before anyone says how they look on the bank's statement."""

import datetime
from decimal import Decimal

from .documents import MONTHS_END, business_days

LATE_PAYERS = {"C1006", "C1011", "C1017", "C1022", "C1026", "E2004"}
BUNDLERS = {"C1001", "C1004", "C1009", "C1014", "C1016", "C1021", "C1023", "E2001", "E2009"}
BUNDLE_MAX = 5
DAYS = business_days()


def business_day(date):
    """This day or the next one on which banks book; absent after the sample's end."""
    return next((day for day in DAYS if day >= date), None)


def later(date, least, most, chance):
    return business_day(date + datetime.timedelta(chance.between(least, most)))


def events(chance, documents, customers):
    """Payments in full, single or bundled: [{date, customer, parts: [(number, amount)]}], by date.

    A part is positive for an invoice, negative for a credit note that the customer takes off."""
    credits = {d["original"]: n for n, d in documents.items() if d["kind"] == "credit-note"}
    made = []
    for customer in customers:
        single = []
        for number, document in documents.items():
            if document["customer"] == customer["code"] and document["kind"] == "invoice":
                event = full_payment(chance, number, document, credits.get(number), documents)
                if event:
                    single.append(event)
        single.sort(key=lambda e: (e["date"], e["parts"][0][0]))
        made += bundled(single) if customer["code"] in BUNDLERS else single
    return sorted(made, key=lambda e: (e["date"], e["parts"][0][0]))


def full_payment(chance, number, document, credit, documents):
    """The payment of one invoice if it falls into the sample's two months."""
    due = datetime.date.fromisoformat(document["due_date"])
    issued = datetime.date.fromisoformat(document["document_date"])
    late = document["customer"] in LATE_PAYERS
    target = due + datetime.timedelta(chance.between(16, 45) if late else chance.between(-12, 6))
    date = business_day(max(target, issued + datetime.timedelta(1)))
    if date is None:
        return None
    parts = [(number, Decimal(document["gross"]))]
    if credit and documents[credit]["document_date"] < date.isoformat():
        parts.append((credit, -Decimal(documents[credit]["gross"])))
    if sum(amount for _, amount in parts) <= 0:
        return None  # fully credited: nothing to pay, the two items wait to be netted
    return {"date": date, "customer": document["customer"], "parts": parts}


def bundled(single):
    """What falls into one week is paid together, on the last of its days."""
    made = []
    for event in single:
        last = made[-1] if made else None
        week = event["date"].isocalendar()[:2]
        if last and last["date"].isocalendar()[:2] == week and len(last["parts"]) + len(event["parts"]) <= BUNDLE_MAX:
            last["parts"] += event["parts"]
            last["date"] = event["date"]
        else:
            made.append({**event, "parts": list(event["parts"])})
    return made


# How many single payments take which shape; the others quote the invoice number as it is.
DECK = {
    "CNY": {
        "tax-invoice-number": 9, "purchase-order": 7, "typing-error": 12, "wrong-number": 3, "payer-account": 11, "payer-name": 6,
        "part": 12, "overpaid": 4, "paid-twice": 2, "charge-not-shown": 3, "tail": 5, "returned": 4, "reversed": 1, "parent-pays": 2,
    },
    "EUR": {
        "charge-shown": 5, "charge-not-shown": 2, "typing-error": 3, "payer-account": 3, "payer-name": 2, "part": 4, "returned": 2,
        "ultimate-debtor": 2, "purchase-order": 3, "overpaid": 1,
    },
}


def may(shape, event, document, customer):
    """Whether this event can take that shape."""
    days_left = (MONTHS_END - event["date"]).days
    if shape in ("payer-account", "payer-name") and "accounts" not in customer:
        return shape == "payer-name"
    if shape == "purchase-order":
        return "purchase_order" in document
    if shape in ("returned", "reversed"):
        return days_left >= 6
    if shape in ("part", "paid-twice"):
        return days_left >= 3
    if shape == "parent-pays":
        return "parent" in customer
    if shape == "tail":
        return Decimal(document["gross"]) % 1 != 0
    return True


def deal(chance, made, documents, customers):
    """Gives every event its class. Classes that few events can take are dealt first."""
    by_code = {c["code"]: c for c in customers}
    for event in made:
        if len(event["parts"]) > 1:
            credit = any(amount < 0 for _, amount in event["parts"])
            event["class"] = "net-of-credit-note" if credit else "bundled"
    for currency, counts in DECK.items():
        free = [e for e in made if "class" not in e and documents[e["parts"][0][0]]["currency"] == currency]
        free = chance.shuffled(free)
        rare_first = sorted(counts, key=lambda s: (s not in ("parent-pays", "purchase-order"), s))
        for shape in rare_first:
            fits = [e for e in free if may(shape, e, documents[e["parts"][0][0]], by_code[e["customer"]])]
            if len(fits) < counts[shape]:
                raise SystemExit(f"{currency}: {len(fits)} payments can be {shape}, {counts[shape]} are wanted")
            for event in fits[: counts[shape]]:
                event["class"] = shape
                free.remove(event)
        for event in free:
            event["class"] = "invoice-number"
    return made
