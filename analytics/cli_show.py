"""Frozen figures on the command line: ``freeze``, ``frozen`` and ``show``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType

import pandas as pd

from analytics import freeze_words
from analytics.cli_ask import add_filters, asked_filters, reader_of
from analytics.export.text import records, to_csv, to_json, to_text
from analytics.freeze import Shown, freeze, frozen_for, show
from analytics.numbers import clock
from analytics.questions import QUESTIONS
from analytics.store import Store

_FORMATS = {"table": to_text, "csv": to_csv, "json": to_json}
Command = Callable[..., argparse.ArgumentParser]


def add_show_commands(command: Command) -> None:
    """The commands and their options."""
    pin = command("freeze", "pin a figure: version, filters and answer under a short id")
    pin.add_argument("question", choices=tuple(QUESTIONS), metavar="QUESTION")
    add_filters(pin)
    pin.add_argument("--column", metavar="NAME,…", help="freeze only these columns")
    pin.add_argument("--label", default="", metavar="TEXT", help="what it is, in words")

    again = command("show", "print a frozen figure again, and say whether it still holds")
    again.add_argument("id", metavar="ID")
    _add_reader(again)
    again.add_argument("--format", choices=tuple(_FORMATS), default="table")

    kept = command("frozen", "the frozen figures, newest first")
    _add_reader(kept)
    kept.add_argument("--format", choices=tuple(_FORMATS), default="table")


def _add_reader(parser: argparse.ArgumentParser) -> None:
    add_filters(parser, only_reader=True)


def _freeze(store: Store, options: argparse.Namespace) -> int:
    reader = reader_of(options)
    whole = store.current()
    filters = asked_filters(whole, options)
    columns = [name.strip() for name in (options.column or "").split(",") if name.strip()]
    figure = freeze(store, reader, options.question, filters, columns, options.label)
    print(figure.id)
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    """Exit code 0 when the figure holds, 1 when the newest data says otherwise."""
    shown = show(store, reader_of(options), options.id)
    if options.format == "json":
        print(json.dumps(_as_json(shown), ensure_ascii=False, indent=1))
    else:
        told = [*freeze_words.heading(shown.figure), "", freeze_words.verdict(shown)]
        told += [f"- {line}" for line in freeze_words.reasons(shown)]
        told += [f"  {line}" for line in freeze_words.differences(shown)]
        print("\n".join(told), file=sys.stderr)
        print(_FORMATS[options.format](pd.DataFrame(list(shown.figure.rows))))
    return 1 if shown.different or shown.again == "other" else 0


def _as_json(shown: Shown) -> dict[str, object]:
    return {
        "id": shown.figure.id,
        "figure": asdict(shown.figure),
        "again": shown.again,
        "newest_version": shown.newest,
        "verdict": freeze_words.verdict(shown),
        "reasons": freeze_words.reasons(shown),
        "different": [asdict(cell) for cell in shown.different],
        "evened": [asdict(cell) for cell in shown.evened],
        "split": shown.split,
        "arrived": None if shown.arrived is None else records(shown.arrived),
    }


def _frozen(store: Store, options: argparse.Namespace) -> int:
    table = pd.DataFrame(
        [
            {
                "id": figure.id,
                "frozen_at": clock(figure.when),
                "by": figure.by,
                "question": figure.question,
                "as_of": figure.filters["as_of"],
                "version": figure.version_id,
                "label": figure.label,
            }
            for figure in frozen_for(store, reader_of(options))
        ],
        columns="id frozen_at by question as_of version label".split(),
    )
    print(_FORMATS[options.format](table))
    return 0


SHOW: Mapping[str, Callable[[Store, argparse.Namespace], int]] = MappingProxyType(
    {"freeze": _freeze, "show": _show, "frozen": _frozen}
)
