"""The sections of `data/rules.toml`, one frozen value each; the comments there say what is what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Coverage:
    window_days: int
    target: float
    small_desa_households: int


@dataclass(frozen=True, slots=True)
class CadenceDays:
    tinggi: int
    sedang: int
    rendah: int


@dataclass(frozen=True, slots=True)
class Followup:
    due_soon_days: int
    lost_after_days: int


@dataclass(frozen=True, slots=True)
class Attention:
    change_points: float
    false_alarm_share: float


@dataclass(frozen=True, slots=True)
class SignalRules:
    baseline_weeks: int
    guard_weeks: int
    half_life_weeks: int
    least_weeks: int
    least_count: int
    cluster_weeks: int
    false_alarm_share: float


@dataclass(frozen=True, slots=True)
class DataRules:
    waiting_after_days: int
    small_cell: int


@dataclass(frozen=True, slots=True)
class ImportRules:
    before_registration_days: int
    lock_wait_seconds: int
    max_file_mb: int
    max_unpacked_mb: int
    max_pack_ratio: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class StoreRules:
    keep_versions: int
    memory_limit_mb: int
    threads: int


@dataclass(frozen=True, slots=True)
class AccessRules:
    session_hours: int
    idle_minutes: int
    password_length: int
    one_time_days: int
    failures_per_account: int
    failures_per_address: int
    wait_seconds: int
    wait_max_minutes: int


@dataclass(frozen=True, slots=True)
class BarrierRules:
    limit_days: int
    few_resolved: int


@dataclass(frozen=True, slots=True)
class Retention:
    ended_household_days: int
    rejected_row_days: int
    correction_days: int
    evidence_years: int
    log_years: int


@dataclass(frozen=True, slots=True)
class Score:
    overdue_max: int
    overdue_full_cadences: int
    priority_tinggi: int
    priority_sedang: int
    priority_rendah: int
    vulnerability_each: int
    vulnerability_max: int
    never_or_lost: int
