"""What comes back when everything that a plugin adds to customers is asked for, and at which price."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from guanxi.testing.checking.selecting import keys, own_fields
from guanxi.testing.checking.subject import Nothing, Subject

PAGE = 20  # more than the small shop has customers
TOUCH = 0.01  # seconds between two looks at the clock
LONGEST_WAIT = 0.1  # seconds that others may wait for a page; the best of three tries, for the machine may be busy
TRIES = 3


def page(fields: Sequence[str], first: int = PAGE) -> str:
    return f"{{ customers(first: {first}) {{ nodes {{ id {' '.join(fields)} }} }} }}"


async def answers(subject: Subject) -> list[str]:
    asked = [(name, page([field])) for name, field in fields_or_none(subject).items()]
    asked += [(name, f"{{ customers({arguments}) {{ totalCount }} }}") for name, arguments in keys(subject)]
    return [f"{name}: {sentence}" for name, text in asked for sentence in await complaints(subject, text)]


def fields_or_none(subject: Subject) -> dict[str, str]:
    try:
        return own_fields(subject)
    except Nothing:
        if any(True for _ in keys(subject)):
            return {}
        raise


async def complaints(subject: Subject, text: str) -> list[str]:
    """One sentence is enough for one question."""
    errors = (await subject.at_work.answer(text)).errors
    return [f"{error.get('extensions', {}).get('code')}, {error.get('message')}" for error in errors[:1]]


async def asks_once_for_a_page(subject: Subject) -> list[str]:
    said = []
    for name, field in own_fields(subject).items():
        one, many = [await statements(subject, page([field], first)) for first in (1, PAGE)]
        if many > one:
            said.append(f"{name} takes {one} statements for one customer and {many} for a page of them: ask for all of its rows at once.")
    return said


async def statements(subject: Subject, text: str) -> int:
    await subject.at_work.answer(text)
    return len(subject.at_work.statements)


async def lets_others_go_on(subject: Subject) -> list[str]:
    """While a page is answered, somebody else looks at the clock again and again. The first answer is not counted: it is compiled."""
    text = page(list(own_fields(subject).values()))
    await subject.at_work.answer(text)
    waits = [await longest_wait(subject.at_work.answer(text)) for _ in range(TRIES)]
    if min(waits) > LONGEST_WAIT:
        return [f"Everybody else waits for {min(waits):.2f} s while a page is answered: whatever takes so long belongs into an analysis."]
    return []


async def longest_wait(work: Any) -> float:
    """Seconds."""
    longest, task = 0.0, asyncio.ensure_future(work)
    before = time.perf_counter()
    while not task.done():
        await asyncio.sleep(TOUCH)
        now = time.perf_counter()
        longest, before = max(longest, now - before - TOUCH), now
    await task
    return longest
