"""Who bought what, out of lines: returns netted out, lines of one transaction counted once."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugins.recommend.purchases import Purchases, purchases

SHAPE = (3, 4)
Line = tuple[int, int, int, float]


def of(*lines: Line) -> Purchases:
    columns = np.array(lines, np.float64).reshape(-1, 4).T
    return purchases(*[column.astype(np.int64) for column in columns[:3]], columns[3], SHAPE)


def test_lines_of_a_transaction_count_once_and_returns_are_netted_out() -> None:
    bought = of((0, 1, 10, 2), (0, 1, 10, 3), (0, 1, 11, 1), (0, 1, 12, -5),  # two transactions, and one of six pieces is left
                (1, 0, 13, 4), (1, 0, 14, -4),  # all of it came back
                (1, 2, 14, -1), (1, 2, 15, 2),  # a return of something that was bought before anybody counted
                (2, 3, 16, 0.0001))
    assert bought.often.toarray().tolist() == [[0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert bought.has.toarray().tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert (bought.buyers.tolist(), bought.bought.tolist()) == ([0, 1, 1, 1], [1, 1, 1])


def test_nobody_and_what_is_left_out_is_not_counted() -> None:
    assert of((-1, 1, 10, 2), (0, -1, 10, 2)).has.nnz == 0
    assert of().has.shape == SHAPE


lines = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 3), st.integers(1, 4), st.integers(-3, 3)), max_size=30)


@given(lines)
def test_as_counted_by_hand(given_: list[Line]) -> None:
    net: dict[tuple[int, int], float] = defaultdict(float)
    times = defaultdict(set)
    for customer, product, transaction, quantity in given_:
        net[customer, product] += quantity
        if quantity > 0:
            times[customer, product].add(transaction)
    expected = np.zeros(SHAPE)
    for (customer, product), quantity in net.items():
        if customer >= 0 and product >= 0 and quantity > 0:
            expected[customer, product] = len(times[customer, product])
    found = of(*given_)
    assert found.often.toarray().tolist() == expected.tolist()
    assert found.has.toarray().tolist() == (expected > 0).tolist()
