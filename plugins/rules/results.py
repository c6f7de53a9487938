"""What a run found as tables and figures."""

from typing import Any

import numpy as np
import pyarrow as pa

from plugins.rules import measures
from plugins.rules.association import Rules
from plugins.rules.itemsets import Itemsets
from plugins.rules.purchases import Bought


def tables(bought: Bought, found: Itemsets, rules: Rules, p: Any, adjusted: Any) -> dict[str, pa.Table]:
    return {"rules_itemsets": itemset_table(found), "rules_items": item_table(bought, found),
            "rules_rules": rule_table(found.baskets, rules, p, adjusted)}


def itemset_table(found: Itemsets) -> pa.Table:
    counts = np.concatenate(found.counts)
    closed, maximal = found.closed_and_maximal
    size = np.repeat(np.arange(1, len(found.rows) + 1), [len(rows) for rows in found.rows])
    return pa.table({"id": np.arange(found.total), "size": size, "count": counts, "support": counts / found.baskets,
                     "closed": closed, "maximal": maximal})


def item_table(bought: Bought, found: Itemsets) -> pa.Table:
    """The items of each itemset: products by their ids, in ascending order, or categories by their names."""
    itemset = np.concatenate([np.repeat(offset + np.arange(len(rows)), rows.shape[1])
                              for offset, rows in zip(found.offsets, found.rows, strict=False)])
    position = np.concatenate([np.tile(np.arange(rows.shape[1]), len(rows)) for rows in found.rows])
    item = bought.baskets.items[np.concatenate([rows.ravel() for rows in found.rows])]
    product, category = pa.nulls(len(item), pa.int64()), pa.nulls(len(item), pa.string())
    if bought.categories is None:
        product = pa.array(item)
    else:
        category = pa.array(bought.categories, pa.string()).take(pa.array(item))
    return pa.table({"itemset_id": itemset, "position": position, "product_id": product, "category": category})


def rule_table(n: int, rules: Rules, p: Any, adjusted: Any) -> pa.Table:
    conviction = measures.conviction(n, rules.a, rules.c, rules.both)
    return pa.table({
        "id": np.arange(len(rules)), "antecedent_id": rules.antecedent, "consequent_id": rules.consequent, "count": rules.both,
        "support": rules.both / n, "confidence": measures.confidence(rules.a, rules.both),
        "lift": measures.lift(n, rules.a, rules.c, rules.both), "leverage": measures.leverage(n, rules.a, rules.c, rules.both),
        "conviction": pa.array(conviction, mask=~np.isfinite(conviction)), "gain": measures.gain(n, rules.a, rules.c, rules.both),
        "p_value": p, "adjusted_p_value": adjusted})
