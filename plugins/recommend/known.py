"""What methods recommend from."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scipy.sparse import csr_array

from plugins.recommend.groups import Groups
from plugins.recommend.limits import Limits
from plugins.recommend.purchases import Purchases
from plugins.recommend.ties import Ties

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Known:
    """Purchases, transactions, relationships (None when they are not to count) and groups of customers; how alike is measured and how many
    neighbours each row has; and whom and what to pass over. `baskets`: csr_array[t, m], 1 for each product of each transaction. `shared`:
    what one method worked out and another one needs too."""

    purchases: Purchases
    baskets: csr_array | None
    ties: Ties | None
    groups: Groups
    similarity: str
    neighbours: int
    limits: Limits
    shared: dict[str, csr_array] = field(default_factory=dict)
