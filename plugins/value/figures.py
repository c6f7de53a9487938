"""Figures of a run as JSON, and back: moments, amounts, and who has scores and who has none."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from guanxi import Money

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def moment(microseconds: int) -> str:
    """Of microseconds since 1970."""
    return (EPOCH + datetime.timedelta(microseconds=int(microseconds))).isoformat()


def money(ten_thousandths: float, currency: str) -> dict[str, str]:
    return {"amount": str(Decimal(round(ten_thousandths)).scaleb(-4)), "currency": currency}


def amount(found: Mapping[str, Any]) -> Money:
    return Money(amount=Decimal(found["amount"]), currency=found["currency"])


def counts(sold: Any, scored: Any) -> dict[str, int]:
    """`sold`: `Sales`; `scored`: int64[k], places of who has scores. Everybody once: the scored, and the others by why they are not."""
    import numpy as np

    has = np.zeros(len(sold.ids), bool)
    has[scored] = True
    return {
        "customerCount": len(sold.ids), "scoredCount": len(scored), "unscoredCount": int((~has).sum()),
        "neverBoughtCount": int((~sold.ever).sum()), "otherCurrencyCount": int((sold.ever & ~sold.ours).sum()),
        "otherTimeCount": int((sold.ours & ~has).sum()), "otherCurrencyTransactions": sold.elsewhere, "laterTransactions": sold.later}
