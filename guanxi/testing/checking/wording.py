"""What a plugin says of itself."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from guanxi.testing.checking.subject import Subject

CHINESE = re.compile(r"[\u3400-\u9fff]")


def speaks_two_languages(subject: Subject) -> Iterator[str]:
    for analysis in subject.analyses:
        titles = [(f"The analysis {analysis.name}", analysis.title, analysis.title_zh)]
        titles += [(f"The chart {name} of {analysis.name}", chart.title, chart.title_zh) for name, chart in analysis.charts.items()]
        for what, english, chinese in titles:
            if not english.strip() or not CHINESE.search(chinese):
                yield f"{what} has no title in {'Chinese' if english.strip() else 'English'}: “{english}”, “{chinese}”."


def is_described(subject: Subject) -> Iterator[str]:
    module = subject.admitted.plugin.module
    if not (inspect.getdoc(module) or "").strip():
        yield "Its module has no docstring that says what it is for."
    for one in functions(subject):
        if not is_typed(one):
            yield f"{one.__qualname__} has no types: annotate its arguments and what it returns."
    for analysis in subject.admitted.contribution.analyses:
        if not analysis.description.strip():
            yield f"The analysis {analysis.name} has no description."


def functions(subject: Subject) -> Iterator[Callable[..., Any]]:
    module = subject.admitted.plugin.module
    yield from (one for _, one in inspect.getmembers(module, inspect.isfunction) if hasattr(one, "guanxi_impl"))
    for analysis in subject.admitted.contribution.analyses:
        yield from (one for one in (analysis.compute, analysis.estimate) if inspect.isfunction(one))


def is_typed(function: Callable[..., Any]) -> bool:
    signature = inspect.signature(function)
    given = [one.annotation for one in signature.parameters.values() if not one.name.startswith("_")]
    return inspect.Signature.empty not in (signature.return_annotation, *given) or function.__name__ == "<lambda>"
