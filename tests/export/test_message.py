"""The text for WhatsApp: short, ids and desa, and the rest counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.export.message import LONGEST, visit_message
from analytics.export.visits import Round
from tests.export.examples import MONDAY, NASTY, round_of, visit


def message(each: Round, *, simulated: bool = False, longest: int = LONGEST) -> str:
    return visit_message(each, monday=MONDAY, simulated=simulated, longest=longest)


def test_the_whole_message() -> None:
    each = Round(
        "P03", "Nama Pendamping", [visit("K1"), visit("K2", desa="Bihara"), visit("K3", rt="")]
    )
    assert message(each, simulated=True) == (
        "DATA SIMULASI\n"
        "*Kunjungan minggu ini* · 23 Nov 2026 – 29 Nov 2026\n"
        "Pendamping P03: 3 keluarga\n"
        "\n*Pudak* (2)\n• K1\n• K3\n"
        "\n*Bihara* (1)\n• K2"
    )


def test_only_ids_and_desa_whatever_else_is_known() -> None:
    each = Round(
        "P03",
        "Nama Pendamping",
        [visit("K1", personal=("Siti Contoh", "Jalan Contoh"), why="lansia", rt="077")],
    )
    said = message(each)
    for secret in ("Siti", "Jalan", "lansia", "077", "Bantuan", "Terlambat", "Nama Pendamping"):
        assert secret not in said


@given(st.integers(1, 300), st.integers(1, 30), st.integers(150, 2_000))
def test_it_stays_short_and_counts_the_rest(count: int, width: int, longest: int) -> None:
    ids = [f"{i:03d}{'x' * width}" for i in range(count)]
    said = message(round_of("P1", ids), longest=longest)
    named = [line[2:] for line in said.splitlines() if line.startswith("• ")]
    assert named == ids[: len(named)]
    assert named
    assert len(said) <= longest or len(named) == 1
    left = count - len(named)
    assert (f"… dan {left} keluarga lagi pada daftar cetak." in said) == (left > 0)
    assert f"Pendamping P1: {count} keluarga" in said


def test_a_text_of_several_lines_stays_on_one() -> None:
    said = message(Round("P\n1", "", [visit("K\r\n1 \u2028 x", desa="A\nB")]))
    assert "• K 1 x" in said
    assert "*A B* (1)" in said
    assert message(Round("P1", "", [visit(NASTY)])).endswith(f"• {NASTY}")


def test_nobody_is_no_message() -> None:
    with pytest.raises(ValueError, match="at least one household"):
        visit_message(Round("P1", "", []), monday=date(2026, 1, 5), simulated=False)
