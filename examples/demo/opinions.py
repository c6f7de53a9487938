"""Generated reviews of products that were really bought, in the language in which the customer writes."""

import datetime
from random import Random

from examples.demo.purchases import Buyer, Row

COLUMNS = ("externalId", "customer", "sku", "score", "content", "createdAt", "purchased")
REVIEWERS = 0.55  # of the customers
MOST = 4
SCORES = ((5, 40), (4, 30), (3, 14), (2, 9), (1, 7))  # (score, weight)

# By language and by whether the score is good, middling or bad; {} is the product.
OPENINGS = {
    "en": {"good": ("Lovely {}, just as pictured.", "Our customers keep asking for the {}.", "The {} sold out within a week."),
           "fair": ("The {} is fine for the price.", "{}: nice idea, ordinary finish."),
           "bad": ("The {} was smaller than we expected.", "Disappointed by the {}.", "Two of the {} came broken.")},
    "zh": {"good": ("{}做工精致，和图片一样。", "客人都很喜欢这款{}。", "{}上架一周就卖完了。"),
           "fair": ("{}对得起这个价格。", "{}创意不错，做工一般。"),
           "bad": ("{}比想象中小。", "对{}有点失望。", "收到的{}有两件破损。")},
}
CLOSINGS = {
    "en": {"good": ("Will order again.", "Arrived quickly and well packed.", "A good gift."),
           "fair": ("Delivery took a while.", "May order again.", "The colour differs a little."),
           "bad": ("The paint comes off.", "We sent them back.", "Nobody answered our e-mail.")},
    "zh": {"good": ("会再次订购。", "发货很快，包装仔细。", "送礼很合适。"),
           "fair": ("物流有点慢。", "下次再看看。", "颜色略有差别。"),
           "bad": ("掉漆比较严重。", "已经退货了。", "客服一直没有回复。")},
}


def reviews(buyer: Buyer, language: str, chance: Random) -> list[Row]:
    bought = list({row["StockCode"]: row for row in buyer.bought if row["Description"]}.values())
    if not bought or chance.random() > REVIEWERS:
        return []
    chosen = chance.sample(bought, min(len(bought), chance.randint(1, MOST)))
    return [review(row, number, language, chance) for number, row in enumerate(chosen, 1)]


def review(row: Row, number: int, language: str, chance: Random) -> Row:
    score = chance.choices([score for score, _ in SCORES], [weight for _, weight in SCORES])[0]
    at = datetime.datetime.fromisoformat(row["InvoiceDate"]) + datetime.timedelta(minutes=chance.randrange(3 * 1440, 30 * 1440))
    return dict(zip(COLUMNS, (f"demo-review-{row['CustomerID']}-{number}", row["CustomerID"], row["StockCode"], str(score),
                              words(row["Description"], score, language, chance), f"{at.isoformat()}Z", "yes"), strict=True))


def words(description: str, score: int, language: str, chance: Random) -> str:
    mood = "good" if score > 3 else "fair" if score == 3 else "bad"
    product = " ".join(description.split()).lower()
    text = chance.choice(OPENINGS[language][mood]).format(product)
    if chance.random() < 0.8:
        text += (" " if language == "en" else "") + chance.choice(CLOSINGS[language][mood])
    return text[:1].upper() + text[1:]
