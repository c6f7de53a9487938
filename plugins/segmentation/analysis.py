"""The analysis `segmentation`: what it reads, what it costs, and what its runs answer for."""

from collections.abc import Mapping
from functools import partial

from guanxi import Analysis, Estimate, Progress, Result, Snapshot
from plugins.segmentation.charts import CHARTS
from plugins.segmentation.limits import Limits
from plugins.segmentation.names import NAME, SLOT, TREE_SLOT
from plugins.segmentation.start import SegmentationRunStartInput
from plugins.segmentation.types import SegmentationRun

DESCRIPTION = (
    "Puts customers into groups that are alike in features of your choice, or tells by a tree which features lead to some other one. It "
    "names the groups by what is unusual about them, gives rules for belonging to them, and says how well they stand apart and whether "
    "they come out again. Features come from customerFeatures: what customers did within a window, what is known of them, and scores of "
    "published runs of other plugins.")


def compute(snapshot: Snapshot, start: SegmentationRunStartInput, progress: Progress, *, limits: Limits) -> Result:
    if start.algorithm.tree:
        from plugins.segmentation.trees.result import tree

        return tree(snapshot, start, progress)
    from plugins.segmentation.clustering.result import cluster

    return cluster(snapshot, start, progress, limits.neighbourhood_memory)


# Measured with 1,000,000 customers and ten features; rounded up.
FIXED_BYTES, FIXED_SECONDS = 500e6, 3.0
ROW_BYTES, ROW_SECONDS = 60, 1e-6  # for a row of any table that is read
CUSTOMER_BYTES, CUSTOMER_SECONDS = 300, 20e-6  # their row of the result, and writing it
VALUE_BYTES, VALUE_SECONDS = 60, 0.5e-6  # for one feature of a customer
CENTRE_SECONDS = 0.03e-6  # for one feature of a customer and one centre
TRY_SECONDS, STRENGTH_SECONDS = 1.0, 4.0  # for one k that is tried
PAIR_SECONDS = 15e-9  # for two customers that are compared
COLUMNS = 12  # of a family at most


def estimate(counts: Mapping[str, int], start: SegmentationRunStartInput, *, limits: Limits) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, rows = counts["customers"], sum(counts.values())
    values = customers * min(50, sum(COLUMNS if name.endswith("Shares") else 1 for name in start.features))
    memory = FIXED_BYTES + rows * ROW_BYTES + customers * CUSTOMER_BYTES + values * VALUE_BYTES
    seconds = FIXED_SECONDS + rows * ROW_SECONDS + customers * CUSTOMER_SECONDS + values * VALUE_SECONDS
    given = start.algorithm
    if given.k_means:
        tried = len(given.k_means.range) if len(given.k_means.range) > 1 else 0
        seconds += values * max(given.k_means.range) * CENTRE_SECONDS
        seconds += tried * (STRENGTH_SECONDS if given.k_means.selection.name == "CROSS_VALIDATION" else TRY_SECONDS)
    elif given.dbscan:
        memory += min(customers**2 * 16, limits.neighbourhood_memory)
        seconds += min(customers**2, limits.neighbourhood_memory / 16) * PAIR_SECONDS * 20
    elif given.hdbscan:
        seconds += min(customers, 50_000) ** 2 * PAIR_SECONDS * len(start.features)
    return Estimate(rows, memory, seconds)


def slots(start: SegmentationRunStartInput) -> list[str]:
    return [TREE_SLOT if start.algorithm.tree else SLOT]


def segmentation(limits: Limits) -> Analysis[SegmentationRunStartInput]:
    return Analysis(
        name=NAME, title="Segmentation", title_zh="客户分群", description=DESCRIPTION, version=1, start=SegmentationRunStartInput,
        run=SegmentationRun, needs=("customers",), compute=partial(compute, limits=limits), slots=slots,
        estimate=partial(estimate, limits=limits), charts=CHARTS, minimum_rows=2, features=SegmentationRunStartInput.named,
        libraries=("pyarrow", "sklearn", "sklearn.cluster", "sklearn.tree"),
    )
