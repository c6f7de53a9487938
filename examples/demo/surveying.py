"""Generated answers to a survey that was held twice, by customers who had bought something by then.

What drives them is simple, so that there is something to find: whoever lives abroad waits longer for goods, premium customers are looked
after better, deliveries were slower in the autumn, and recommending follows the quality of goods most and answers to questions next.
"""

import datetime
from random import Random

from examples.demo.purchases import Buyer, Row

QUESTIONS = ("recommend", "choice", "quality", "prices", "delivery", "packing", "waiting", "website", "ordering")
COLUMNS = ("externalId", "customer", "wave", "submittedAt", *QUESTIONS)
BEGIN = {"2011-05": "2011-05-02T09:00:00", "2011-11": "2011-11-07T09:00:00"}
SHARE = 0.64  # of those who bought before
LEVELS = {"premium": 0.9, "vip": 0.35, "normal": 0.0, "": -0.15}
LEFT_OUT = 0.04  # of the answers
HOME = "United Kingdom"


def responses(buyer: Buyer, customer: Row, chance: Random) -> list[Row]:
    """At most one in each wave."""
    first = datetime.datetime.fromisoformat(buyer.rows[0]["InvoiceDate"])
    mood = chance.gauss(0, 0.6)
    found = []
    for wave, text in BEGIN.items():
        begins = datetime.datetime.fromisoformat(text)
        at = begins + datetime.timedelta(minutes=chance.randrange(10 * 1440))
        if first < begins and chance.random() < SHARE:
            found.append({"externalId": f"demo-survey-{buyer.number}-{wave}", "customer": buyer.number, "wave": wave,
                          "submittedAt": f"{at.isoformat()}Z", **answers(customer, mood, wave, chance)})
    return found


def answers(customer: Row, mood: float, wave: str, chance: Random) -> Row:
    abroad, level = customer["country"] != HOME, LEVELS[customer["serviceLevel"]]
    autumn = wave == max(BEGIN)
    felt = {
        "choice": 3.8 + mood, "quality": 3.7 + mood + 0.2 * level, "prices": 3.3 + 0.6 * mood - 0.3 * level,
        "delivery": 3.9 + mood - 0.9 * abroad - 0.5 * autumn + 0.3 * level, "packing": 3.8 + mood - 0.4 * abroad,
        "waiting": 2.6 - mood - 0.8 * level, "website": 3.5 + 0.4 * mood,
    }
    said = {key: value + chance.gauss(0, 0.65) for key, value in felt.items()}
    recommend = (7 + 1.3 * (said["quality"] - 3.7) + 0.8 * (said["delivery"] - 3.5) - 0.9 * (said["waiting"] - 2.6)
                 + 0.3 * (said["choice"] - 3.8) + chance.gauss(0, 1.1))
    found = {key: str(min(max(round(value), 1), 5)) for key, value in said.items()}
    found |= {"recommend": str(min(max(round(recommend), 0), 10)), "ordering": chance.choice(("website", "website", "telephone", "fair"))}
    return {key: "" if chance.random() < LEFT_OUT else value for key, value in found.items()}
