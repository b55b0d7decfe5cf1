"""Loads a beancount file; prints its errors and ends with 1, or prints `account,commodity,balance` for each account and commodity,
by both units (what stands on the account) and weight (at the price of the posting). Runs in the environment of tests/beancount.txt."""
import collections
import decimal
import sys

from beancount import loader
from beancount.core import convert, data
from beancount.parser import printer

entries, errors, _ = loader.load_file(sys.argv[1])
if errors:
    printer.print_errors(errors, file=sys.stderr)
    sys.exit(1)
units = collections.defaultdict(decimal.Decimal)
weights = collections.defaultdict(decimal.Decimal)
count = 0
for entry in entries:
    if not isinstance(entry, data.Transaction):
        continue
    count += 1
    for posting in entry.postings:
        units[posting.account, posting.units.currency] += posting.units.number
        weight = convert.get_weight(posting)
        weights[posting.account, weight.currency] += weight.number
print(f"transactions,,{count}")
for kind, sums in (("units", units), ("weight", weights)):
    for (account, commodity), number in sorted(sums.items()):
        print(f"{kind},{account},{commodity},{number}")
