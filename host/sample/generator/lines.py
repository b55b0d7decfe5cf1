"""How payments look on the bank's statement: bank lines with references, errors, charges, returns and strangers.

A line: date, currency, credit, amount, class, customer, pays [(number, amount)], differences [(kind, amount)], on_account,
name, account, texts, structured, end_to_end, and where it applies instructed, charge, ultimate, returns, reversal, reason.
What a receipt must satisfy: amount + Σ differences = Σ pays + on_account.
"""

import datetime
from decimal import Decimal

from .numbers import iban
from .payments import business_day, later

WORDS_CN = ["付货款 {}", "货款{}", "支付发票{}款项", "{} 结算", "往来款 {}"]
WORDS_EU = ["Invoice {}", "Your invoice {}", "Rechnung {}", "Facture {}", "{} payment"]
RETURN_REASONS = [("AC04", "Closed account number"), ("AC06", "Blocked account"), ("CUST", "Requested by customer"), ("MS03", "Not specified reason")]


class Bank:
    """Collects lines; knows customers and documents."""

    def __init__(self, chance, documents, customers):
        self.chance, self.documents = chance, documents
        self.customers = {c["code"]: c for c in customers}
        self.lines, self.unlisted = [], {}

    def account_of(self, code):
        customer = self.customers[code]
        if "accounts" in customer:
            return customer["accounts"][0]["account"]
        if code not in self.unlisted:
            self.unlisted[code] = self.strange_account(customer["country"])
        return self.unlisted[code]

    def strange_account(self, country):
        """An account that no customer has given."""
        if country == "CN":
            return "98" + self.chance.digits(14)
        return iban(self.chance, country)

    def words(self, currency, numbers):
        template = self.chance.pick(WORDS_EU if currency == "EUR" else WORDS_CN)
        separator = ", " if currency == "EUR" else self.chance.pick([" ", "、", "/", ";"])
        return template.format(separator.join(numbers))

    def receipt(self, event, amount=None, **more):
        """A plain receipt that quotes its numbers; `more` overrides."""
        code, pays = event["customer"], more.pop("pays", event["parts"])
        currency = self.customers[code]["currency"]
        numbers = [number for number, _ in event["parts"]]
        line = {
            "date": event["date"], "currency": currency, "credit": True, "class": event["class"], "customer": code, "pays": pays,
            "differences": [], "on_account": Decimal(0), "name": self.customers[code]["name"], "account": self.account_of(code),
            "texts": [self.words(currency, numbers)], "structured": [], "end_to_end": None,
            "amount": sum(part for _, part in pays) if amount is None else amount,
        }
        if currency == "EUR":
            line["end_to_end"] = "E2E-" + self.chance.digits(10)
            if self.chance.permille(450):
                line["structured"], line["texts"] = pays, []
            if self.chance.permille(300):
                line["name"] = line["name"].upper()
        line.update(more)
        self.lines.append(line)
        return line


def typing_error(chance, number):
    """What a tired clerk makes of INV-2026-000123."""
    series, year, digits = number.split("-")
    ways = [
        f"{series}-{year}-{digits.replace('0', 'O')}",
        f"{series}-{year}-{digits[1:]}",
        f"{series}-{year[:2]}{year[3]}{year[2]}-{digits}",
        f"{series} {year} {digits}",
        f"{series}{year}{digits}",
        f"{series.replace('I', 'l')}-{year}-{digits}",
    ]
    if digits[-1] != digits[-2]:
        ways.append(f"{series}-{year}-{digits[:-2]}{digits[-1]}{digits[-2]}")
    return chance.pick(ways)


def write(bank, made):
    """Every event becomes its lines."""
    shapes = {
        "typing-error": typing, "wrong-number": wrong_number, "tax-invoice-number": other_reference, "purchase-order": other_reference,
        "payer-account": by_account, "payer-name": by_name, "part": part, "overpaid": overpaid, "paid-twice": twice,
        "charge-shown": charge_shown, "charge-not-shown": charge_hidden, "tail": tail, "returned": returned, "reversed": returned,
        "parent-pays": parent_pays, "ultimate-debtor": ultimate,
    }
    for event in made:
        shape = shapes.get(event["class"])
        if shape:
            shape(bank, event)
        else:
            bank.receipt(event)


