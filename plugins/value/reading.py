"""From a snapshot to sales, in the words of the API: what cannot be worked with, and what a run warns of."""

from typing import Any

from guanxi import InsufficientData, InvalidParameters, Progress, Snapshot
from plugins.value.start import PurchaseSelectionInput


def read(snapshot: Snapshot, chosen: PurchaseSelectionInput, progress: Progress) -> Any:
    """`Sales` of the selected customers."""
    from plugins.value.sales import NoSales, sales

    progress("reading purchases")
    ids = snapshot.table("customers")["id"].to_numpy()
    try:
        found = sales(ids, snapshot.table("transactions"), as_of=chosen.as_of or None, currency=chosen.currency or None)
    except NoSales as error:
        raise InsufficientData(str(error)) from None
    except ValueError as error:
        raise InvalidParameters(str(error), "purchases", "currency") from None
    warn(found, progress)
    return found


def warn(found: Any, progress: Progress) -> None:
    if found.elsewhere:
        progress.warn(f"Left out because they are not in {found.currency}: {found.elsewhere:,} transactions. Amounts in different "
                      "currencies do not add up.")
    if found.nobodys:
        progress.warn(f"Left out because nobody knows whose they are: {found.nobodys:,} transactions.")
    if found.worthless:
        progress.warn(f"Purchases with a total of zero or less: {found.worthless:,}. They count as purchases, and add what they say.")
