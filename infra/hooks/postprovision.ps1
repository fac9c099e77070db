#!/usr/bin/env pwsh
# postprovision.sh for Windows: makes the database roles (roles.sql) after `azd provision`. Safe to repeat: a second
# time changes nothing.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

if ($env:SKIP_ROLES -eq 'true') {
    Write-Host 'SKIP_ROLES is true: the database roles are left as they are (docs/operations.md, Database roles).'
    exit 0
}

foreach ($variable in 'DATABASE_ID', 'DATABASE_HOST', 'DATABASE_NAME', 'OPERATORS_NAME', 'PIPELINE_ROLE', 'PIPELINE_ID') {
    if (-not [Environment]::GetEnvironmentVariable($variable)) {
        Write-Error "$variable is not set. 'azd provision' sets it; 'azd env get-values' lists it." -ErrorAction Continue
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

$env:PGHOST = $env:DATABASE_HOST
# A cluster has one database; elsewhere Entra's functions are in postgres.
$env:PGDATABASE = $env:ROLES_DATABASE ? $env:ROLES_DATABASE : 'postgres'
$env:PGUSER = $env:OPERATORS_NAME
$env:PGSSLMODE = 'verify-full'
$env:PGSSLROOTCERT = 'system'
$env:PGCONNECT_TIMEOUT = '10'
$env:PGAPPNAME = 'greenery-postprovision'
$env:PGPASSWORD = az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv

$rule = "https://management.azure.com$($env:DATABASE_ID)/firewallRules/postprovision?api-version=2025-08-01"
# From a file: the quotes of JSON do not survive the way into az on Windows.
$body = New-TemporaryFile
$address = $null

try {
    $PSNativeCommandUseErrorActionPreference = $false
    psql --no-psqlrc --quiet --command 'select' 2>&1 | Out-Null
    if ($LASTEXITCODE -ne 0) {
        $address = $env:MY_ADDRESS ? $env:MY_ADDRESS : (Invoke-RestMethod 'https://api.ipify.org' -TimeoutSec 20)
        Set-Content $body "{`"properties`": {`"startIpAddress`": `"$address`", `"endIpAddress`": `"$address`"}}"
        az rest --method put --url $rule --body "@$body" --output none
        if ($LASTEXITCODE -ne 0) {
            throw "The firewall of $($env:DATABASE_HOST) cannot be opened for $address (above). A server inside a network " +
                'has none: run this on a machine in that network. For an existing server ask who owns it, or set SKIP_ROLES=true.'
        }
        # The rule takes effect within a minute or two.
        for ($tries = 1; ; $tries++) {
            $words = psql --no-psqlrc --quiet --command 'select' 2>&1
            if ($LASTEXITCODE -eq 0) { break }
            if ($tries -ge 18) {
                throw "$($env:DATABASE_HOST) does not let '$($env:OPERATORS_NAME)' in from ${address}. Is it an Entra " +
                    "administrator of the server, and are you signed in (az login) as a member of it? It says: $words"
            }
            Start-Sleep -Seconds 10
        }
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
    # Also where it was not opened now: an attempt that was killed has left it open.
    az rest --method delete --url $rule --output none
    if ($LASTEXITCODE -ne 0 -and $address) { Write-Warning "Remove the firewall rule postprovision of $($env:DATABASE_HOST) by hand." }
}
