"""The analysis `potentialPartners`: from a snapshot's network to proposals and a test of the method; what it costs, and who it is for."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from guanxi import Analysis, Chart, Estimate, Graph, InsufficientData, Metric, Progress, Result, Snapshot
from plugins.graph.limits import Limits
from plugins.graph.partners.charts import draw_curve, draw_scores
from plugins.graph.partners.start import NAME, SLOT, PotentialPartnersRunStartInput
from plugins.graph.partners.types import PotentialPartnersRun

DESCRIPTION = (
    "Looks for customers who are not tied to each other and might be: those who share contacts. It proposes the likeliest to each "
    "customer and names the contacts through whom they could meet. How well the method does it finds out by hiding some of the ties.")


def compute(snapshot: Snapshot, start: PotentialPartnersRunStartInput, progress: Progress, *, most_ties: int) -> Result:
    from plugins.graph.partners.contacts import contacts, not_to_be_proposed
    from plugins.graph.partners.scoring import proposals

    progress("selecting relationships")
    graph = snapshot.graph(kinds=start.network.kinds or None, signs=start.signs(), directed=False)
    linked = tied_pairs(snapshot.graph(directed=False))
    ties = tied_pairs(graph)
    if not len(ties.source):
        raise InsufficientData(f"Among the {len(graph.ids):,} customers of this run there is no relationship of the kinds and signs "
                               "that were asked for: nobody has a contact in common with anybody.")
    method = start.method.name
    test = evaluated(ties, linked, start, progress, most_ties)
    of = contacts(ties, method, most_ties)
    if of.passed_over:
        progress.warn(f"Customers with more than {most_ties:,} contacts (the setting largest_common_contact) were passed over as common "
                      f"contacts, for they would bring together nearly everybody: {of.passed_over:,} of them.")
    found = proposals(of, not_to_be_proposed(linked), method, start.per_customer, partial(progress, "scoring"))
    if not len(found.node):
        raise InsufficientData("Nobody shares a contact with anybody to whom they are not tied already: there is nobody to propose.")
    metrics = [Metric("auc", test.method.auc, baseline=0.5), Metric("auc popularity", test.popularity.auc, baseline=0.5)] if test else []
    return Result(tables(graph.ids, found), summary(start, found, of, test), metrics, {"test": test})


def tied_pairs(graph: Graph) -> Any:
    """Who is tied to whom, however often and however strongly."""
    import numpy as np

    from plugins.graph.metrics.communities import collapse

    return collapse(len(graph.ids), graph.source, graph.target, np.ones(len(graph.source)))


def evaluated(ties: Any, linked: Any, start: PotentialPartnersRunStartInput, progress: Progress, most_ties: int) -> Any:
    """The test of the method, or None. Warns of a method that is not worth its name here."""
    from plugins.graph.partners.evaluation import LEAST_HIDDEN, evaluate

    if not start.hidden_share:
        return None
    progress("testing")
    test = evaluate(ties, linked, start.method.name, share=start.hidden_share, seed=start.seed or 0, most_ties=most_ties)
    if test is None:
        progress.warn(f"The method was not tested: that takes at least {LEAST_HIDDEN} hidden ties, of the {len(ties.source):,} that there "
                      "are, and pairs without a tie.")
    elif test.method.auc <= 0.5:
        progress.warn(f"Hidden ties were found no better than by chance (AUC {test.method.auc:.3f}): do not rely on the proposals.")
    elif test.method.auc < test.popularity.auc:
        progress.warn(f"Hidden ties were found better by the numbers of contacts alone (AUC {test.popularity.auc:.3f}) than by this method "
                      f"({test.method.auc:.3f}).")
    return test


def tables(ids: Any, found: Any) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    return {
        "graph_partners": pa.table({
            "customer_id": ids[found.node], "partner_id": ids[found.partner], "id": np.arange(len(found.node)),
            "position": found.position, "score": found.score, "common": found.common}),
        "graph_partner_vias": pa.table({"partner_row_id": found.pair, "via_id": ids[found.via], "position": found.via_position}),
    }


def summary(start: PotentialPartnersRunStartInput, found: Any, of: Any, test: Any) -> dict[str, Any]:
    figures = {"method": start.method.name, "pairCount": len(found.node), "customerCount": int((found.position == 1).sum()),
               "passedOverCount": of.passed_over}
    return figures | ({} if test is None else {
        "hiddenCount": test.hidden, "auc": test.method.auc, "aucError": test.method.error, "popularityAuc": test.popularity.auc})


# Measured with 500,000 customers, 5,000,000 relationships and as many proposals (1.6 GB, 101 s); rounded up.
FIXED_BYTES, FIXED_SECONDS = 600e6, 2.0  # libraries, start, and one part of the work
TIE_BYTES, TIE_SECONDS = 160, 3e-6  # for a relationship: reading it, its pairs and matrices, hiding some
STEP_SECONDS = 15e-9  # for a way of two steps between customers
CUSTOMER_BYTES, CUSTOMER_SECONDS = 100, 40e-6
PROPOSAL_BYTES, PROPOSAL_SECONDS = 200, 30e-6  # for a proposal with three contacts: finding, ordering and writing it


def estimate(counts: Mapping[str, int], start: PotentialPartnersRunStartInput, *, most_ties: int) -> Estimate:
    """From the whole tables: a selection can only make it less. How many ways of two steps there are depends on the network: never more
    than twice the relationships times the most contacts that somebody in the middle may have."""
    customers, ties = counts["customers"], counts["relationships"]
    steps = 2 * ties * min(most_ties, customers, ties)
    found = min(customers, 2 * ties) * min(start.per_customer, customers)
    memory = FIXED_BYTES + customers * CUSTOMER_BYTES + ties * TIE_BYTES + found * PROPOSAL_BYTES
    seconds = FIXED_SECONDS + customers * CUSTOMER_SECONDS + ties * TIE_SECONDS + steps * STEP_SECONDS + found * PROPOSAL_SECONDS
    return Estimate(customers + ties, memory, seconds)


def potential_partners(limits: Limits) -> Analysis[PotentialPartnersRunStartInput]:
    most_ties = limits.largest_common_contact
    return Analysis(
        name=NAME, title="Potential partners", title_zh="潜在伙伴", description=DESCRIPTION, version=1,
        start=PotentialPartnersRunStartInput, run=PotentialPartnersRun, needs=("customers", "relationships", "relationshipKinds"),
        compute=partial(compute, most_ties=most_ties), slots=lambda _: [SLOT], estimate=partial(estimate, most_ties=most_ties),
        charts={"test": Chart("How well hidden ties are found again", "隐藏关系的找回效果", draw_curve),
                "scores": Chart("Scores of the proposals", "推荐得分分布", draw_scores)},
        minimum_rows=2, libraries=("pyarrow", "scipy.sparse"),
    )


ANALYSES = (potential_partners,)
