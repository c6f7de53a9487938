"""What a run needs: never too little, whatever the purchases are like."""

from collections.abc import Mapping

from guanxi import Estimate
from plugins.recommend.limits import Limits
from plugins.recommend.start import RecommendationRunStartInput

# Measured with 1,000,000 lines and 500,000 relationships of 50,000 customers (0.84 GB, 99 s), and rounded up.
FIXED_BYTES, FIXED_SECONDS = 700e6, 3.0  # libraries, start, and one part of the work
LINE_BYTES, LINE_SECONDS = 250, 2e-6
TIE_BYTES, TIE_SECONDS = 200, 3e-6
STEP_SECONDS = 30e-9  # for a pair of customers who share a product, or of products that share a customer
NEIGHBOUR_BYTES, NEIGHBOUR_SECONDS = 40, 1e-6
TRIALS = 2  # what the lists of a test take, of each method and their blend but without reasons: so many times those of the run
LIST_BYTES, LIST_SECONDS = 400, 60e-6  # for a recommendation: finding it, its grounds, and writing it


def estimate(counts: Mapping[str, int], start: RecommendationRunStartInput, *, limits: Limits) -> Estimate:
    """From the whole tables: a selection can only make it less. How many pairs share something depends on the purchases: never more than
    the lines times the most buyers of a product, and the most products of a customer, that are looked at. A test does it all again."""
    customers, products, lines, ties = (counts.get(name, 0) for name in ("customers", "products", "transactionLines", "relationships"))
    steps = lines * (min(limits.most_buyers, customers) + min(limits.most_bought, products))
    if start.blend.rules:
        steps += lines * min(limits.most_bought, products)
    neighbours = start.neighbours * (customers + products + (products if start.blend.rules else 0))
    listed = len(start.wanted) * customers * start.per_customer
    twice, lists = (2, 1 + TRIALS) if start.test_share else (1, 1)
    memory = FIXED_BYTES + lines * LINE_BYTES + ties * TIE_BYTES + twice * neighbours * NEIGHBOUR_BYTES + listed * LIST_BYTES
    seconds = FIXED_SECONDS + twice * (lines * LINE_SECONDS + ties * TIE_SECONDS + steps * STEP_SECONDS + neighbours * NEIGHBOUR_SECONDS)
    seconds += lists * listed * LIST_SECONDS
    return Estimate(customers + lines + ties, memory, seconds)
