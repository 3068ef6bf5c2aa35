"""The import: files as people have them → checked rows → a new version of the store."""

from analytics.ingest.formats import FORMATS, RejectedSheet
from analytics.ingest.importer import import_files, rejected_sheets
from analytics.ingest.report import FileReport, ImportReport, RowProblem
from analytics.ingest.sources import SourceFile

__all__ = [
    "FORMATS",
    "FileReport",
    "ImportReport",
    "RejectedSheet",
    "RowProblem",
    "SourceFile",
    "import_files",
    "rejected_sheets",
]
