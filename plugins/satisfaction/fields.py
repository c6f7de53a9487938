"""What satisfaction adds to customers: a field, and keys to filter and sort by."""

from collections.abc import Mapping
from typing import Any

from guanxi import Customer, Filter, OpaqueId, Order, SlotArgument, score
from plugins.satisfaction.models import ScoreRow
from plugins.satisfaction.names import NAME, PERSONAL, SLOT

SCORE = score(ScoreRow, analysis=NAME, slot=SLOT, requires=PERSONAL, description=(
    "How satisfied the customer is, from 0 to 100: the mean of the answers in their latest response, each as its share of its scale. Null "
    "for who did not answer half of the questions."), by=SlotArgument("survey_id", OpaqueId("sv", "Survey"), (
    "The survey whose published run answers; left out: the run that was published last, whichever survey it is of.")))

FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {"satisfaction": SCORE.field}}
FILTERS: tuple[Filter, ...] = (SCORE.filter(SLOT, "By how satisfied they are."),)
ORDERS: tuple[Order, ...] = (SCORE.order(SLOT, "By how satisfied they are."),)
