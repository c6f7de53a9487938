"""The story of a relationship map in GraphiQL, on the demo: tab by tab, and the picture that the last one leads to."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pictures
from tests.browser.conftest import VIEWPORT, LiveServer, Visit
from tests.browser.test_graphiql import BOUND, run, settled_screenshot

HERE = Path(__file__).parent
# What the answer has, and which of it stands within the first lines of the result's window.
STORY = {
    "WhoHoldsItTogether": (["罗敏", "装饰 decoration · 园艺 garden"], ["北京晨光贸易有限公司", '"betweenness"', '"rank": 1']),
    "HowTheyAreConnected": (["王伟", "北京云裳贸易有限公司"], ['"hops": 4', "林俊辉", "Rupert Jessop"]),
    "WhoCouldWorkTogether": (["They share 6 contacts.", '"ADAMIC_ADAR"'], ["Windmill Trading", '"reason"', "Thistle Hill Toys"]),
    "WhereConflictSpreads": (["competes with", '"twoPositive": 28'], ["Windmill Trading", '"riskExposure"', '"conflict"']),
    "RelationshipMap": (["周浩然", '"NEGATIVE"'], ['"totalNodes": 14', '"truncated": false', "/files/inquiries/"]),
}


@pytest.mark.parametrize("tab", STORY)
def test_a_tab_tells_its_part(page: Page, tab: str) -> None:
    answer = told(page, tab)
    everywhere, above = STORY[tab]
    for text in everywhere:
        assert text in json.dumps(answer, ensure_ascii=False)
    for text in above:
        expect(page.get_by_label("Result Window")).to_contain_text(text)
    picture = settled_screenshot(page)
    pictures.keep(picture, f"story-{tab}")
    if tab == "WhoHoldsItTogether":
        compare(picture, "story")


@pytest.mark.parametrize(("field", "begins"), [("pictureUrl", b"<?xml"), ("forSlides", b"\x89PNG")])
def test_the_picture_opens_in_the_browser(visit: Visit, live_server: LiveServer, field: str, begins: bytes) -> None:
    address = live_server.url + told(visit.page, "RelationshipMap")["data"]["relationshipMap"][field]
    assert visit.page.request.get(address).body().startswith(begins)
    page = visit.page.context.new_page()
    page.set_viewport_size(VIEWPORT)
    page.goto(address)
    picture = page.screenshot()
    pictures.keep(picture, f"map-{field}")
    compare(picture, f"map-{field}")


def told(page: Page, tab: str) -> Any:
    page.get_by_role("tab", name=tab).click()
    answer = run(page).json()
    assert "errors" not in answer, answer
    return answer


def compare(picture: bytes, name: str) -> None:
    """With the one that is committed, coarsely."""
    reference = HERE / f"{name}.png"
    if os.environ.get("GUANXI_UPDATE_SCREENSHOTS") == "1":
        pictures.coarse(picture).save(reference)
    assert pictures.difference(pictures.coarse(picture), pictures.coarse(reference)) < BOUND
