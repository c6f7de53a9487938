"""The analysis `satisfaction`: what it reads, what it costs, and what its runs answer for."""

from collections.abc import Mapping

from guanxi import Analysis, Estimate, Progress, Result, Snapshot
from plugins.satisfaction.charts import CHARTS
from plugins.satisfaction.names import NAME, SLOT
from plugins.satisfaction.start import SatisfactionRunStartInput
from plugins.satisfaction.types import SatisfactionRun

DESCRIPTION = (
    "Evaluates a survey: what each question says, whether questions measure the same (Cronbach's alpha), whether groups of customers "
    "differ (analysis of variance, Welch, Kruskal and Wallis, pairs, a model of ordered answers) and which test suits, what goes along "
    "with satisfaction as a whole, and how it went from wave to wave.")


def compute(snapshot: Snapshot, start: SatisfactionRunStartInput, progress: Progress) -> Result:
    from plugins.satisfaction.evaluating import evaluate

    return evaluate(snapshot, start, progress)


# Measured with 1,000,000 responses to 20 questions, in a process of its own; rounded up.
FIXED_BYTES, FIXED_SECONDS = 400e6, 3.0  # libraries and start
RESPONSE_BYTES, RESPONSE_SECONDS = 600, 20e-6  # most of it for writing rows of customers
ANSWER_BYTES, ANSWER_SECONDS = 60, 1.5e-6
GROUPS_SECONDS = 12.0  # pairs of twenty groups, for each factor


def estimate(counts: Mapping[str, int], start: SatisfactionRunStartInput) -> Estimate:
    """From the whole tables: one survey can only make it less."""
    responses, answers = counts["surveyResponses"], counts["surveyAnswers"]
    return Estimate(responses + answers, FIXED_BYTES + responses * RESPONSE_BYTES + answers * ANSWER_BYTES,
                    FIXED_SECONDS + responses * RESPONSE_SECONDS + answers * ANSWER_SECONDS + len(start.by) * GROUPS_SECONDS)


def slots(start: SatisfactionRunStartInput) -> list[str]:
    """Satisfaction as such, and the survey: a run about another one does not take its place there."""
    return [SLOT, f"sv_{start.survey}"]


SATISFACTION = Analysis(
    name=NAME, title="Satisfaction", title_zh="满意度分析", description=DESCRIPTION, version=1, start=SatisfactionRunStartInput,
    run=SatisfactionRun, needs=SatisfactionRunStartInput.tables, compute=compute, slots=slots, estimate=estimate, charts=CHARTS,
    features=SatisfactionRunStartInput.named, libraries=("pyarrow", "scipy.stats"),
)
