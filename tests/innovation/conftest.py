"""The fixtures of the pages serve here, too."""

from tests.ui.conftest import (  # noqa: F401
    _at_this_computer,
    _fresh_caches,
    broken_store,
    open_page,
    own_demo,
)
