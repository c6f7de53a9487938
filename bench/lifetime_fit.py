"""The models of lifetime value fitted to many simulated customers: BG/NBD with gamma-gamma, estimates and intervals.

    python -m bench.lifetime_fit [CUSTOMERS]          100000 when none is named

Customers buy as the models tell it, with histories by whole days as analyses have them. CPU seconds, all threads together, of the best of
three rounds. Bound: 10 seconds for both models; the expected purchases of all over a year, discounted, are told besides.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from plugins.value.lifetime import purchasing, spending
from plugins.value.lifetime.expecting import discounted
from plugins.value.lifetime.purchasing import Purchasing
from plugins.value.lifetime.spending import Spending
from tests.plugins.value.lifetime import simulated

CUSTOMERS = 100_000
ROUNDS = 3
MOST_SECONDS = 10.0
BOUGHT, PAID = Purchasing(0.6, 5.0, 0.9, 2.5), Spending(5.0, 4.0, 60.0)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def by_days(weeks: Any) -> Any:
    return np.floor(7 * weeks) / 7


def main(arguments: list[str]) -> int:
    customers = int(arguments[0]) if arguments else CUSTOMERS
    repeats, last, age, _ = simulated.simulate(1, customers, BOUGHT, 104)
    last, age = by_days(last), by_days(age)
    back = repeats > 0
    spent = simulated.spending(1, PAID, repeats[back])
    rounds = [(timed(lambda: purchasing.fit(repeats, last, age)), timed(lambda: spending.fit(repeats[back], spent))) for _ in range(ROUNDS)]
    bought, paid = (min(one[place][0] for one in rounds) for place in (0, 1))
    fit = rounds[0][0][1]
    ahead, _ = timed(lambda: discounted(Purchasing(*fit.values.tolist()), repeats, age, 52, 0.1))
    print(f"{customers:,} customers, {int(back.sum()):,} of them came back: BG/NBD {bought:.2f} s of CPU, gamma-gamma {paid:.2f} s "
          f"(bound {MOST_SECONDS:.0f} s together); looking a year ahead {ahead:.2f} s")
    for name, truth, value, low, high in zip(purchasing.NAMES, (0.6, 5.0, 0.9, 2.5), fit.values, fit.low, fit.high, strict=True):
        print(f"  {name:>5} {value:.4f}, interval {low:.4f} to {high:.4f}, simulated with {truth}")
    return int(bought + paid > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
