"""A seeded source of choices, and numbers with the check digits that their issuers define."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MASK = (1 << 64) - 1
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def money(value):
    """Half-up (四舍五入) to two decimals, as the sample's currencies have."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def plain(value):
    """Normal form of a decimal: no trailing zeros, no exponent."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Chance:
    """splitmix64: Python's own generator may change its choices between versions, this one may not."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, limit):
        return self.next() % limit

    def between(self, low, high):
        """An integer, both ends included."""
        return low + self.below(high - low + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def permille(self, chance):
        return self.below(1000) < chance

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items

    def digits(self, count):
        """The first one is not zero."""
        return str(self.between(1, 9)) + "".join(str(self.below(10)) for _ in range(count - 1))


def uscc(chance, region):
    """统一社会信用代码 (GB 32100): 91, region, organisation code with its own check character (GB 11714), check
    character. `YY` opens the organisation code because no issuer has reached it: no real company is meant."""
    body = "YY" + "".join(str(chance.below(10)) for _ in range(6))
    values = [int(c, 36) for c in body]
    check = (11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2))) % 11) % 11
    head = "91" + region + body + ("X" if check == 10 else str(check))
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + USCC_ALPHABET[(31 - total % 31) % 31]


def luhn_digit(digits):
    total = 0
    for i, c in enumerate(reversed(digits)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return str((10 - total % 10) % 10)


def weighted(digits, weights):
    return sum(int(d) * w for d, w in zip(digits, weights))


def vat_de(chance):
    """ISO 7064 MOD 11,10 over eight digits."""
    body, product = chance.digits(8), 10
    for c in body:
        total = (int(c) + product) % 10 or 10
        product = total * 2 % 11
    return "DE" + body + str((11 - product) % 10)


def vat_fr(chance):
    siren = chance.digits(8)
    siren += luhn_digit(siren)
    return "FR%02d%s" % ((12 + 3 * (int(siren) % 97)) % 97, siren)


def vat_nl(chance):
    while True:
        body = chance.digits(8)
        check = weighted(body, range(9, 1, -1)) % 11
        if check != 10:
            return "NL%s%dB01" % (body, check)


def vat_it(chance):
    body = chance.digits(7) + "%03d" % chance.between(1, 100)
    return "IT" + body + luhn_digit(body)


def vat_es(chance):
    body = chance.digits(7)
    return "ESB" + body + luhn_digit(body)


def vat_at(chance):
    body = chance.digits(7)
    return "ATU" + body + str((int(luhn_digit(body + "0")) + 6) % 10)


def vat_pl(chance):
    while True:
        body = chance.digits(9)
        check = weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check != 10:
            return "PL%s%d" % (body, check)


def vat_be(chance):
    body = "0" + chance.digits(7)
    return "BE%s%02d" % (body, 97 - int(body) % 97)


EU_VAT = {"DE": vat_de, "FR": vat_fr, "NL": vat_nl, "IT": vat_it, "ES": vat_es, "AT": vat_at, "PL": vat_pl, "BE": vat_be}


def bban_fr(chance):
    account = chance.digits(11)
    return "9999900000" + account + "%02d" % (97 - (89 * 99999 + 15 * 0 + 3 * int(account)) % 97)


def bban_it(chance):
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
    body = "9999900000" + chance.digits(12)
    total = sum(odd[int(c)] if i % 2 == 0 else int(c) for i, c in enumerate(body))
    return chr(ord("A") + total % 26) + body


def bban_es(chance):
    account = chance.digits(10)
    digit = lambda text, weights: (11 - weighted(text, weights) % 11) % 11
    pair = (digit("99990000", (4, 8, 5, 10, 9, 7, 3, 6)), digit(account, (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)))
    return "99990000" + "".join("1" if d == 10 else str(d) for d in pair) + account


def bban_pl(chance):
    bank = "9999000"
    return bank + str((10 - weighted(bank, (3, 9, 7, 1, 3, 9, 7)) % 10) % 10) + chance.digits(16)


def bban_be(chance):
    body = "999" + chance.digits(7)
    return body + "%02d" % (int(body) % 97 or 97)


# Bank codes that no bank bears (9999…): the accounts are valid in form and belong to nobody.
BBAN = {
    "DE": lambda chance: "99999999" + chance.digits(10),
    "FR": bban_fr,
    "NL": lambda chance: "SMPL" + chance.digits(10),
    "IT": bban_it,
    "ES": bban_es,
    "AT": lambda chance: "99999" + chance.digits(11),
    "PL": bban_pl,
    "BE": bban_be,
}


def iban(chance, country):
    """ISO 13616 with its two check digits (ISO 7064 MOD 97-10)."""
    bban = BBAN[country](chance)
    value = int("".join(str(int(c, 36)) for c in bban + country + "00"))
    return "%s%02d%s" % (country, 98 - value % 97, bban)
