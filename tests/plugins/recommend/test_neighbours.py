"""Nearest neighbours: by hand, beside scikit-learn, and whatever the matrix is like."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from plugins.recommend import neighbours as module
from plugins.recommend.neighbours import neighbours, parts
from plugins.recommend.weighting import K1, B, bm25

SIMILARITIES = ("COSINE", "JACCARD", "BM25")
# Four customers and five products, how often they were bought.
BOUGHT = np.array([[2, 1, 0, 0, 1], [1, 3, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]])


def found(matrix: Any, similarity: str, most: int = 10, most_common: int = 1000, **more: Any) -> Any:
    return neighbours(csr_array(np.asarray(matrix, np.float64)), similarity, most, most_common=most_common, **more).toarray()


def drawn(rows: int, columns: int, density: float, seed: int = 0) -> Any:
    chance = np.random.default_rng(seed)
    return np.where(chance.random((rows, columns)) < density, chance.integers(1, 5, (rows, columns)), 0)


def test_by_hand() -> None:
    """The first two share 2 of 3 and 2; the first and third 1 of 3 and 3; the second and third 1 of 2 and 3."""
    cosine = np.zeros((4, 4))
    cosine[[0, 1], [1, 0]], cosine[[0, 2], [2, 0]], cosine[[1, 2], [2, 1]] = 2 / np.sqrt(6), 1 / 3, 1 / np.sqrt(6)
    assert found(BOUGHT, "COSINE") == pytest.approx(cosine)
    jaccard = np.zeros((4, 4))
    jaccard[[0, 1], [1, 0]], jaccard[[0, 2], [2, 0]], jaccard[[1, 2], [2, 1]] = 2 / 3, 1 / 5, 1 / 4
    assert found(BOUGHT, "JACCARD") == pytest.approx(jaccard)


def test_bm25_by_hand() -> None:
    """Customers as documents, products as words: 4 of them with 4, 4, 3 and 0 words, 2.75 on average."""
    def weight(count: int, length: int, having: int) -> float:
        idf = np.log(1 + (4 - having + 0.5) / (having + 0.5))
        return float(idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / 2.75)))

    first, second, third = ([weight(count, sum(row), having) if count else 0 for count, having in zip(row, (2, 3, 1, 1, 1), strict=True)]
                            for row in BOUGHT.tolist()[:3])
    assert bm25(csr_array(BOUGHT.astype(float))).toarray()[:3] == pytest.approx(np.array([first, second, third]))
    scores = found(BOUGHT, "BM25")
    assert scores[0, 1] == pytest.approx(np.dot(first, second))
    assert scores[2, 1] == pytest.approx(np.dot(third, second))
    assert (scores[3] == 0).all()


def test_cosines_are_those_of_scikit_learn() -> None:
    matrix = drawn(60, 40, 0.2)
    expected = cosine_similarity(matrix > 0)
    np.fill_diagonal(expected, 0)
    assert found(matrix, "COSINE", most=60) == pytest.approx(expected)


@pytest.mark.parametrize(("similarity", "metric"), [("COSINE", "cosine"), ("JACCARD", "jaccard")])
def test_the_nearest_are_those_of_scikit_learn(similarity: str, metric: str) -> None:
    matrix = drawn(80, 30, 0.3, seed=1) > 0
    matrix[:, 0] = True  # so that everybody has something
    scores = found(matrix, similarity, most=5)
    reference = NearestNeighbors(n_neighbors=6, metric=metric, algorithm="brute").fit(matrix if metric == "jaccard" else matrix * 1.0)
    distances, _ = reference.kneighbors()  # the five besides itself, and one more
    highest = -np.sort(-scores, axis=1)[:, :5]
    assert highest == pytest.approx(1 - distances[:, :5])
    assert ((scores > 0).sum(axis=1) == 5).all()


def test_of_equals_the_first_are_kept() -> None:
    everybody = found(np.ones((6, 1)), "JACCARD", most=2)
    assert [np.flatnonzero(row).tolist() for row in everybody] == [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1], [0, 1]]


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_the_same_whatever_is_worked_through_at_once(similarity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, told = drawn(50, 30, 0.3), []
    whole = found(matrix, similarity, most=7, progress=lambda *step: told.append(step))
    monkeypatch.setattr(module, "AT_ONCE", 10)
    assert (found(matrix, similarity, most=7) == whole).all()
    assert told[-1] == (50, 50)


def test_columns_that_too_many_have_are_passed_over() -> None:
    crowded = np.column_stack([BOUGHT, np.ones(4, int)])
    for similarity in ("COSINE", "JACCARD"):
        assert (found(crowded, similarity, most_common=3) == found(BOUGHT, similarity)).all()
    assert (found(crowded, "JACCARD", most_common=4) != found(BOUGHT, "JACCARD")).any()


def test_pairs_that_are_not_to_be() -> None:
    at_odds = csr_array(np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], float))
    left = found(BOUGHT, "JACCARD", most=1, without=at_odds)
    assert [np.flatnonzero(row).tolist() for row in left] == [[2], [2], [1], []]


@given(st.integers(0, 2**32 - 1), st.sampled_from(SIMILARITIES), st.integers(1, 6))
def test_laws(seed: int, similarity: str, most: int) -> None:
    """Nobody is their own neighbour, similarities are symmetric, and nobody who is left out is nearer than who is kept."""
    matrix = drawn(9, 6, 0.4, seed)
    everything, kept = found(matrix, similarity, most=9), found(matrix, similarity, most=most)
    assert np.allclose(everything, everything.T)
    assert (np.diag(everything) == 0).all()
    assert ((kept == everything) | (kept == 0)).all()
    for all_of, some in zip(everything, kept, strict=True):
        assert (some > 0).sum() == min(most, (all_of > 0).sum())
        assert (some > 0).all() or not (some > 0).any() or all_of[some == 0].max() <= some[some > 0].min()
    if similarity != "BM25":
        assert everything.max() <= 1 + 1e-12


@given(st.lists(st.integers(0, 50), max_size=20))
def test_parts_cover_everything_once(work: list[int]) -> None:
    covered = [place for part in parts(np.array(work, float)) for place in range(part.start, part.stop)]
    assert covered == list(range(len(work)))
