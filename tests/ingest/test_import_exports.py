"""Exports of the product's own form go into the store without any mapping work."""

from __future__ import annotations

import pytest

from analytics.ingest import SourceFile
from analytics.questions import Filters, barriers, household
from analytics.store import Store
from tests.ingest.books import xlsx, zipped
from tests.ingest.test_forms import PROGRAMS, UUID, as_csv, grid, kobo, odk
from tests.store.worlds import TODAY, csv, load


def prepared(store: Store) -> None:
    programs = "\n".join(f"{code},Program {code},Dinas" for code in PROGRAMS)
    people = "\n".join(f"{hh},Awayan,2025-01-01" for hh in ("AWY-0001", "0002", "AWY-0003"))
    load(
        store,
        [
            csv("program", f"kode,nama,opd\n{programs}\n"),
            csv("keluarga", f"id_keluarga,desa,terdaftar_pada\n{people}\n"),
        ],
    )


def exports() -> dict[str, SourceFile]:
    main, children = kobo(joined=True, split=True)
    odk_main, odk_children = odk(joined=False, split=True)
    members: dict[str, bytes | str] = {
        "perut_kunjungan.csv": as_csv(odk_main, ","),
        "perut_kunjungan-rincian_hambatan.csv": as_csv(odk_children, ","),
    }
    sheets = {"PERUT - Kunjungan": grid(main), "rincian_hambatan": grid(children)}
    return {
        "kobo": SourceFile("kobo.xlsx", data=xlsx(sheets)),
        "odk": SourceFile("perut_kunjungan.zip", data=zipped(members)),
    }


@pytest.mark.parametrize("server", ["kobo", "odk"])
def test_an_export_is_imported_whole(fresh_store: Store, server: str) -> None:
    prepared(fresh_store)
    report = load(fresh_store, [exports()[server]])
    assert (report.exit_code, report.total("accepted")) == (0, 6), report.as_dict()
    current = fresh_store.current()
    ask = Filters(TODAY)
    first = household(current, ask, "AWY-0001")
    visit = first[first["event"] == "bertemu"].iloc[0]
    assert list(visit["programs"]) == ["pkh", "sembako"]
    assert (visit["benefit"], list(visit["barriers"])) == (4, ["ekonomi", "rumah"])
    assert current.private("kunjungan", [UUID.format(1)])[UUID.format(1)]["catatan"] == "baik"
    assert barriers(current, ask)["category"].tolist() == ["ekonomi", "rumah", "akses_jalan"]
    assert all(check.ok for check in fresh_store.verify())


def test_the_same_visits_from_the_other_server_are_already_there(fresh_store: Store) -> None:
    prepared(fresh_store)
    load(fresh_store, [exports()["kobo"]])
    again = load(fresh_store, [exports()["odk"]])
    assert (again.total("accepted"), again.total("unchanged")) == (0, 6), again.as_dict()
