"""From what the warm process said, or how it ended, to what a query is told."""

import logging
from collections.abc import Mapping
from typing import Any

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.errors import RequestError
from schema.inquiries.contract import Question
from schema.querying.failing import PluginError
from server.inquiries.warm import Died, InquiryLimits, Large, Slow
from server.runs.aftermath import traceback_of
from server.runs.endings import MOST_CHARACTERS, clean, died, garbled


class Unanswered(RequestError):
    """It took too much, or its process died: the plugin's name joins the code."""

    def __init__(self, code: str, message: str, plugin: str, **parameters: Any):
        super().__init__(code, message, plugin=plugin, **parameters)
        self.code, self.extensions = code, {"code": code, "plugin": plugin}


def answer_of(message: Mapping[str, Any], question: Question) -> Any:
    """Raises why there is none."""
    if "answer" in message:
        return message["answer"]
    failure = message["failure"] if isinstance(message["failure"], Mapping) else {}
    code, text = failure.get("code"), clean(failure.get("message"), MOST_CHARACTERS)
    if code == "INVALID":
        raise InvalidParameters(text, *map(str, failure.get("path", ())))
    if code == "INSUFFICIENT_DATA":
        raise InsufficientData(text)
    log(question, str(code), failure.get("error"))
    if code == "LIBRARY_MISSING":
        raise Unanswered(code, "library_missing", question.plugin, library=clean(failure.get("library"), MOST_CHARACTERS))
    if code == "STORAGE_FULL":
        raise RequestError(code, "run_storage_full")
    if code == "INTERNAL":
        raise RequestError("INTERNAL_SERVER_ERROR", "run_internal")
    raise PluginError(question.plugin)


def refusal_of(ending: Slow | Large | Died, question: Question, limits: InquiryLimits, language: str) -> RequestError:
    found = unanswered(ending, question.plugin, limits, language)
    log(question, found.code, traceback_of(list(ending.stderr)) if isinstance(ending, Died) else None)
    return found


def unanswered(ending: Slow | Large | Died, plugin: str, limits: InquiryLimits, language: str) -> Unanswered:
    if isinstance(ending, Slow):
        return Unanswered("TIMED_OUT", "inquiry_timed_out", plugin, seconds=f"{limits.seconds:g}")
    if isinstance(ending, Large):
        return Unanswered("OUT_OF_MEMORY", "inquiry_out_of_memory", plugin, most=f"{limits.memory / 2**20:,.0f}")
    how = garbled(language) if ending.garbled else died(ending.code, language)
    return Unanswered("WORKER_DIED", "inquiry_died", plugin, reason=how.message)


def log(question: Question, code: str, error: Any) -> None:
    told = {"operation": f"{question.plugin}.{question.inquiry}", "codes": [code], "error": error}
    logging.getLogger("guanxi").warning("inquiry failed", extra=told)
