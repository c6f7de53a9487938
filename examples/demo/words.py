"""The words that generated people, organisations and places are made of. Whoever has such a name is not meant."""

# Chinese names come with their Latin spelling, organisations with their meaning: e-mail addresses are made of it.
FAMILY_ZH = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"), ("黄", "Huang"),
    ("周", "Zhou"), ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("胡", "Hu"), ("朱", "Zhu"), ("高", "Gao"), ("林", "Lin"),
    ("何", "He"), ("郭", "Guo"), ("马", "Ma"), ("罗", "Luo"), ("欧阳", "Ouyang"),
)
GIVEN_ZH = {
    "female": (("娜", "Na"), ("芳", "Fang"), ("静", "Jing"), ("敏", "Min"), ("丽", "Li"), ("雪", "Xue"), ("婷", "Ting"),
               ("秀英", "Xiuying"), ("晓燕", "Xiaoyan"), ("雨晴", "Yuqing"), ("思琪", "Siqi"), ("佳怡", "Jiayi"), ("梦洁", "Mengjie"),
               ("欣妍", "Xinyan")),
    "male": (("伟", "Wei"), ("强", "Qiang"), ("磊", "Lei"), ("军", "Jun"), ("勇", "Yong"), ("杰", "Jie"), ("涛", "Tao"),
             ("建国", "Jianguo"), ("志强", "Zhiqiang"), ("浩然", "Haoran"), ("子轩", "Zixuan"), ("明哲", "Mingzhe"), ("文博", "Wenbo"),
             ("俊辉", "Junhui")),
}
FAMILY_EN = (
    "Ashby", "Barlow", "Carver", "Dawson", "Ellery", "Fenwick", "Garland", "Hollis", "Ingram", "Jessop", "Kirkby", "Langley", "Merriman",
    "Norwood", "Oakes", "Pemberton", "Quayle", "Rowntree", "Selby", "Thornton", "Underhill", "Vickers", "Whitlock", "Yardley",
)
GIVEN_EN = {
    "female": ("Alice", "Beatrice", "Clara", "Daisy", "Edith", "Flora", "Grace", "Harriet", "Isla", "Josephine", "Matilda", "Nora",
               "Rose"),
    "male": ("Arthur", "Benjamin", "Cecil", "Edwin", "Frederick", "George", "Henry", "Leonard", "Miles", "Oscar", "Rupert", "Stanley",
             "Walter"),
}

PLACES_ZH = (("北京", "Beijing"), ("上海", "Shanghai"), ("广州", "Guangzhou"), ("深圳", "Shenzhen"), ("杭州", "Hangzhou"), ("义乌", "Yiwu"),
             ("苏州", "Suzhou"), ("青岛", "Qingdao"), ("成都", "Chengdu"), ("厦门", "Xiamen"))
NAMES_ZH = (("晨光", "Morning Light"), ("远帆", "Far Sail"), ("锦程", "Fair Road"), ("瑞和", "Good Accord"), ("云裳", "Cloud Dress"),
            ("青禾", "Green Grain"), ("恒信", "Lasting Trust"), ("雅筑", "Fine House"), ("四海", "Four Seas"), ("木兰", "Magnolia"))
TRADES_ZH = (("贸易", "Trading"), ("礼品", "Gifts"), ("家居", "Home"), ("文具", "Stationery"), ("百货", "General Goods"),
             ("进出口", "Import and Export"))
FIRST_EN = ("Amber", "Bramble", "Copper", "Dove", "Ember", "Foxglove", "Harbour", "Ivory", "Juniper", "Lantern", "Meadow", "Orchard",
            "Pebble", "Quill", "Robin", "Thistle", "Willow", "Wren")
SECOND_EN = ("Bridge", "Cottage", "Court", "Field", "Gate", "Hill", "House", "Lane", "Mill", "Row", "Street", "Yard")
TRADES_EN = ("Gifts", "Interiors", "Trading", "Stationers", "Florists", "Tea Rooms", "Toys", "Homewares")
INDUSTRIES = {"zh": ("批发", "零售", "餐饮", "酒店", "会展"), "en": ("Wholesale", "Retail", "Catering", "Hospitality", "Events")}

# Countries as Online Retail spells them. Where it names none, no city is made up either.
CITIES = {
    "Australia": ("Melbourne", "Sydney"), "Austria": ("Wien", "Graz"), "Bahrain": ("Manama",), "Belgium": ("Gent", "Liège"),
    "Brazil": ("Recife",), "Canada": ("Toronto", "Halifax"), "Channel Islands": ("Saint Helier", "Saint Peter Port"),
    "Cyprus": ("Larnaca",), "Czech Republic": ("Brno",), "Denmark": ("Aarhus",), "EIRE": ("Dublin", "Cork"), "Finland": ("Turku",),
    "France": ("Lyon", "Nantes", "Lille"), "Germany": ("Köln", "Leipzig", "Hamburg"), "Greece": ("Patras",), "Iceland": ("Akureyri",),
    "Israel": ("Haifa",), "Italy": ("Bologna", "Torino"), "Japan": ("大阪", "横浜"), "Lebanon": ("Tripoli",), "Lithuania": ("Kaunas",),
    "Malta": ("Valletta",), "Netherlands": ("Rotterdam", "Utrecht"), "Norway": ("Bergen",), "Poland": ("Kraków", "Gdańsk"),
    "Portugal": ("Porto", "Braga"), "RSA": ("Durban",), "Saudi Arabia": ("Jeddah",), "Singapore": ("Singapore",),
    "Spain": ("Sevilla", "Bilbao"), "Sweden": ("Malmö",), "Switzerland": ("Basel", "Lausanne"), "USA": ("Boston", "Portland"),
    "United Arab Emirates": ("Sharjah",),
    "United Kingdom": ("London", "Leeds", "Bristol", "Cardiff", "Glasgow", "Norwich", "Sheffield", "Belfast"),
}
