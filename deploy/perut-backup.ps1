# One backup of the PERUT store, sealed for a public key: this job needs no secret at all.
# How to set it up, step by step: docs/backup.md. The Task Scheduler runs it (perut-backup.xml).
param(
    [string]$Program = "C:\PERUT\dashboard",
    [string]$Store = "C:\PERUT\store",
    [string]$Target = "D:\PERUT-cadangan",
    [string]$RecipientFile = "C:\PERUT\penerima.txt",
    [int]$Keep = 30
)
$ErrorActionPreference = "Stop"

$env:PERUT_STORE = $Store
$recipient = (Get-Content -Raw -Encoding UTF8 $RecipientFile).Trim()
if (-not (Test-Path -PathType Container $Target)) {
    New-Item -ItemType Directory $Target | Out-Null
}
Set-Location $Program
& ".venv\Scripts\python.exe" -m analytics backup $Target --recipient $recipient --keep $Keep
exit $LASTEXITCODE
