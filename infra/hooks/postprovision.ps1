#!/usr/bin/env pwsh
# postprovision.sh for Windows: makes the database roles (roles.sql) after `azd provision`. Safe to rerun.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

if ($env:SKIP_ROLES -eq 'true') {
    Write-Host 'SKIP_ROLES is true: the database roles are left as they are (docs/operations.md, Database roles).'
    exit 0
}

foreach ($variable in 'DATABASE_ID', 'DATABASE_HOST', 'DATABASE_NAME', 'OPERATORS_NAME', 'PIPELINE_ROLE', 'PIPELINE_ID') {
    if (-not [Environment]::GetEnvironmentVariable($variable)) {
        Write-Error "$variable is not set. azd sets it behind provision; 'azd env get-values' lists it." -ErrorAction Continue
        exit 2
    }
}
foreach ($tool in 'az', 'psql') {
    if (-not (Get-Command $tool -ErrorAction SilentlyContinue)) {
        $instead = 'Install it, or run this in Azure Cloud Shell, or set SKIP_ROLES=true and do it later.'
        Write-Error "$tool is missing. $instead" -ErrorAction Continue
        exit 2
    }
}

$address = $env:MY_ADDRESS ? $env:MY_ADDRESS : (Invoke-RestMethod 'https://api.ipify.org' -TimeoutSec 20)
$rule = "https://management.azure.com$($env:DATABASE_ID)/firewallRules/postprovision?api-version=2025-08-01"
# From a file: the quotes of JSON do not survive the way into az on Windows.
$body = New-TemporaryFile
Set-Content $body "{`"properties`": {`"startIpAddress`": `"$address`", `"endIpAddress`": `"$address`"}}"

try {
    az rest --method put --url $rule --body "@$body" --output none

    $env:PGHOST = $env:DATABASE_HOST
    $env:PGDATABASE = 'postgres'
    $env:PGUSER = $env:OPERATORS_NAME
    $env:PGSSLMODE = 'verify-full'
    $env:PGSSLROOTCERT = 'system'
    $env:PGCONNECT_TIMEOUT = '10'
    $env:PGAPPNAME = 'greenery-postprovision'
    $env:PGPASSWORD = az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv

    # The rule takes effect within a minute or two.
    $PSNativeCommandUseErrorActionPreference = $false
    for ($tries = 1; ; $tries++) {
        $words = psql --no-psqlrc --quiet --command 'select' 2>&1
        if ($LASTEXITCODE -eq 0) { break }
        if ($tries -ge 18) { throw "$($env:DATABASE_HOST) does not let '$($env:OPERATORS_NAME)' in from ${address}: $words" }
        Start-Sleep -Seconds 10
    }
    $PSNativeCommandUseErrorActionPreference = $true

    psql --no-psqlrc --quiet --file (Join-Path $PSScriptRoot 'roles.sql') --output NUL `
        --set "role=$($env:PIPELINE_ROLE)" --set "principal=$($env:PIPELINE_ID)" --set "database=$($env:DATABASE_NAME)"
    Write-Host "Database roles: $($env:PIPELINE_ROLE) (the pipeline) and greenery_reader are there."
}
finally {
    $env:PGPASSWORD = $null
    Remove-Item $body
    $PSNativeCommandUseErrorActionPreference = $false
    az rest --method delete --url $rule --output none
    if ($LASTEXITCODE -ne 0) { Write-Warning "Remove the firewall rule postprovision of $($env:DATABASE_HOST) by hand." }
}
