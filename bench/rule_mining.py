"""Frequent itemsets and rules, beside mlxtend's fpgrowth and association_rules on the same baskets.

    python -m bench.rule_mining [BASKETS]        1000000 when none is named; of 5,000 items, at 0.5 %

Each side is a process of its own, in turn, and reads the same sparse matrix from a file; CPU time of the search and the rules alone,
without reading and without importing. Bounds: 0.15 times mlxtend, and 1 GB in our process, reading included.

With GUANXI_TEST_DATA, the folder of public data sets, also the whole analysis on Online Retail at 1 %: returns, baskets, itemsets,
rules with significance, and tables. Bound: 1 second of CPU.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench._processes import Run, timed
from plugins.rules.baskets import Baskets

BASKETS, ITEMS, SUPPORT, CONFIDENCE, LONGEST = 1_000_000, 5_000, 0.005, 0.3, 4
ROUNDS = 3
MOST_RATIO, MOST_GIGABYTES, MOST_SECONDS = 0.15, 1.0, 1.0
DATA = os.environ.get("GUANXI_TEST_DATA")


def ours(path: str) -> dict[str, float]:
    from plugins.rules import measures
    from plugins.rules.association import parted, ways_to_part
    from plugins.rules.eclat import eclat
    from plugins.rules.itemsets import least_count
    from plugins.rules.significance import benjamini_hochberg, fisher

    baskets = read(path)
    fisher(10, *[baskets.items[:1] * 0 + 1] * 3)  # imports SciPy's distributions
    began = time.process_time()
    found = eclat(baskets, least_count(SUPPORT, baskets.count), LONGEST, 100_000)
    rules = parted(found, confidence=CONFIDENCE)
    counts = rules.a, rules.c, rules.both
    for measure in (measures.lift, measures.leverage, measures.conviction, measures.gain):
        measure(baskets.count, *counts)
    benjamini_hochberg(fisher(baskets.count, *counts), ways_to_part(found))
    return said(time.process_time() - began, found.total, len(rules))


def theirs(path: str) -> dict[str, float]:
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    baskets = read(path)
    frame = pd.DataFrame.sparse.from_spmatrix(baskets.matrix.astype(bool))
    began = time.process_time()
    found = fpgrowth(frame, min_support=SUPPORT, max_len=LONGEST)
    rules = association_rules(found, num_itemsets=baskets.count, metric="confidence", min_threshold=CONFIDENCE)
    return said(time.process_time() - began, len(found), len(rules))


def said(seconds: float, itemsets: int, rules: int) -> dict[str, float]:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": seconds, "itemsets": itemsets, "rules": rules, "gigabytes": most}


def read(path: str) -> Baskets:
    import numpy as np
    from scipy.sparse import csr_array, load_npz

    matrix = csr_array(load_npz(path))
    return Baskets(matrix, np.arange(matrix.shape[1]))


def measure(baskets: int, folder: Path) -> tuple[float, float]:
    """(median ratio to mlxtend, gigabytes)."""
    from scipy.sparse import save_npz

    from bench._baskets import make_baskets

    path = folder / "baskets.npz"
    made = make_baskets(baskets, ITEMS)
    save_npz(path, made.matrix, compressed=False)
    print(f"{made.count:,} baskets of {len(made.items):,} items, {made.matrix.nnz / made.count:.1f} on average, at {SUPPORT:.1%}")
    rounds = [[result(timed(["-m", "bench.rule_mining", side, str(path)], folder)) for side in ("ours", "theirs")] for _ in range(ROUNDS)]
    one, other = rounds[0]
    assert one["itemsets"] == other["itemsets"]
    assert one["rules"] == other["rules"]
    ratios = sorted(a["seconds"] / b["seconds"] for a, b in rounds)
    most = max(a["gigabytes"] for a, _ in rounds)
    print(f"{one['itemsets']:,.0f} itemsets and {one['rules']:,.0f} rules: ours {median(a['seconds'] for a, _ in rounds):.2f} s of CPU, "
          f"mlxtend {median(b['seconds'] for _, b in rounds):.2f} s, ratio {median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}; "
          f"bound {MOST_RATIO})")
    print(f"memory: ours {most:.2f} GB (bound {MOST_GIGABYTES}), mlxtend {max(b['gigabytes'] for _, b in rounds):.2f} GB")
    return median(ratios), most


def on_online_retail(folder: Path) -> float:
    """CPU seconds, the least of several rounds; the first one imports."""
    from bench._online_retail import online_retail
    from plugins.rules.analysis import rule_mining
    from plugins.rules.limits import Limits
    from plugins.rules.start import RuleMiningRunStartInput
    from tests.plugins.graph.snapshots import Heard

    snapshot, start = online_retail(folder), RuleMiningRunStartInput(minimum_support=0.01, minimum_confidence=0.5)
    taken, summary = [], {}
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        summary = dict(rule_mining(Limits()).compute(snapshot, start, Heard()).summary)
        taken.append(time.process_time() - began)
    print(f"Online Retail at 1 %: {summary['basketCount']:,} baskets, {summary['itemsetCount']:,} itemsets, {summary['ruleCount']:,} "
          f"rules: {min(taken):.2f} s of CPU (bound {MOST_SECONDS})")
    return min(taken)


def result(run: Run) -> dict[str, float]:
    found: dict[str, float] = json.loads(run.output)
    return found


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] in ("ours", "theirs"):
        print(json.dumps({"ours": ours, "theirs": theirs}[arguments[0]](arguments[1])))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        ratio, gigabytes = measure(int(arguments[0]) if arguments else BASKETS, Path(folder))
    seconds = on_online_retail(Path(DATA) / "online_retail") if DATA else 0.0
    return int(ratio > MOST_RATIO or gigabytes > MOST_GIGABYTES or seconds > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
