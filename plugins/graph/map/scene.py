"""A map as it is drawn or written to a file: customers with names, scores and places, and the ties between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import Snapshot
from plugins.graph.map.layout import Drawing, laid_out

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """`n` customers and `m` ties between them. `points`: float64[n, 2], -1..1; `community`: int64[n], -1 for none; `scores`: by name,
    float64[n], NaN for none. `source` and `target` are places among the customers; `sign`: int8[m]; `directed`: bool[m]."""

    ids: Numbers
    names: list[str]
    depth: Numbers
    root: NDArray[np.bool_]
    points: Floats
    community: Numbers
    community_names: Mapping[int, str]
    scores: Mapping[str, Floats]
    relationships: Numbers
    source: Numbers
    target: Numbers
    weight: Floats
    sign: NDArray[np.int8]
    directed: NDArray[np.bool_]
    kinds: list[str]

    @property
    def strength(self) -> Floats:
        n = len(self.ids)
        return np.asarray(np.bincount(self.source, self.weight, n) + np.bincount(self.target, self.weight, n), np.float64)


def scene(snapshot: Snapshot, given: Mapping[str, Any], *, named: bool) -> Scene:
    """What `given` tells of a map (see `plugins.graph.map.fields`), with what the snapshot knows. Who is gone since is left out. Without
    `named`, customers are called by their ids."""
    ids = np.array(given["nodes"], np.int64)
    there = np.isin(ids, snapshot.table("customers")["id"].to_numpy())
    ids, depth = ids[there], np.array(given["depths"], np.int64)[there]
    ties = rows_of(snapshot, given["relationships"], ids)
    root = np.isin(ids, np.array(given["roots"], np.int64))
    points = placed(given, there, ties, depth if root.any() else None)
    community = np.array([-1 if one is None else one for one in given["communities"]], np.int64)[there]
    scores = {name: np.array(values, np.float64)[there] for name, values in given["scores"].items()}
    names = snapshot.names(ids.tolist()) if named else [f"c_{number}" for number in ids.tolist()]
    return Scene(ids, names, depth, root, points, community, {int(number): name for number, name in given["communityNames"].items()},
                 scores, **ties)


def rows_of(snapshot: Snapshot, numbers: list[int], ids: Numbers) -> dict[str, Any]:
    """The relationships of these numbers as arrays, in their order; ends are places in `ids`."""
    table = snapshot.table("relationships")
    known = table["id"].to_numpy()
    wanted = np.array(numbers, np.int64)
    places = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    rows = table.take(places[known[places] == wanted] if len(known) else np.zeros(0, np.int64))
    order = np.argsort(ids)
    source, target = (in_order(rows[name].to_numpy(), ids, order) for name in ("from_id", "to_id"))
    kept = np.flatnonzero((source >= 0) & (target >= 0))
    kinds = dict(zip(*(snapshot.table("relationshipKinds")[name].to_pylist() for name in ("id", "key")), strict=True))
    rows = rows.take(kept)
    return {"relationships": rows["id"].to_numpy(), "source": source[kept], "target": target[kept], "weight": rows["weight"].to_numpy(),
            "sign": rows["sign"].to_numpy(), "directed": rows["directed"].to_numpy(),
            "kinds": [kinds[one] for one in rows["kind_id"].to_pylist()]}


def in_order(wanted: Numbers, ids: Numbers, order: Numbers) -> Numbers:
    """Where each of `wanted` stands in `ids`, -1 for nowhere; `order` sorts `ids`."""
    if not len(ids):
        return np.full(len(wanted), -1)
    places = order[np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)]
    return np.where(ids[places] == wanted, places, -1)


def placed(given: Mapping[str, Any], there: NDArray[np.bool_], ties: Mapping[str, Any], depth: Numbers | None) -> Floats:
    """The coordinates that the map has; one without is laid out by forces."""
    if given["points"] is not None:
        return np.array(given["points"], np.float64).reshape(-1, 2)[there]
    drawing = Drawing(int(there.sum()), ties["source"], ties["target"], ties["weight"], ties["sign"], depth)
    return laid_out("FORCE_DIRECTED", drawing, given["seed"])
