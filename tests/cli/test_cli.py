"""The command line is a contract: its exit codes and its JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.cli import main
from analytics.store import Store
from tests.store.worlds import KELUARGA, KUNJUNGAN, PROGRAM, SASARAN, csv, load


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    texts = {"kunjungan": KUNJUNGAN, "sasaran": SASARAN, "keluarga": KELUARGA, "program": PROGRAM}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return [str(tmp_path / f"{name}.csv") for name in texts]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_import_prints_one_object_with_the_promised_fields(
    fresh_store: Store, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(capsys, "import", "--store", str(fresh_store.folder), *files, "--json")
    said = json.loads(out)
    assert code == 0
    assert set(said) == {"version", "batch", "files"}
    assert said["version"] == fresh_store.current().version_id
    assert [file["kind"] for file in said["files"]] == [
        "kunjungan", "sasaran", "keluarga", "program",
    ]  # fmt: skip
    for file in said["files"]:
        assert {
            "file",
            "sheet",
            "kind",
            "rows_read",
            "accepted",
            "unchanged",
            "rejected",
            "errors",
        } <= set(file)
        assert file["rows_read"] == file["accepted"] + file["unchanged"] + file["rejected"]


def test_exit_codes_of_import(
    fresh_store: Store, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(fresh_store.folder)]
    assert run(capsys, "import", *store, *files)[0] == 0
    assert run(capsys, "import", *store, *files)[0] == 0
    mixed = tmp_path / "kunjungan2.csv"
    mixed.write_text(KUNJUNGAN.replace("V1,K1", "V8,K1").replace("V2,K2", "V9,K9"), "utf-8")
    code, out, _err = run(capsys, "import", *store, str(mixed), "--json")
    assert code == 1
    (error,) = json.loads(out)["files"][0]["errors"]
    assert (error["row"], error["column"]) == (3, "id_keluarga")
    empty = tmp_path / "kosong.xlsx"
    empty.write_bytes(b"")
    code, out, err = run(capsys, "import", *store, str(empty), "--json")
    assert code == 2
    assert json.loads(out)["files"][0]["errors"][0]["row"] is None
    assert err.strip()


def test_kind_and_dry_run(
    fresh_store: Store, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(fresh_store.folder)]
    odd = tmp_path / "data-oktober.csv"
    odd.write_text(KELUARGA, "utf-8")
    assert run(capsys, "import", *store, str(odd), "--kind", "keluarga", "--dry-run")[0] == 0
    assert fresh_store.current().query("select count(*) as n from household")["n"].iloc[0] == 0
    assert run(capsys, "import", *store, str(odd), "--kind", "keluarga")[0] == 0
    assert fresh_store.current().query("select count(*) as n from household")["n"].iloc[0] == 2


FIELDS = {
    "coverage": "desa_code desa_name active covered coverage ci_low ci_high data_through",
    "followup": "household_id desa_code priority last_contact_on due_on days_overdue status score",
    "reach": "program_code targeted attempted met received benefited received_outside_target",
    "trend": "month_end active covered coverage",
}


@pytest.mark.parametrize("question", FIELDS)
def test_ask_prints_a_list_of_rows_with_the_promised_fields(
    fresh_store: Store, question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    ask = ["ask", question, "--store", str(fresh_store.folder), "--as-of", "2025-12-15"]
    code, out, _err = run(capsys, *ask, "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert rows
    for row in rows:
        assert set(FIELDS[question].split()) <= set(row)
    code, out, _err = run(capsys, *ask, "--format", "csv")
    assert out.splitlines()[0].split(",")[: len(rows[0])] == list(rows[0])


def test_ask_answers_are_the_hand_computed_ones(
    fresh_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    store = ["--store", str(fresh_store.folder), "--as-of", "2025-12-15", "--format", "json"]
    rows = json.loads(run(capsys, "ask", "followup", *store)[1])
    assert [(r["household_id"], r["status"], r["due_on"], r["days_overdue"]) for r in rows] == [
        ("K2", "never", "2025-03-02", 288),
        ("K1", "overdue", "2025-12-01", 14),
    ]
    rows = json.loads(run(capsys, "ask", "coverage", *store, "--desa", "63.11.03.2004")[1])
    assert [(r["active"], r["covered"], r["coverage"], r["data_through"]) for r in rows] == [
        (1, 1, 1.0, "2025-11-01")
    ]
    rows = json.loads(run(capsys, "ask", "coverage", *store, "--window", "30")[1])
    assert sum(r["covered"] for r in rows) == 0
    rows = json.loads(run(capsys, "ask", "reach", *store, "--program", "pkh")[1])
    assert [rows[0][s] for s in FIELDS["reach"].split()] == ["pkh", 2, 2, 1, 1, 1, 0]


def test_an_older_version_gives_the_older_answer(
    fresh_store: Store, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    old = fresh_store.current().version_id
    later = Path(files[0])
    later.write_text(
        KUNJUNGAN.replace("V2,K2,2025-06-01,P1,tidak_di_tempat", "V2,K2,2025-12-01,P1,bertemu")
    )
    assert run(capsys, "import", "--store", str(fresh_store.folder), str(later))[0] == 0

    def covered(*more: str) -> int:
        ask = ["ask", "coverage", "--store", str(fresh_store.folder), "--as-of", "2025-12-15"]
        return sum(
            r["covered"] for r in json.loads(run(capsys, *ask, "--format", "json", *more)[1])
        )

    assert (covered(), covered("--version", old)) == (2, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        ["ask", "coverage", "--as-of", "31/02/2025"],
        ["ask", "coverage", "--window", "0"],
        ["ask", "coverage", "--window", "99999999999"],
        ["ask", "household", "--household", "nobody"],
        ["ask", "coverage", "--desa", "63.11.03.9999"],
        ["ask", "reach", "--program", "nope"],
        ["ask", "coverage", "--version", "v00009-abcdef"],
        ["ask", "household"],
        ["rollback", "v00009-abcdef"],
        ["restore", "/nonexistent/backup.zip"],
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_code_2(
    fresh_store: Store, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    code, out, err = run(capsys, *wrong, "--store", str(fresh_store.folder))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_versions_rollback_verify_backup_restore_prune(
    fresh_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    store = ["--store", str(fresh_store.folder), "--json"]
    versions = json.loads(run(capsys, "versions", *store)[1])
    assert [v["current"] for v in versions] == [True, False]
    assert json.loads(run(capsys, "rollback", versions[1]["id"], *store)[1])["current"]
    checks = json.loads(run(capsys, "verify", *store)[1])
    assert all(check["ok"] for check in checks)
    file = tmp_path / "cadangan.zip"
    assert run(capsys, "backup", str(file), *store)[0] == 0
    other = ["--store", str(tmp_path / "lain"), "--json"]
    assert run(capsys, "restore", str(file), *other)[0] == 0
    assert [v["id"] for v in json.loads(run(capsys, "versions", *other)[1])] == [
        v["id"] for v in versions
    ]
    assert json.loads(run(capsys, "prune", *store)[1]) == {"deleted": []}


def test_verify_fails_when_a_mart_is_not_what_a_rebuild_gives(
    fresh_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    with fresh_store.writing():
        draft = fresh_store.draft(simulated=False)
        draft.run("update contact set next_on = date '2025-11-02'")
        draft.publish("tampered")
    code, out, _err = run(capsys, "verify", "--store", str(fresh_store.folder), "--json")
    assert code == 1
    assert [check["name"] for check in json.loads(out) if not check["ok"]] == ["mart contact"]


def test_demo_never_touches_real_data(
    fresh_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Households alone are real data too, at every scale."""
    load(fresh_store, [csv("keluarga", KELUARGA)])
    version = fresh_store.current().version_id
    for scale in ("kecamatan", "kabupaten"):
        demo = ["demo", "--store", str(fresh_store.folder), "--scale", scale]
        code, _out, err = run(capsys, *demo)
        assert code == 2
        assert "nyata" in err
    assert fresh_store.current().version_id == version


