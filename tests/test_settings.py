"""The settings of the server that no page shows when they are wrong."""

from __future__ import annotations

import tomllib

from tests.ui.conftest import ROOT


def test_modules_are_not_read_anew_while_the_server_runs() -> None:
    """A second copy of `analytics.store.audit` does not know who acts and logs “shell”."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["fileWatcherType"] == "none"