def typing(bank, event):
    currency = bank.customers[event["customer"]]["currency"]
    text = bank.words(currency, [typing_error(bank.chance, event["parts"][0][0])])
    bank.receipt(event, texts=[text], structured=[])


def wrong_number(bank, event):
    """The number of someone else's invoice: payer and amount say whose it is."""
    strange = [n for n, d in bank.documents.items() if d["kind"] == "invoice" and d["customer"] != event["customer"] and d["currency"] == "CNY"]
    bank.receipt(event, texts=[bank.words("CNY", [bank.chance.pick(strange)])])


def other_reference(bank, event):
    document = bank.documents[event["parts"][0][0]]
    reference = document[event["class"].replace("-", "_")]
    bank.receipt(event, texts=[bank.words(document["currency"], [reference])], structured=[])


def by_account(bank, event):
    """Nothing but the payer's account says who paid."""
    euro = bank.customers[event["customer"]]["currency"] == "EUR"
    bank.receipt(event, texts=["Payment"] if euro else ["货款"], structured=[], name=None, end_to_end=None)


def by_name(bank, event):
    """An account that nobody knows, no reference: only the name."""
    customer = bank.customers[event["customer"]]
    bank.receipt(event, texts=[], structured=[], account=bank.strange_account(customer["country"]), end_to_end=None)