def test_the_store_defaults_to_the_environment(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    monkeypatch.setenv("PERUT_STORE", str(fresh_store.folder))
    assert fresh_store.current().version_id in run(capsys, "versions")[1]


def test_the_module_runs_as_a_command(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "analytics", "ask", "summary", "--format", "json",
         "--store", str(fresh_store.folder), "--as-of", "2025-12-15"],
        cwd=root, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["active"] == 2


def test_a_missing_rules_file_is_one_sentence(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    monkeypatch.setenv("PERUT_RULES", "/nonexistent/rules.toml")
    code, out, err = run(capsys, "ask", "coverage", "--store", str(fresh_store.folder))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_a_file_in_the_place_of_the_store_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "store"
    place.write_text("not a folder", encoding="utf-8")
    code, out, err = run(capsys, "ask", "coverage", "--store", str(place))
    assert (code, out) == (2, "")
    assert "folder" in err
    assert place.read_text(encoding="utf-8") == "not a folder"


def test_a_question_may_be_written_with_a_hyphen(
    fresh_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    load(fresh_store)
    ask = ["ask", "coverage-program", "--store", str(fresh_store.folder), "--format", "json"]
    rows = json.loads(run(capsys, *ask, "--as-of", "2025-12-15")[1])
    assert [(row["desa_name"], row["targeted"], row["covered"]) for row in rows] == [
        ("Bihara", 1, 1),
        ("Tundi", 1, 0),
    ]


def test_only_some_columns_are_printed(
    fresh_store: Store, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(fresh_store.folder)]
    run(capsys, "import", *store, *files)
    code, out, _err = run(
        capsys, "ask", "summary", *store, "--column", "covered, active", "--format", "json"
    )
    assert code == 0
    assert set(json.loads(out)[0]) == {"covered", "active"}
    code, out, err = run(capsys, "ask", "summary", *store, "--column", "covered,cakupan")
    assert code == 2
    assert not out
    assert "tidak mempunyai kolom cakupan" in err


def test_what_an_import_changed_is_asked_of_two_versions(
    fresh_store: Store, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(fresh_store.folder)]
    first = fresh_store.current().version_id
    run(capsys, "import", *store, *files)
    options = ["--as-of", "2025-12-15", "--format", "json"]
    code, out, _err = run(capsys, "ask", "changes", *store, *options)
    assert code == 0
    visits = next(row for row in json.loads(out) if row["measure"] == "visits")
    assert (visits["before"], visits["now"]) == (0, 2)
    code, again, _err = run(capsys, "ask", "changes", *store, *options, "--since", first)
    assert (code, again) == (0, out)
    code, _out, err = run(capsys, "ask", "changes", *store, "--version", first)
    assert code == 2
    assert "Tidak ada versi sebelum" in err


def test_a_reader_who_has_seen_enough_gets_no_traceback(demo_store: Store) -> None:
    """`… ask coverage | head` closes the pipe early."""
    command = [sys.executable, "-m", "analytics", "ask", "coverage", "--as-of", "2025-12-15"]
    process = subprocess.Popen(
        [*command, "--store", str(demo_store.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait() == 0
    assert "Traceback" not in said and "BrokenPipe" not in said
