"""Links: whatever the address says, a page opens, with a sentence for what was ignored."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import guarded, tries
from tests.fuzz.mutants import NASTY
from ui.choice import FIRST_DAY, LONGEST_WINDOW_DAYS, PARAMETERS, PERIODS, from_parameters

TODAY = date(2025, 12, 15)
DESA = {"63.11.03.2007": "Bihara", "63.11.03.2004": "Tundi"}
PROGRAM = {"pkh": "PKH", "sembako": "Sembako"}
VALUE = (
    st.sampled_from(NASTY)
    | st.text(max_size=40)
    | st.dates().map(str)
    | st.integers().map(str)
    | st.lists(st.sampled_from([*DESA, "Bihara", "pkh", "?"]), max_size=6).map(",".join)
    | st.sampled_from([*PERIODS, "BULAN"])
)


@tries(150)
@given(st.dictionaries(st.sampled_from([*PARAMETERS, "lain"]), VALUE))
@guarded
def test_any_link(parameters: dict[str, str]) -> None:
    choice, problems = from_parameters(parameters, DESA, PROGRAM, TODAY)
    assert choice.as_of is None or FIRST_DAY <= choice.as_of <= TODAY
    assert choice.window_days is None or 1 <= choice.window_days <= LONGEST_WINDOW_DAYS
    assert choice.period is None or choice.period in PERIODS
    assert set(choice.desa) <= set(DESA)
    assert set(choice.programs) <= set(PROGRAM)
    assert all(problems)
    choice.filters(TODAY)
