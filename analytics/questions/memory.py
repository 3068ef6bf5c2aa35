"""Answers that several questions of one page share are worked out once per version."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

import pandas as pd

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.store import Snapshot

_MOST_ANSWERS, _MOST_ROWS = 12, 20_000
Question = Callable[[Snapshot, Filters], pd.DataFrame]


def remembered(question: Question) -> Question:
    """*question*, keeping its last few answers per version.

    The summary, the map and the list of one page ask the same of the same version within one
    click. A version never changes, so an answer is never stale; the rules are part of the key.
    Callers get a copy. Answers of more than `_MOST_ROWS` rows are not kept.
    """
    kept: WeakKeyDictionary[Snapshot, OrderedDict[object, pd.DataFrame]] = WeakKeyDictionary()
    lock = threading.Lock()

    @functools.wraps(question)
    def answer(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
        key = (filters, repr(load_rules()))
        with lock:
            answers = kept.setdefault(snapshot, OrderedDict())
            if key in answers:
                answers.move_to_end(key)
                return answers[key].copy()
        table = question(snapshot, filters)
        if len(table) <= _MOST_ROWS:
            with lock:
                answers[key] = table.copy()
                while len(answers) > _MOST_ANSWERS:
                    answers.popitem(last=False)
        return table

    return answer
