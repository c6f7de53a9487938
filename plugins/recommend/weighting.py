"""What makes two rows of a matrix of purchases alike: vectors whose products are the similarity, or lead to it."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.purchases import ones

COSINE, JACCARD, BM25 = "COSINE", "JACCARD", "BM25"
K1, B = 1.2, 0.75  # how soon more of the same says no more, and how much long rows are held back: the values of the literature


def vectors(often: csr_array, similarity: str) -> csr_array:
    """csr_array[r, c]: rows whose inner product is their similarity; for JACCARD the number of columns they share. `often`: counts.

    COSINE: the cosine of the rows as sets: shared / sqrt(size * size). JACCARD: shared / either. BM25: the inner product of rows
    weighted as documents of which the columns are the words; how often counts, and a column that many rows have counts for less.

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and Trends in Information Retrieval 3,
    2009.
    """
    if similarity == BM25:
        return bm25(often)
    if similarity == COSINE:
        sizes = np.diff(often.indptr)
        return csr_array((np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes), often.indices, often.indptr), shape=often.shape)
    return ones(often)


def bm25(often: csr_array) -> csr_array:
    """Each count f becomes idf * f (K1 + 1) / (f + K1 (1 - B + B * length / mean length)), with idf = ln(1 + (r - d + 0.5) / (d + 0.5))
    for a column that d of the r rows have: never below 0, so that nothing that is shared counts against."""
    rows, sizes = often.shape[0], np.diff(often.indptr)
    lengths = np.asarray(often.sum(axis=1)).ravel()
    held_back = K1 * (1 - B + B * lengths / max(lengths.mean(), 1e-300)) if rows else lengths
    having = np.bincount(often.indices, minlength=often.shape[1])
    idf = np.log1p((rows - having + 0.5) / (having + 0.5))
    data = often.data * (K1 + 1) / (often.data + np.repeat(held_back, sizes)) * idf[often.indices]
    return csr_array((data, often.indices, often.indptr), shape=often.shape)


def finish(products: csr_array, similarity: str, sizes: Any, of_columns: Any) -> None:
    """Turns inner products of vectors into similarities, in place. `sizes`, `of_columns`: int64, how many columns have those that the rows
    and columns of `products` stand for."""
    if similarity == JACCARD:
        either = np.repeat(sizes, np.diff(products.indptr)) + of_columns[products.indices]
        products.data /= either - products.data
