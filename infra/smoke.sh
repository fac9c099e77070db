#!/bin/sh
# Asks a deployed app for its health, with a key fetched for the purpose. 200: well. 503 with the health in it: the app
# works and says that the data is old, as it is before the first run; a warning. Anything else, a 503 that says that the
# database cannot be reached among it: not deployed right.
set -eu

: "${RESOURCE_GROUP:?azd env get-value RESOURCE_GROUP}" "${FUNCTION_APP:?azd env get-value FUNCTION_APP}"
: "${FUNCTION_URL:?azd env get-value FUNCTION_URL}"
key=$(az functionapp keys list --resource-group "$RESOURCE_GROUP" --name "$FUNCTION_APP" --query functionKeys.default --output tsv)
if [ -n "${GITHUB_ACTIONS:-}" ]; then
  echo "::add-mask::$key"
fi
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# A cold start behind a deployment takes its time.
tries=0
while :; do
  # The key goes in by standard input: arguments are seen by every process of the machine.
  status=$(printf 'header = "x-functions-key: %s"\n' "$key" \
    | curl --config - --silent --max-time 60 --output "$answer" --write-out '%{http_code}' "$FUNCTION_URL/api/health") || status=000
  case $status in
    200)
      echo "Healthy: $(cat "$answer")"
      exit 0
      ;;
    503)
      if grep -q '"is_healthy"' "$answer"; then
        echo "${GITHUB_ACTIONS:+::warning::}The app answers, and says that its data is old: $(cat "$answer")"
        exit 0
      fi
      ;;
  esac
  tries=$((tries + 1))
  if [ "$tries" -ge "${TRIES:-20}" ]; then
    echo "$FUNCTION_URL/api/health answered $status: $(cat "$answer")" >&2
    exit 1
  fi
  sleep "${PAUSE:-15}"
done
