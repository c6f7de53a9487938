"""The analysis `ruleMining`: from what was bought to itemsets and rules, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from guanxi import Analysis, Chart, Estimate, InsufficientData, InvalidParameters, Progress, Result, Snapshot
from plugins.rules.charts import draw_network, draw_scatter
from plugins.rules.limits import Limits
from plugins.rules.start import NAME, SLOT, RuleAlgorithm, RuleCorrection, RuleMiningRunStartInput
from plugins.rules.types import RuleMiningRun

DESCRIPTION = (
    "Looks for what is bought together: sets of products or categories that are in many baskets, and rules between them, who has this "
    "often has that. Each rule comes with how often it holds, how much that is beyond chance, and whether it may be chance.")


def compute(snapshot: Snapshot, start: RuleMiningRunStartInput, progress: Progress, *, limits: Limits) -> Result:
    from plugins.rules.itemsets import least_count
    from plugins.rules.purchases import bought_together
    from plugins.rules.results import tables

    bought = bought_together(snapshot, start, progress)
    baskets = bought.baskets
    least = least_count(start.minimum_support, baskets.count)
    found = frequent(baskets, least, start, limits, progress)
    if found.least > least:
        progress.warn(f"More than {limits.most_itemsets:,} itemsets (the setting most_itemsets) are in {least:,} baskets or more: those in "
                      f"{found.least:,} or more were kept.")
    of = associated(found, start, limits, progress)
    summary = {
        "algorithm": start.algorithm.name, "unit": start.unit.name, "correction": start.correction.name, "byCategory": start.by_category,
        "basketCount": baskets.count, "itemCount": len(baskets.items), "longestBasket": baskets.longest, "returnedCount": bought.returned,
        "minimumCount": found.least, "itemsetCount": found.total, "ruleCount": of.met, "testedCount": of.tests,
        "truncated": found.least > least or of.met > len(of.rules)}
    return Result(tables(bought, found, of.rules, of.p, of.adjusted), summary, drawing={"categories": bought.categories})


def frequent(baskets: Any, least: int, start: RuleMiningRunStartInput, limits: Limits, progress: Progress) -> Any:
    """The itemsets. Raises `InsufficientData` when nothing is frequent, and `InvalidParameters` when too much is, and equally so."""
    from plugins.rules.eclat import eclat
    from plugins.rules.library import apriori, fp_growth

    progress("looking for itemsets")
    longest, most = start.max_length, limits.most_itemsets
    if start.algorithm is RuleAlgorithm.ECLAT:
        found = eclat(baskets, least, longest, most, partial(progress, "looking for itemsets"))
    else:
        found = (apriori if start.algorithm is RuleAlgorithm.APRIORI else fp_growth)(baskets, least, longest, most)
    if not found.total and found.least > least:
        raise InvalidParameters(f"More than {most:,} itemsets (the setting most_itemsets) are in {found.least - 1:,} of {baskets.count:,} "
                                "baskets or more, and none of them in more than others: ask for fewer items in a rule.", "maxLength")
    if not found.total:
        raise InsufficientData(f"Nothing is in {least:,} of the {baskets.count:,} baskets or more, as minimumSupport asks for: of the "
                               f"{len(baskets.items):,} items the most frequent one is in {commonest(baskets):,}.")
    return found


def commonest(baskets: Any) -> int:
    import numpy as np

    return int(np.bincount(baskets.matrix.indices).max())


@dataclass(frozen=True)
class Associated:
    """The rules that are kept, with their p-values; how many met what was asked for, and how many tests there were."""

    rules: Any
    p: Any
    adjusted: Any
    met: int
    tests: int


def associated(found: Any, start: RuleMiningRunStartInput, limits: Limits, progress: Progress) -> Associated:
    from plugins.rules.association import parted, strongest, ways_to_part

    progress("deriving rules")
    rules = parted(found, confidence=start.minimum_confidence or 0.0, lift=start.minimum_lift or 0.0, redundant=not start.prune_redundant)
    tests = ways_to_part(found)
    p, adjusted = tested(rules, found.baskets, tests, start.correction)
    if start.max_p_value:
        chosen = adjusted <= start.max_p_value
        rules, p, adjusted = rules.only(chosen), p[chosen], adjusted[chosen]
    if not len(rules):
        progress.warn(f"There is no rule: none of {tests:,} ways to part an itemset in two meets what was asked for." if tests else
                      "There is no rule: no two items are together in so many baskets, or maxLength is 1.")
    kept = strongest(rules, found.baskets, limits.most_rules)
    if len(kept) < len(rules):
        progress.warn(f"{len(rules):,} rules met what was asked for: the {len(kept):,} of the highest lift were kept (the setting "
                      "most_rules).")
    return Associated(rules.only(kept), p[kept], adjusted[kept], len(rules), tests)


def tested(rules: Any, baskets: int, tests: int, correction: RuleCorrection) -> tuple[Any, Any]:
    """The p-value of each rule, and the corrected one. A rule and its reverse are one test."""
    import numpy as np

    from plugins.rules.significance import benjamini_hochberg, fisher, holm

    _, first, again = np.unique(rules.test, return_index=True, return_inverse=True)
    p = fisher(baskets, rules.a[first], rules.c[first], rules.both[first])
    adjusted = p
    if correction is not RuleCorrection.NONE:
        adjusted = (holm if correction is RuleCorrection.HOLM else benjamini_hochberg)(p, tests)
    return p[again], adjusted[again]


# Measured with 1,000,000 baskets of 8,500,000 lines; rounded up.
FIXED_BYTES, FIXED_SECONDS = 500e6, 2.0  # libraries, start, and one part of the work
LINE_BYTES, LINE_SECONDS = 150, 1e-6  # for a line: reading it, its basket, and the pairs that it is in
ITEMSET_BYTES, ITEMSET_SECONDS = 2_000, 60e-6  # for an itemset that may be kept, and for a rule: finding and writing it
LIBRARY = {RuleAlgorithm.ECLAT: (0.0, 0.0), RuleAlgorithm.APRIORI: (600.0, 10e-6), RuleAlgorithm.FP_GROWTH: (600.0, 5e-6)}


def estimate(counts: Mapping[str, int], start: RuleMiningRunStartInput, *, limits: Limits) -> Estimate:
    """From the whole tables: a selection can only make it less. How much time long baskets take nobody knows before."""
    lines, kept = counts["transactionLines"], limits.most_itemsets + limits.most_rules
    more_bytes, more_seconds = LIBRARY[start.algorithm]
    return Estimate(lines, FIXED_BYTES + lines * (LINE_BYTES + more_bytes) + kept * ITEMSET_BYTES,
                    FIXED_SECONDS + lines * (LINE_SECONDS + more_seconds) + kept * ITEMSET_SECONDS)


def rule_mining(limits: Limits) -> Analysis[RuleMiningRunStartInput]:
    return Analysis(
        name=NAME, title="Association rules", title_zh="关联规则", description=DESCRIPTION, version=1,
        start=RuleMiningRunStartInput, run=RuleMiningRun, needs=("transactionLines", "products"), compute=partial(compute, limits=limits),
        slots=lambda _: [SLOT], estimate=partial(estimate, limits=limits),
        charts={"rules": Chart("How rules are spread", "关联规则分布", draw_scatter),
                "network": Chart("What belongs together", "商品关联网络", draw_network)},
        libraries=("pyarrow", "scipy.sparse", "scipy.stats"),
    )


ANALYSES = (rule_mining,)
