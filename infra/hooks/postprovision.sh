#!/bin/sh
# Makes the database roles (roles.sql) after `azd provision`. The server lets nobody in who is not on its list, so this
# machine's address is put there for the minute it takes. Safe to rerun: sh infra/hooks/postprovision.sh
set -eu

if [ "${SKIP_ROLES:-false}" = true ]; then
  echo "SKIP_ROLES is true: the database roles are left as they are (docs/operations.md, Database roles)."
  exit 0
fi

for variable in DATABASE_ID DATABASE_HOST DATABASE_NAME OPERATORS_NAME PIPELINE_ROLE PIPELINE_ID; do
  eval "value=\${$variable:-}"
  if [ -z "$value" ]; then
    echo "$variable is not set. azd sets it behind provision; by hand: eval \"\$(azd env get-values | sed 's/^/export /')\"" >&2
    exit 2
  fi
done
for tool in az psql curl; do
  if ! command -v "$tool" > /dev/null; then
    echo "$tool is missing. Install it, or run this in Azure Cloud Shell, or set SKIP_ROLES=true and do it later." >&2
    exit 2
  fi
done

address=${MY_ADDRESS:-$(curl --fail --silent --show-error --max-time 20 https://api.ipify.org)}
rule="https://management.azure.com$DATABASE_ID/firewallRules/postprovision?api-version=2025-08-01"

shut() {
  az rest --method delete --url "$rule" --output none || echo "Remove the firewall rule postprovision of $DATABASE_HOST by hand." >&2
}
trap shut EXIT
trap 'exit 1' INT TERM
az rest --method put --url "$rule" --output none \
  --body "{\"properties\": {\"startIpAddress\": \"$address\", \"endIpAddress\": \"$address\"}}"

export PGHOST="$DATABASE_HOST" PGDATABASE=postgres PGUSER="$OPERATORS_NAME" PGSSLMODE=verify-full PGSSLROOTCERT=system
export PGCONNECT_TIMEOUT=10 PGAPPNAME=greenery-postprovision
PGPASSWORD=$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)
export PGPASSWORD

# The rule takes effect within a minute or two.
tries=0
until psql --no-psqlrc --quiet --command 'select' > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 18 ]; then
    echo "$DATABASE_HOST does not let '$OPERATORS_NAME' in from $address. What it says:" >&2
    psql --no-psqlrc --quiet --command 'select' > /dev/null || exit 3
  fi
  sleep 10
done

psql --no-psqlrc --quiet --file "$(dirname "$0")/roles.sql" --output /dev/null \
  --set role="$PIPELINE_ROLE" --set principal="$PIPELINE_ID" --set database="$DATABASE_NAME"
echo "Database roles: $PIPELINE_ROLE (the pipeline) and greenery_reader are there."
