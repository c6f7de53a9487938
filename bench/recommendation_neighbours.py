"""The 50 nearest neighbours of each customer by what they bought, beside the direct sparse product with a top-n.

    python -m bench.recommendation_neighbours [CUSTOMERS PRODUCTS]        100000 20000 when none are named

Each side is a process of its own, in turn, on the same purchases, 20 for each customer; seconds of CPU. Bounds: 1.2 times the script, and
2 GB of memory. Both sides must find similarities of the same sum.
"""

import json
import math
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench._processes import timed

CUSTOMERS, PRODUCTS = 100_000, 20_000
ROUNDS = 3
MOST_RATIO, MOST_GIGABYTES = 1.2, 2.0


def one_round(size: tuple[int, int], folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    ours, direct = (json.loads(timed(["-m", "bench._direct_neighbours", side, *map(str, size)], folder).output)
                    for side in ("ours", "direct"))
    return ours, direct


def main(arguments: list[str]) -> int:
    size = (int(arguments[0]), int(arguments[1])) if arguments else (CUSTOMERS, PRODUCTS)
    with tempfile.TemporaryDirectory() as name:
        rounds = [one_round(size, Path(name)) for _ in range(ROUNDS)]
    ratios = sorted(ours["seconds"] / direct["seconds"] for ours, direct in rounds)
    ratio, gigabytes = statistics.median(ratios), max(ours["bytes"] for ours, _ in rounds) / 2**30
    same = all(math.isclose(ours["sum"], direct["sum"], rel_tol=1e-9) for ours, direct in rounds)
    took, other = (statistics.median(one[side]["seconds"] for one in rounds) for side in (0, 1))
    print(f"{size[0]:,} customers, {size[1]:,} products, {rounds[0][0]['purchases']:,} purchases: ours {took:.1f} s, the script "
          f"{other:.1f} s, ratio {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; bound {MOST_RATIO}){'' if same else '  THEY DISAGREE'}")
    print(f"memory {gigabytes:.2f} GB (bound {MOST_GIGABYTES}), of the script {max(one['bytes'] for _, one in rounds) / 2**30:.2f} GB")
    return int(not same or ratio > MOST_RATIO or gigabytes > MOST_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
