"""The analysis `propensity`: from a snapshot's past to a model, a test of it, and a probability for each customer; what a run costs and
answers for."""

from collections.abc import Mapping

from guanxi import Analysis, Estimate, Progress, Result, Snapshot
from plugins.propensity.charts import CHARTS
from plugins.propensity.names import NAME
from plugins.propensity.start import MOST_WINDOWS, PropensityModel, PropensityRunStartInput, is_given
from plugins.propensity.types import PropensityRun

DESCRIPTION = (
    "How probable it is that a customer buys anything, a product, or one of a category within some days: by logistic regression, a support "
    "vector machine or a random forest, learned from windows of the past and tested on the latest one. Features are those of "
    "customerFeatures as they were when each window opened: nothing that came later is among them.")


def compute(snapshot: Snapshot, start: PropensityRunStartInput, progress: Progress) -> Result:
    import json

    import pyarrow as pa

    from plugins.propensity.cautions import caution, caution_of_test
    from plugins.propensity.evaluating import built, importances, metrics, tested
    from plugins.propensity.events import behaviour
    from plugins.propensity.learning.folds import How
    from plugins.propensity.ranks import standing
    from plugins.propensity.reading import examples
    from plugins.propensity.scoring import scored
    from plugins.propensity.summary import summary
    from plugins.propensity.windows import moment_of, windows

    progress("reading purchases")
    found = behaviour(snapshot, start)
    made, now = windows(found, start), moment_of(found, start)
    progress("reading features")
    rows = examples(snapshot, start, found, made)
    how = How(start.model, start.class_weights, start.folds, start.seed or 0)
    test = tested(rows, how, progress)
    threshold = start.threshold if is_given(start.threshold) and start.threshold else test.model.threshold
    quality = metrics(test, threshold)
    model, folds = built(rows, how, progress, "learning")
    caution(rows, model, progress)
    caution_of_test(test.rows.bought, test.base, quality, progress)
    progress("scoring")
    place, p = scored(snapshot, start, found, model.encoding, model.learned, now)
    ranks, percentiles = standing(p)
    figures = summary(start, now, made, rows, model, test, threshold, importances(test, how.seed), p)
    kept = {"encoding": model.encoding.as_json(), "learned": model.learned.as_json()}
    return Result(
        {"propensity_scores": pa.table({"customer_id": found.ids[place], "value": p, "rank": ranks, "percentile": percentiles}),
         "propensity_models": pa.table({"content": [json.dumps(kept, separators=(",", ":"))]})},
        figures, [*quality, *folds], {"titles": {one.name: (one.title, one.title_zh) for one in rows.columns}})


# Measured with 200,000 customers (the forest: 100,000) and five transactions each, five features, four windows and five folds; rounded up.
FIXED_BYTES, FIXED_SECONDS = 500e6, 6.0  # libraries, and what takes long for few customers
ROW_BYTES, ROW_SECONDS = 150, 1e-6  # for a row of any table that is read
VALUE_BYTES = 150  # for one feature of a customer in a window
SECONDS = {PropensityModel.LOGISTIC_REGRESSION: 1.6e-6, PropensityModel.SVM: 4e-6, PropensityModel.RANDOM_FOREST: 6e-6}
FOREST_SECONDS = 1.0  # for one forest, however few learn from
SVM_SECONDS = 8e-8  # for two examples that are compared, of 10,000 at most
CUSTOMER_SECONDS = 20e-6  # their row of the result, and writing it
COLUMNS = 12  # of a family at most


def estimate(counts: Mapping[str, int], start: PropensityRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, rows = counts["customers"], sum(counts.values())
    windows = (start.windows if is_given(start.windows) else 4) or MOST_WINDOWS
    columns = min(50, sum(COLUMNS if name.endswith("Shares") else 1 for name in start.chosen)) + (4 if start.has_history else 0)
    values, fits = customers * windows * columns, 2 * (start.folds + 1)
    seconds = FIXED_SECONDS + rows * ROW_SECONDS * windows + customers * CUSTOMER_SECONDS + values * fits * SECONDS[start.model]
    if start.model is PropensityModel.SVM:
        seconds += fits * min(customers * windows, 10_000) ** 2 * SVM_SECONDS
    elif start.model is PropensityModel.RANDOM_FOREST:
        seconds += fits * FOREST_SECONDS
    return Estimate(rows, FIXED_BYTES + rows * ROW_BYTES + values * VALUE_BYTES, seconds)


PROPENSITY = Analysis(
    name=NAME, title="Purchase probability", title_zh="购买概率", description=DESCRIPTION, version=1, start=PropensityRunStartInput,
    run=PropensityRun, needs=PropensityRunStartInput.tables, compute=compute, slots=lambda start: [start.slot], estimate=estimate,
    charts=CHARTS, features=PropensityRunStartInput.named, libraries=("pyarrow", "scipy.stats", "sklearn", "sklearn.linear_model"),
)
