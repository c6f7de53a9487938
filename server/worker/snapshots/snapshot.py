"""The snapshot that an analysis is given: the customers it may look at, their ties, and nothing of anybody else."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schema import ids as opaque
from schema.analyses.contract import Graph, InvalidParameters
from schema.errors import RequestError
from schema.features.contract import Feature, FeatureColumn, Period
from schema.relationships.models import RelationshipSign
from server.worker.snapshots.features import Scored, columns_of
from server.worker.snapshots.graph import Numbering, Rows, TieGraph, both, directed_graph, holding
from server.worker.snapshots.past import PastSnapshot

PURPOSE = "analytics"
SIGNS = {RelationshipSign.POSITIVE.name: 1, RelationshipSign.NEUTRAL.name: 0, RelationshipSign.NEGATIVE.name: -1}
Names = Callable[[Sequence[int]], dict[int, str]]


class TakenSnapshot:
    """What `schema.analyses.contract.Snapshot` promises.

    `tables` are whole; `selection` holds ids of customers, None for all; `names` looks up what customers are called now;
    `transactions` holds ids of transactions, None for all. `known` are the features that may be asked for, `scored` what runs found of
    those that are read from runs.
    """

    def __init__(self, as_of: datetime.datetime, tables: Mapping[str, pa.Table], needs: Sequence[str], selection: Any, names: Names,
                 transactions: Any = None, known: Mapping[str, Feature] | None = None, scored: Mapping[str, Scored] | None = None):
        self.as_of, self.needs = as_of, tuple(needs)
        self._features, self._scored = known or {}, scored or {}
        self._tables, self._names = tables, names
        self._selected, self.transactions = selection is not None, transactions
        customers = tables["customers"]["id"].to_numpy()
        chosen = np.ones(len(customers), dtype=bool) if selection is None else np.isin(customers, selection)
        refused = chosen & np.isin(customers, refusing(tables["consents"]))
        self.excluded = int(refused.sum())
        self._kept = chosen & ~refused
        self._numbering = Numbering(customers[self._kept])
        self._past: PastSnapshot | None = None

    @property
    def ids(self) -> Any:
        """int64[n], ascending: the customers that are in it."""
        return self._numbering.ids

    @property
    def row_counts(self) -> dict[str, int]:
        return {name: self.table(name).num_rows for name in self.needs}

    def table(self, name: str) -> pa.Table:
        if name not in self.needs:
            raise LookupError(f"the analysis has no table {name}: it says that it needs {', '.join(self.needs)}")
        match name:
            case "customers":
                return self._customers
            case "relationships":
                return self._relationships
            case "behaviour" | "traits" | "browseEvents" | "reviews" | "demographics" | "segmentMembers" | "customerGroups":
                return self._described(name)
            case "transactions" | "transactionLines":
                return self._sold(name)
            case "surveyResponses" | "surveyAnswers":
                return self._responses if name == "surveyResponses" else self._answers
        return self._tables[name]

    def _described(self, name: str) -> pa.Table:
        """Rows about customers who are in the snapshot."""
        table = self._tables[name]
        kept = self._numbering.column(table["customer_id"]) >= 0
        return table if kept.all() else table.filter(kept)

    def _sold(self, name: str) -> pa.Table:
        """What customers in the snapshot bought; and, when nobody chose some of them, what nobody knows the buyer of."""
        table = self._tables[name]
        buyers = table["customer_id"].to_numpy()
        kept = self._numbering.column(table["customer_id"]) >= 0
        if not self._selected:
            kept |= buyers == 0
        if self.transactions is not None:
            kept &= np.isin(table["id" if name == "transactions" else "transaction_id"].to_numpy(), self.transactions)
        return table if kept.all() else table.filter(kept)

    @cached_property
    def _responses(self) -> pa.Table:
        """What customers in the snapshot answered; and, when nobody chose some of them, what nobody knows who answered."""
        table = self._tables["surveyResponses"]
        kept = self._numbering.column(table["customer_id"]) >= 0
        if not self._selected:
            kept |= table["customer_id"].to_numpy() == 0
        return table if kept.all() else table.filter(kept)

    @cached_property
    def _answers(self) -> pa.Table:
        table, kept = self._tables["surveyAnswers"], self._responses["id"].to_numpy()
        if len(kept) == self._tables["surveyResponses"].num_rows:
            return table
        return table.filter(Numbering(kept).column(table["response_id"]) >= 0)

    @cached_property
    def _customers(self) -> pa.Table:
        return self._tables["customers"].filter(self._kept) if self._partial else self._tables["customers"]

    @cached_property
    def _relationships(self) -> pa.Table:
        table = self._tables["relationships"]
        return table.filter(self._between) if self._partial else table

    @property
    def _partial(self) -> bool:
        return not self._kept.all()

    @cached_property
    def _ends(self) -> tuple[Any, Any]:
        table = self._tables["relationships"]
        return self._numbering.column(table["from_id"]), self._numbering.column(table["to_id"])

    @property
    def _between(self) -> Any:
        """Ties both ends of which are in the snapshot."""
        source, target = self._ends
        return (source >= 0) & (target >= 0)

    def graph(self, *, kinds: Sequence[str] | None = None, signs: Sequence[str] | None = None, directed: bool = True,
              weighted: bool = True, at: datetime.datetime | None = None) -> Graph:
        if "relationships" not in self.needs:
            raise LookupError("an analysis that asks for a graph says that it needs relationships")
        table, (source, target) = self._tables["relationships"], self._ends
        chosen = self._chosen(table, kinds, signs, at or self.as_of)
        weight = table["weight"].to_numpy() if weighted else np.ones(len(source))
        sign, one_way = table["sign"].to_numpy(), table["directed"].to_numpy()
        if chosen is not None:
            source, target, weight, sign, one_way = (array[chosen] for array in (source, target, weight, sign, one_way))
        if directed:
            return directed_graph(self.ids, source, target, weight, sign, one_way, Rows(table["id"], chosen, one_way))
        return TieGraph(self.ids, source, target, weight, sign, directed=False, rows=Rows(table["id"], chosen, None))

    def _chosen(self, table: pa.Table, kinds: Sequence[str] | None, signs: Sequence[str] | None, at: datetime.datetime) -> Any:
        """bool[m], or None for all of the ties."""
        chosen = both(self._between if self._partial else None, holding(table, at))
        if kinds is not None:
            chosen = both(chosen, np.isin(table["kind_id"].to_numpy(), self._kind_ids(kinds)))
        if signs is not None:
            chosen = both(chosen, np.isin(table["sign"].to_numpy(), [SIGNS[sign] for sign in signs]))
        return chosen

    def _kind_ids(self, keys: Sequence[str]) -> Any:
        table = self._tables["relationshipKinds"]
        known = dict(zip(table["key"].to_pylist(), table["id"].to_pylist(), strict=True))
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise InvalidParameters(f"There is no kind of relationship called {', '.join(unknown)}.")
        return np.array([known[key] for key in keys], dtype=np.int64)

    def features(self, name: str, since: datetime.datetime | None = None,
                 until: datetime.datetime | None = None) -> Sequence[FeatureColumn]:
        if name not in self._features:
            raise InvalidParameters(f"The feature {name} is not here any more: the plugin that brings it is gone or does not serve.")
        return columns_of(self._features[name], self._until(until), self._scored.get(name), Period(since, until, until or self.as_of))

    def _until(self, moment: datetime.datetime | None) -> Any:
        """Features are asked for one after the other with the same moment, and may keep what they worked out for others."""
        if moment is None:
            return self
        if self._past is None or self._past.as_of != moment:
            self._past = PastSnapshot(self, moment)
        return self._past

    def positions(self, ids: Sequence[str]) -> Any:
        numbers = self._numbering(np.array([_customer(id_) for id_ in ids], dtype=np.int64))
        missing = [id_ for id_, number in zip(ids, numbers.tolist(), strict=True) if number < 0]
        if missing:
            raise InvalidParameters(f"{', '.join(missing[:5])} is not among the customers of this run.")
        return numbers.astype(np.int64)

    def names(self, ids: Sequence[int]) -> list[str]:
        numbers = [int(id_) for id_ in ids]
        found = self._names(numbers)
        return [found.get(number, opaque.encode("c", number)) for number in numbers]


def refusing(consents: pa.Table) -> Any:
    """int64[k]: customers whose latest word on analytics is no. Who has said nothing has not refused."""
    refused = consents.filter(pc.and_(pc.equal(consents["purpose"], PURPOSE), pc.invert(consents["granted"])))
    return refused["customer_id"].to_numpy()


def _customer(id_: str) -> int:
    try:
        return opaque.number(id_, "c", "Customer")
    except RequestError:
        raise InvalidParameters(f"{id_[:40]} is not the id of a customer.") from None
