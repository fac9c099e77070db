#!/bin/sh
# Makes the database roles (roles.sql) after `azd provision`. A server lets only addresses in that are on its list: this
# machine's is put there for the minute it takes, unless it is let in already. Safe to repeat: a second
# time changes nothing.
set -eu

if [ "${SKIP_ROLES:-false}" = true ]; then
  echo "SKIP_ROLES is true: the database roles are left as they are (docs/operations.md, Database roles)."
  exit 0
fi

for variable in DATABASE_ID DATABASE_HOST DATABASE_NAME OPERATORS_NAME PIPELINE_ROLE PIPELINE_ID; do
  eval "value=\${$variable:-}"
  if [ -z "$value" ]; then
    echo "$variable is not set. 'azd provision' sets it; by hand: eval \"\$(azd env get-values | sed 's/^/export /')\"" >&2
    exit 2
  fi
done
for tool in az psql curl; do
  if ! command -v "$tool" > /dev/null; then
    echo "$tool is missing. Install it, or run this in Azure Cloud Shell, or set SKIP_ROLES=true and do it later." >&2
    exit 2
  fi
done

# A cluster has one database; elsewhere Entra's functions are in postgres.
export PGHOST="$DATABASE_HOST" PGDATABASE="${ROLES_DATABASE:-postgres}" PGUSER="$OPERATORS_NAME" PGSSLMODE=verify-full PGSSLROOTCERT=system
export PGCONNECT_TIMEOUT=10 PGAPPNAME=greenery-postprovision
PGPASSWORD=$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)
export PGPASSWORD

enter() {
  psql --no-psqlrc --quiet --command 'select' > /dev/null 2>&1
}

rule="https://management.azure.com$DATABASE_ID/firewallRules/postprovision?api-version=2025-08-01"
address=

# Also where it was not opened now: an attempt that was killed has left it open. Of a rule that is not there az says nothing.
shut() {
  az rest --method delete --url "$rule" --output none 2> /dev/null \
    || [ -z "$address" ] || echo "Remove the firewall rule postprovision of $DATABASE_HOST by hand." >&2
}
trap shut EXIT
trap 'exit 1' INT TERM

if ! enter; then
  address=${MY_ADDRESS:-$(curl --fail --silent --show-error --max-time 20 https://api.ipify.org)}
  if ! az rest --method put --url "$rule" --output none \
    --body "{\"properties\": {\"startIpAddress\": \"$address\", \"endIpAddress\": \"$address\"}}"; then
    echo "The firewall of $DATABASE_HOST cannot be opened for $address (above). A server inside a network has none: run" \
      "this on a machine in that network. For an existing server ask who owns it, or set SKIP_ROLES=true." >&2
    exit 3
  fi
  # The rule takes effect within a minute or two.
  tries=0
  until enter; do
    tries=$((tries + 1))
    if [ "$tries" -ge "${TRIES:-18}" ]; then
      echo "$DATABASE_HOST does not let '$OPERATORS_NAME' in from $address. Is it an Entra administrator of the server, and are" \
        "you signed in (az login) as a member of it? What the server says:" >&2
      psql --no-psqlrc --quiet --command 'select' > /dev/null || exit 3
    fi
    sleep "${PAUSE:-10}"
  done
fi

psql --no-psqlrc --quiet --file "$(dirname "$0")/roles.sql" --output /dev/null \
  --set role="$PIPELINE_ROLE" --set principal="$PIPELINE_ID" --set database="$DATABASE_NAME"
echo "Database roles: $PIPELINE_ROLE (the pipeline) and greenery_reader are there."