def part(bank, event):
    """A round part of an invoice; the rest follows in most cases."""
    number, gross = event["parts"][0]
    first = (gross * bank.chance.between(30, 70) / 100 // 10) * 10
    bank.receipt(event, pays=[(number, first)])
    date = later(event["date"], 3, 14, bank.chance)
    if date and bank.chance.permille(600):
        bank.receipt({**event, "date": date, "class": "part-rest"}, pays=[(number, gross - first)])


def overpaid(bank, event):
    """Rounded up: the rest is the customer's credit."""
    gross = event["parts"][0][1]
    amount = (gross // 100 + 1) * 100
    bank.receipt(event, amount=amount, on_account=amount - gross, structured=[], texts=[bank.words(bank.customers[event["customer"]]["currency"], [event["parts"][0][0]])])


def twice(bank, event):
    """The same transfer a second time: nothing is left to pay with it."""
    bank.receipt({**event, "class": "invoice-number"})
    date = later(event["date"], 1, 3, bank.chance) or event["date"]
    amount = event["parts"][0][1]
    bank.receipt({**event, "date": date}, pays=[], amount=amount, on_account=amount)


def charge_shown(bank, event):
    """The bank kept its charge and says so."""
    gross = event["parts"][0][1]
    charge = Decimal(bank.chance.pick(["8.00", "12.50", "15.00", "20.00"]))
    bank.receipt(event, amount=gross - charge, differences=[("charge", charge)], charge=charge, instructed=gross)


def charge_hidden(bank, event):
    """A correspondent bank kept something and nobody says so."""
    euro = bank.customers[event["customer"]]["currency"] == "EUR"
    charge = Decimal(bank.chance.pick(["10.00", "18.00", "25.00"] if euro else ["5.00", "10.50", "15.00"]))
    bank.receipt(event, amount=event["parts"][0][1] - charge, differences=[("charge", charge)])


def tail(bank, event):
    """抹零: the cents are left out."""
    gross = event["parts"][0][1]
    bank.receipt(event, amount=gross // 1, differences=[("tail", gross % 1)])


def returned(bank, event):
    """Money that comes and goes back: returned by the payer's bank, or reversed by ours."""
    reversal = event["class"] == "reversed"
    end_to_end = "RT" + event["date"].strftime("%Y%m%d") + bank.chance.digits(8)
    receipt = bank.receipt(event, end_to_end=end_to_end)
    date = later(event["date"], 1, 3, bank.chance)
    reason = ("", "") if reversal else bank.chance.pick(RETURN_REASONS)
    bank.lines.append({
        **receipt, "date": date, "credit": False, "class": "reversal" if reversal else "return", "pays": [], "returns": receipt,
        "reversal": reversal, "reason": reason,
        "texts": ["冲正 " + end_to_end] if reversal else list(receipt["texts"]),
    })
    again = later(date, 1, 4, bank.chance)
    if again and not reversal and bank.chance.permille(500):
        bank.receipt({**event, "date": again, "class": "invoice-number"})


def parent_pays(bank, event):
    """The parent's account, the child's invoice."""
    parent = bank.customers[event["customer"]]["parent"]
    bank.receipt(event, name=bank.customers[parent]["name"], account=bank.account_of(parent))


def ultimate(bank, event):
    """A payment agent pays; the ultimate debtor is named."""
    name = bank.customers[event["customer"]]["name"]
    bank.receipt(event, name="Zahlwerk Muster Services GmbH", account=bank.strange_account("DE"), ultimate=name)


def join_batches(bank, wanted):
    """Bookings of one sum for several payers: {currency: [number of payments in each batch]}."""
    for currency, sizes in wanted.items():
        plain = [x for x in bank.lines if x["class"] == "invoice-number" and x["currency"] == currency]
        plain.sort(key=lambda x: (x["date"], x["pays"][0][0]))
        for n, size in enumerate(sizes):
            start = (n + 1) * len(plain) // (len(sizes) + 1)
            chosen = []
            for line in plain[start:]:
                if line["customer"] not in {x["customer"] for x in chosen} and len(chosen) < size:
                    chosen.append(line)
            for line in chosen:
                line["date"] = max(x["date"] for x in chosen)
                line["batch"] = f"{currency}-BATCH-{n + 1}"
                line["class"] = "batch"
                plain.remove(line)


def others(bank):
    """Strangers, money on account, fees, interest and what we pay ourselves: no invoice is paid by these."""
    chance, day = bank.chance, lambda text: business_day(datetime.date.fromisoformat(text))

    def add(date, currency, credit, amount, kind, name, texts, **more):
        line = {
            "date": day(date), "currency": currency, "credit": credit, "class": kind, "customer": None, "pays": [], "differences": [],
            "on_account": Decimal(0), "name": name, "account": None, "texts": texts, "structured": [], "end_to_end": None,
            "amount": Decimal(amount), **more,
        }
        bank.lines.append(line)

    for date, amount, name, text in [
        ("2026-10-14", "3860.00", "镇江陌桥商贸有限公司", "货款"), ("2026-10-27", "128.50", "周予安", "退差价"),
        ("2026-11-06", "20000.00", "连云港远汀实业有限公司", "投标保证金"), ("2026-11-19", "7412.36", "绍兴柯岸印染有限公司", "INV-2025-008812"),
        ("2026-11-25", "560.00", None, "跨行转入"),
    ]:
        add(date, "CNY", True, amount, "stranger", name, [text], account="98" + chance.digits(14))
    for date, amount, name, text, country in [
        ("2026-10-22", "1250.00", "Umbraco Muster Trading Ltd", "Deposit order 4471", "DE"), ("2026-11-17", "89.90", "Lindqvarn Exempel AB", "Refund", "AT"),
    ]:
        add(date, "EUR", True, amount, "stranger", name, [text], account=iban(chance, country), end_to_end="NOTPROVIDED")
    for date, amount, code, text in [("2026-10-20", "50000.00", "C1010", "预付款"), ("2026-11-12", "30000.00", "C1025", "预付货款"), ("2026-11-18", "5000.00", "E2002", "Advance payment")]:
        customer = bank.customers[code]
        add(date, customer["currency"], True, amount, "on-account", customer["name"], [text], account=bank.account_of(code), customer=code, on_account=Decimal(amount))
    for date, currency, amount in [("2026-10-30", "CNY", "85.00"), ("2026-11-30", "CNY", "92.00"), ("2026-10-30", "EUR", "12.00"), ("2026-11-30", "EUR", "12.00")]:
        add(date, currency, False, amount, "fee", None, ["账户管理费" if currency == "CNY" else "Account maintenance fee"])
    add("2026-10-29", "CNY", True, "214.77", "interest", None, ["存款利息"])
    for date, amount, name in [("2026-10-15", "186400.00", "马鞍山铸岭精铸有限公司"), ("2026-11-10", "92350.80", "台州弦线弹簧厂"), ("2026-11-24", "240000.00", "马鞍山铸岭精铸有限公司")]:
        add(date, "CNY", False, amount, "supplier", name, ["采购款"], account="98" + chance.digits(14))
