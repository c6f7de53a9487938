"""What an analysis is: the record that a plugin returns for each of its analyses, and what its function is given and gives back.

The function runs in a process of its own; everything here is light enough for the process that answers.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from schema.features.contract import FeatureColumn

P = TypeVar("P")


class Progress(Protocol):
    """How an analysis tells how far it has come. It may be called as often as one likes: most calls cost a microsecond."""

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """`stage` is a word or two in English ("ranking"), `done` of `total` steps are behind it."""

    def warn(self, text: str) -> None:
        """Something that whoever reads the result should know. It is kept with the run."""


class Graph(Protocol):
    """Relationships of a snapshot as arrays. Customers are numbered 0..n-1 in the order of their ids.

    `ids`: int64[n]; `source`, `target`: int64[m], numbers of customers; `weight`: float64[m]; `sign`: int8[m], 1, 0 or -1;
    `directed`: whether an edge leads one way. In a directed graph a tie without a direction stands as two edges.
    """

    ids: Any
    source: Any
    target: Any
    weight: Any
    sign: Any
    directed: bool

    def matrix(self) -> Any:
        """scipy.sparse.csr_array, float64[n, n]: entry [i, j] is the weight of the edges from i to j, parallel ones added up."""

    def igraph(self) -> Any:
        """igraph.Graph with the edge attribute `weight`."""

    def relationships(self, edges: Any) -> Any:
        """int64[k]: the numbers in the ids of the relationships that k edges are, given by their places in `source`."""


class Snapshot(Protocol):
    """The data of one moment, read once and kept in memory-mapped files. Customers without consent are not in it."""

    as_of: datetime.datetime  # the moment for which ties hold: what the parameters ask for, else when it was read

    def table(self, name: str) -> Any:
        """pyarrow.Table of one of the tables that the analysis needs.

        "customers": id, kind, created_at. "relationships", "relationshipKinds". "behaviour": what customers bought in all, by currency.
        "traits": their tags, industry, country and city. "transactions": id, customer_id, kind, occurred_at, currency, total.
        "transactionLines": transaction_id, product_id, what the transaction says, quantity, amount. "products": id, sku, name,
        category. "browseEvents": customer_id, product_id, started_at, seconds. "reviews": customer_id, product_id, score, created_at.
        "demographics": customer_id, birth_year (0: unknown), education_level, income (-1: unknown) and its currency, industry,
        employee_count (-1: unknown), service_level, tag_count; texts that are unknown are "". "segmentMembers":
        segment_id, segment (its name), customer_id: who is in it now. "customerGroups": customer_id, attribute (SEGMENT, KIND, GENDER,
        EDUCATION_LEVEL, INDUSTRY, SERVICE_LEVEL, REGION, CITY, COUNTRY) and value: a customer may be in several segments.
        "surveyQuestions": id, survey_id, key, position, kind, text_en, text_zh, scale_min, scale_max, reverse_scored, scale, labels_en,
        labels_zh (JSON, or ""). "surveyResponses": id, survey_id, customer_id (0: nobody knows), wave, submitted_at. "surveyAnswers":
        response_id, question_id, value, in the order of responses.
        A customer or product that nobody knows is 0; a category that is missing is "". Money and quantities are float64, moments UTC.
        Transactions without a customer are there unless the parameters choose customers; those that the parameters choose, when they
        choose transactions. Responses of nobody known are there unless the parameters choose customers.
        """

    def graph(self, *, kinds: Sequence[str] | None = None, signs: Sequence[str] | None = None, directed: bool = True,
              weighted: bool = True, at: datetime.datetime | None = None) -> Graph:
        """The ties that hold at `as_of`, or `at` another moment, between the selected customers, of these kinds (keys) and signs
        (names)."""

    def features(self, name: str, since: datetime.datetime | None = None,
                 until: datetime.datetime | None = None) -> "Sequence[FeatureColumn]":
        """The columns of a feature that the analysis says it reads: one, or those of a family. What customers did counts from `since` on
        and before `until`, and nothing that happened later is there to be computed with; days are counted back from `until`, or else from
        `as_of`. What tables do not date (demographics, traits, behaviour), and scores of runs, are as they are known now."""

    def positions(self, ids: Sequence[str]) -> Any:
        """int64[k]: the numbers, in `graph().ids`, of customers given by opaque id. Raises `InvalidParameters` for any other."""

    def names(self, ids: Sequence[int]) -> list[str]:
        """What customers, given by the numbers in their ids, are called: for the labels of a chart. Never kept in a file."""


@dataclass(frozen=True)
class Metric:
    """A figure that says how good a result is; `baseline` is what the simplest method reaches."""

    name: str
    value: float | None
    baseline: float | None = None
    fold: int | None = None


@dataclass(frozen=True)
class Result:
    """What an analysis found.

    `tables`: by the name of a table of the plugin, a pyarrow.Table with its columns but `run_id`, which is added. Ids of rows,
    and references to them, are numbered from 0 by the analysis; they are stored as run * 2**32 + number.
    `summary`: figures that describe the result as a whole, as JSON; a run type shows them through `from_summary`.
    `drawing`: whatever the charts need beside the tables.
    """

    tables: Mapping[str, Any]
    summary: Mapping[str, Any] = field(default_factory=dict)
    metrics: Sequence[Metric] = ()
    drawing: Mapping[str, Any] = field(default_factory=dict)


class InsufficientData(Exception):
    """There is too little data for the analysis to say anything. The text says what there is and what is needed."""


class InvalidParameters(Exception):
    """Parameters that are out of bounds, or that turned out wrong when the data was there. The text says why, and `path` which: names
    and positions as clients write them, from the input that raises it ("graph", "kinds", "0")."""

    def __init__(self, text: str, *path: str):
        super().__init__(text)
        self.path = path


@dataclass(frozen=True)
class Estimate:
    """What a run will need, roughly, and never too little: bytes of memory and seconds of one processor."""

    rows: int
    memory: float
    seconds: float


@dataclass(frozen=True)
class Chart:
    """A picture of a result. `draw(result, snapshot, language)` returns a matplotlib Figure, or None when the result has nothing of the
    kind; "en" or "zh" is what labels are in."""

    title: str
    title_zh: str
    draw: Callable[[Result, Snapshot, str], Any]


@dataclass(frozen=True, kw_only=True)
class Analysis(Generic[P]):
    """One kind of analysis. `start` is the input of its start mutation, a subclass of `RunStart`, whose `__post_init__` raises
    `InvalidParameters` or ValueError for what is out of bounds; `run` is the type of its runs, a subclass of `AnalysisRun`.

    `compute(snapshot, start, progress)` is pure: the same snapshot and parameters give the same result, chance comes from the
    parameters' seed only. It imports its libraries itself. `slots` names what a run answers for when it is published.
    """

    name: str  # camelCase, unique over all plugins: `graphMetrics` is started by `graphMetricsRunStart`
    title: str
    title_zh: str
    description: str
    version: int  # raised when the same input would give another result
    start: type[P]
    run: type
    needs: tuple[str, ...] | Callable[[P], tuple[str, ...]]  # tables of the snapshot; a function where the parameters decide
    compute: Callable[[Snapshot, P, Progress], Result]
    slots: Callable[[P], Sequence[str]]
    estimate: Callable[[Mapping[str, int], P], Estimate]  # given how many rows each needed table has at most
    charts: Mapping[str, Chart] = field(default_factory=dict)
    minimum_rows: int = 1  # of the first table that it needs
    features: Callable[[P], Mapping[tuple[str, ...], str]] = lambda _: {}  # that it reads, by where in its input they are named
    deterministic: bool = True
    libraries: tuple[str, ...] = ()  # modules to import ahead of time, and whose versions a run records

    def tables(self, start: P) -> tuple[str, ...]:
        """The tables of the snapshot that a run with these parameters reads."""
        return self.needs if isinstance(self.needs, tuple) else self.needs(start)
