"""Generated people and organisations for the numbers of Online Retail, which names none of its customers."""

import datetime
from decimal import Decimal
from random import Random

from examples.demo.purchases import Buyer, Row
from examples.demo.words import (
    CITIES,
    FAMILY_EN,
    FAMILY_ZH,
    FIRST_EN,
    GIVEN_EN,
    GIVEN_ZH,
    INDUSTRIES,
    NAMES_ZH,
    PLACES_ZH,
    SECOND_EN,
    TRADES_EN,
    TRADES_ZH,
)

GENERATED = "demo-generated"  # the tag by which anybody sees what is made up
LARGE = Decimal(2_500)  # from this turnover on a customer is taken for an organisation
VIP, PREMIUM = Decimal(2_500), Decimal(10_000)
CHANNELS = ("EMAIL", "PHONE", "SMS")
TAGS = {"zh": ("展会", "微信群", ""), "en": ("trade-fair", "newsletter", "")}

COLUMNS = ("externalId", "kind", "name", "email", "phone", "city", "country", "tags", "serviceLevel", "owner", "givenName", "familyName",
           "birthDate", "gender", "educationLevel", "incomeAmount", "incomeCurrency", "legalName", "industry", "employeeCount")
CONSENTS = ("customer", "purpose", "channel", "granted", "recordedAt")

# Customers that the documentation and the example queries call by name.
NAMED: dict[str, Row] = {
    "13085": {"name": "王伟", "familyName": "王", "givenName": "伟", "gender": "male", "latin": "wei.wang", "language": "zh"},
    "12346": {"name": "李娜", "familyName": "李", "givenName": "娜", "gender": "female", "latin": "na.li", "language": "zh"},
    "17841": {"name": "北京晨光贸易有限公司", "latin": "morninglight.beijing", "language": "zh"},
    "14646": {"name": "Windmill Trading", "legalName": "Windmill Trading B.V.", "latin": "windmill.trading", "language": "en"},
    "16446": {"name": "上海远帆礼品有限公司", "latin": "farsail.shanghai", "language": "zh"},
}


def customer(buyer: Buyer, interests: list[str], chance: Random) -> Row:
    """A row of the file of customers; `interests` are tags. `language` says in which one they write; the file does not have it."""
    organization = buyer.turnover >= LARGE or chance.random() < 0.3
    language = "zh" if chance.random() < 0.5 else "en"
    named = NAMED.get(buyer.number)
    if named:
        organization, language = "givenName" not in named, named["language"]
    made = organization_like(language, chance) if organization else person_like(language, chance)
    made |= named or {}
    return made | {
        "externalId": buyer.number, "kind": "ORGANIZATION" if organization else "PERSON", "language": language,
        "email": f"{made['latin']}.{buyer.number}@example.{'com' if organization else 'org'}", "phone": phone(chance),
        "city": chance.choice(CITIES.get(buyer.country, ("",))), "country": buyer.country, "tags": tags(language, interests, chance),
        "serviceLevel": service_level(buyer.turnover, chance), "owner": owner(language, chance),
    }


def organization_like(language: str, chance: Random) -> Row:
    if language == "zh":
        (place, place_latin), (name, latin), (trade, _) = chance.choice(PLACES_ZH), chance.choice(NAMES_ZH), chance.choice(TRADES_ZH)
        called = {"name": f"{place}{name}{trade}有限公司", "latin": f"{latin.replace(' ', '')}.{place_latin}".lower()}
    else:
        first, second, trade = chance.choice(FIRST_EN), chance.choice(SECOND_EN), chance.choice(TRADES_EN)
        called = {"name": f"{first} {second} {trade}", "legalName": f"{first} {second} {trade} Ltd", "latin": f"{first}.{second}".lower()}
    return called | {"industry": chance.choice(INDUSTRIES[language]), "employeeCount": str(int(chance.lognormvariate(3, 1.1)) + 2)}


def person_like(language: str, chance: Random) -> Row:
    gender = chance.choice(("female", "male"))
    if language == "zh":
        (family, family_latin), (given, given_latin) = chance.choice(FAMILY_ZH), chance.choice(GIVEN_ZH[gender])
        called = {"name": family + given, "latin": f"{given_latin}.{family_latin}".lower()}
    else:
        family, given = chance.choice(FAMILY_EN), chance.choice(GIVEN_EN[gender])
        called = {"name": f"{given} {family}", "latin": f"{given}.{family}".lower()}
    born = datetime.date(1940, 1, 1) + datetime.timedelta(days=chance.randrange(19_000))
    income = {"incomeAmount": str(int(chance.lognormvariate(3.4, 0.4)) * 1_000), "incomeCurrency": "GBP"} if chance.random() < 0.6 else {}
    return called | income | {"givenName": given, "familyName": family, "gender": gender, "birthDate": born.isoformat(),
                              "educationLevel": chance.choice(("", "secondary", "vocational", "bachelor", "master"))}


def phone(chance: Random) -> str:
    """A number from the ranges that Ofcom, the British regulator, keeps free for drama: nobody's telephone rings."""
    prefix, digits = chance.choice((("+44 7700 900", 3), ("+44 20 7946 0", 3), ("+44 1632 960", 3)))
    return f"{prefix}{chance.randrange(10 ** digits):0{digits}}"


def service_level(turnover: Decimal, chance: Random) -> str:
    if turnover >= VIP:
        return "premium" if turnover >= PREMIUM else "vip"
    return "normal" if chance.random() < 0.8 else ""


def owner(language: str, chance: Random) -> str:
    return chance.choice(("demo-chen-jing", "demo-li-qiang", "") if language == "zh" else ("demo-emma-clarke", "demo-oliver-reed", ""))


def tags(language: str, interests: list[str], chance: Random) -> str:
    return ";".join(filter(None, (GENERATED, chance.choice(TAGS[language]), *interests)))


def consents(buyer: Buyer, chance: Random) -> list[Row]:
    """What they said when they first bought, and sometimes a change of mind later."""
    first, last = (datetime.datetime.fromisoformat(buyer.rows[end]["InvoiceDate"]) for end in (0, -1))
    said = [("analytics", "", chance.random() < 0.9, first), ("marketing", chance.choice(CHANNELS), chance.random() < 0.65, first)]
    if said[1][2] and chance.random() < 0.15:
        said.append(("marketing", said[1][1], False, last + datetime.timedelta(days=1)))
    return [dict(zip(CONSENTS, (buyer.number, purpose, channel, "yes" if granted else "no", f"{at.isoformat()}Z"), strict=True))
            for purpose, channel, granted, at in said]
