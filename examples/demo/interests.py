"""What customers are keen on, told from what they really bought: the staff of the demo would have noted it as tags."""

import re
from collections import Counter
from collections.abc import Iterable

from examples.demo.purchases import Buyer

FEWEST = 3  # lines on an invoice
# A tag, and words by which the description of a product is known to belong to it.
WORDS = {
    "圣诞 Christmas": "CHRISTMAS XMAS ADVENT REINDEER SANTA",
    "儿童 children": "CHILD CHILDREN CHILDRENS CHILDS PLAYHOUSE SPACEBOY DOLLY TOY CIRCUS ALPHABET BABY DOLL PUPPET SOLDIER",
    "烘焙 baking": "CAKE CAKES CAKESTAND BAKING MUFFIN JELLY PANTRY RECIPE COOKIE",
    "餐具 tableware": "MUG CUP CUPS PLATE BOWL BOWLS TEA TEAPOT CUTLERY TRAY NAPKINS GLASS",
    "箱包 bags": "BAG BAGS SHOPPER PURSE",
    "蜡烛 candles": "CANDLE CANDLES CANDLESTICK LIGHT LIGHTS LANTERN INCENSE",
    "园艺 garden": "GARDEN GARDENERS HERB PLANT PLANTS BIRD PICNIC WATERING",
    "文具 stationery": "CARD CARDS PAPER NOTEBOOK PENCIL PENCILS WRAP PEN JOURNAL STICKERS RIBBON RIBBONS",
    "首饰 jewellery": "NECKLACE BRACELET EARRINGS RING BEADS BROOCH",
    "装饰 decoration": "HEART HEARTS FRAME SIGN CLOCK HANGER HOOK DRAWER MIRROR BUNTING WICKER",
}
BELONGS = {tag: frozenset(words.split()) for tag, words in WORDS.items()}


def usual_shares(buyers: Iterable[Buyer]) -> dict[str, float]:
    """How much of all that the buyers bought belongs to each tag, by lines."""
    found, lines = Counter[str](), 0
    for buyer in buyers:
        found += counted(buyer)
        lines += len(buyer.bought)
    return {tag: found[tag] / lines for tag in BELONGS}


def counted(buyer: Buyer) -> Counter[str]:
    return Counter(tag for row in buyer.bought for tag, words in BELONGS.items() if words & set(re.findall(r"[A-Z]+", row["Description"])))


def interests(buyer: Buyer, usual: dict[str, float]) -> list[str]:
    """The tags of which the buyer bought more than buyers usually do."""
    found, lines = counted(buyer), len(buyer.bought)
    return [tag for tag in BELONGS if found[tag] >= FEWEST and found[tag] > usual[tag] * lines]
