"""The analysis `recommendation`: from purchases and relationships to lists for each customer, and a test of the methods."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from guanxi import Analysis, InsufficientData, Metric, Progress, Result, Snapshot
from plugins.recommend.charts import CHARTS
from plugins.recommend.costs import estimate
from plugins.recommend.limits import Limits
from plugins.recommend.slots import SLOTS
from plugins.recommend.start import NAME, RecommendationKind, RecommendationRunStartInput
from plugins.recommend.types import RecommendationRun

DESCRIPTION = (
    "Recommends products to customers, and customers who are like them: from what those buy who buy alike, from what is bought together, "
    "from relationships, and from what is popular; says why and through whom. How well each method does, and their blend, it finds out "
    "by hiding the latest purchases, beside the best sellers.")
MEASURES = {"hitRate": "hit_rate", "precision": "precision", "recall": "recall", "ndcg": "ndcg", "coverage": "coverage"}


def compute(snapshot: Snapshot, start: RecommendationRunStartInput, progress: Progress, *, limits: Limits) -> Result:
    from plugins.recommend.listing import customer_lists, product_lists
    from plugins.recommend.reading import known, read_lines
    from plugins.recommend.testing import tested

    progress("reading purchases")
    lines = read_lines(snapshot, start)
    given = known(snapshot, start, lines, limits)
    tell_passed_over(given, progress)
    found = {}
    if start.wants(RecommendationKind.PRODUCT):
        found[RecommendationKind.PRODUCT] = product_lists(given, start, progress)
    if start.wants(RecommendationKind.CUSTOMER):
        found[RecommendationKind.CUSTOMER] = customer_lists(given, start, progress)
    if not any(len(one.lists.item) for one in found.values()):
        raise InsufficientData(nothing_left(given, start))
    test = tested(snapshot, start, lines, limits, progress) if start.wants(RecommendationKind.PRODUCT) else None
    drawing = {"test": test, "buyers": given.purchases.buyers}
    return Result(tables(lines, given, found), summary(start, given, found, test), metrics(test), drawing)


def tell_passed_over(given: Any, progress: Progress) -> None:
    crowded, greedy = (int((counts > most).sum()) for counts, most in (
        (given.purchases.buyers, given.limits.most_buyers), (given.purchases.bought, given.limits.most_bought)))
    if crowded:
        progress.warn(f"Products that more than {given.limits.most_buyers:,} customers bought (the setting most_buyers) were passed over "
                      f"in looking for customers who are alike: {crowded:,} of them.")
    if greedy:
        progress.warn(f"Customers who bought more than {given.limits.most_bought:,} products (the setting most_bought) were passed over in "
                      f"looking for products that go together: {greedy:,} of them.")


def nothing_left(given: Any, start: RecommendationRunStartInput) -> str:
    sold, buyers = int((given.purchases.buyers > 0).sum()), int((given.purchases.bought > 0).sum())
    return (f"There is nothing to recommend: {buyers:,} of {len(given.purchases.bought):,} customers bought {sold:,} products, and by the "
            f"methods of this run ({', '.join(name for name, weight in start.blend.by_method().items() if weight)}) none of these leads "
            "anybody to anything new.")


def tables(lines: Any, given: Any, found: Mapping[RecommendationKind, Any]) -> dict[str, Any]:
    import numpy as np

    from plugins.recommend.listing import customer_table, product_table, via_table

    made: dict[str, Any] = {}
    first, vias = 0, []
    for kind, one in found.items():
        ids = first + np.arange(len(one.lists.item))
        vias.append((first + one.grounds.place, one.grounds))
        first += len(ids)
        if kind is RecommendationKind.PRODUCT:
            made["recommend_products"] = product_table(lines, given.groups, one, ids)
        else:
            made["recommend_customers"] = customer_table(lines, one, ids)
    return made | {"recommend_vias": via_table(lines, vias)}


def summary(start: RecommendationRunStartInput, given: Any, found: Mapping[RecommendationKind, Any], test: Any) -> dict[str, Any]:
    import numpy as np

    of = given.purchases
    figures: dict[str, Any] = {
        "similarity": start.similarity.name, "neighbours": start.neighbours, "weights": start.blend.by_method(),
        "buyerCount": int((of.bought > 0).sum()), "soldCount": int((of.buyers > 0).sum()), "purchaseCount": int(of.has.nnz)}
    if (goods := found.get(RecommendationKind.PRODUCT)) is not None:
        figures |= {"productCount": len(goods.lists.item), "coverage": len(np.unique(goods.lists.item)) / figures["soldCount"],
                    "newcomerCount": int((of.bought[np.unique(goods.lists.customer)] == 0).sum())}
    if (people := found.get(RecommendationKind.CUSTOMER)) is not None:
        figures["customerCount"] = len(people.lists.item)
    return figures | ({} if test is None else {
        "splitAt": test.at.isoformat(), "testedCount": test.customers, "test": [
            {"method": method, **{name: getattr(quality, attribute) for name, attribute in MEASURES.items()}}
            for method, quality in test.qualities.items()]})


def metrics(test: Any) -> list[Metric]:
    """Of each method that was tested, beside what the best sellers reach; that of the blend comes first."""
    if test is None:
        return []
    baseline = test.qualities["BEST_SELLERS"]
    ordered = sorted((one for one in test.qualities if one != "BEST_SELLERS"), key=lambda one: one != "BLEND")
    return [Metric(name if method == "BLEND" else f"{name} {method}", getattr(test.qualities[method], attribute),
                   baseline=getattr(baseline, attribute)) for method in ordered for name, attribute in MEASURES.items()]


def needs(start: RecommendationRunStartInput) -> tuple[str, ...]:
    """Relationships and traits are read only where they count."""
    tied = ("relationships", "relationshipKinds") if start.blend.relations else ()
    grouped = ("traits",) if start.blend.popularity and start.grouped_by else ()
    return ("customers", "transactionLines", "products", *tied, *grouped)


def recommendation(limits: Limits) -> Analysis[RecommendationRunStartInput]:
    return Analysis(
        name=NAME, title="Recommendations", title_zh="推荐", description=DESCRIPTION, version=1, start=RecommendationRunStartInput,
        run=RecommendationRun, needs=needs, compute=partial(compute, limits=limits),
        slots=lambda start: [SLOTS[kind] for kind in start.wanted], estimate=partial(estimate, limits=limits), charts=CHARTS,
        libraries=("pyarrow", "scipy.sparse"),
    )
