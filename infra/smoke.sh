#!/bin/sh
# Proves a deployment: waits until the app answers, starts a run, waits until it has ended, and reads the health.
#
# Variables: FUNCTION_URL; RESOURCE_GROUP and FUNCTION_APP, to fetch a key for the purpose, or GREENERY_KEY (empty: none
# is sent, as `greenery serve` on this machine needs none). TRIES and PAUSE: how often, and with how many seconds between,
# it asks for an answer (20, 15); RUN_TRIES: for the end of the run (160: 40 minutes).
# SMOKE_KEY: the Idempotency-Key; the same key starts no second run.
#
# Exit codes: 0 the run was published, or there was nothing new; 1 the app works, and the run was held back or stopped;
# 2 variables or programs are missing; 3 the app does not answer, or the run failed; 4 the run has not ended in time.
set -eu

fail() {
  code=$1
  shift
  echo "${GITHUB_ACTIONS:+::error::}$*" >&2
  exit "$code"
}

[ -n "${FUNCTION_URL:-}" ] || fail 2 "FUNCTION_URL is not set; expected the address of the app. Set it: export FUNCTION_URL=\"\$(azd env get-value FUNCTION_URL)\""
command -v curl > /dev/null || fail 2 "curl is missing. Install it, or run this in Azure Cloud Shell."
if [ -z "${GREENERY_KEY+set}" ]; then
  for variable in RESOURCE_GROUP FUNCTION_APP; do
    eval "value=\${$variable:-}"
    [ -n "$value" ] || fail 2 "$variable is not set; expected the name that azd made. Set it: export $variable=\"\$(azd env get-value $variable)\", or set GREENERY_KEY."
  done
  command -v az > /dev/null || fail 2 "az is missing. Install the Azure CLI, or set GREENERY_KEY to a function key."
  GREENERY_KEY=$(az functionapp keys list --resource-group "$RESOURCE_GROUP" --name "$FUNCTION_APP" --query functionKeys.default --output tsv) \
    || fail 3 "The function key of $FUNCTION_APP cannot be read (above). Sign in with az login, as who may list keys of $RESOURCE_GROUP."
fi
if [ -n "${GITHUB_ACTIONS:-}" ] && [ -n "$GREENERY_KEY" ]; then
  echo "::add-mask::$GREENERY_KEY"
fi
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Asks with method and path; the status is in $status, the body in the file $answer.
ask() {
  # The key goes in by standard input: arguments are seen by every process of the machine.
  status=$(printf '%s\n' "${GREENERY_KEY:+header = \"x-functions-key: $GREENERY_KEY\"}" \
    | curl --config - --silent --max-time 60 --request "$@" --output "$answer" --write-out '%{http_code}') || status=000
}

# The first value of a member, which is the run's own: its steps come later. A member a line, however the answer is laid out.
value() {
  tr '{,' '\n\n' < "$answer" | sed -n "s/^ *\"$1\": *\"\{0,1\}\([^\"}]*\).*/\1/p" | head -n 1
}

said() {
  tr -s ' \n' ' ' < "$answer" | head -c 2000
}

# A cold start after a deployment takes its time. 503 with a health in it: the app works, and its data is old, as it is
# before the first run. 503 without one: it cannot reach its database.
tries=0
until ask GET "$FUNCTION_URL/api/health"; [ "$status" = 200 ] || { [ "$status" = 503 ] && grep -q '"is_healthy"' "$answer"; }; do
  tries=$((tries + 1))
  if [ "$tries" -ge "${TRIES:-20}" ]; then
    case $status in
      000) hint="Nothing listens there: is the app running (az functionapp show --query state), and the address right?" ;;
      401 | 403) hint="The key is not this app's: fetch it again, or look at GREENERY_KEY." ;;
      404) hint="The app has no functions: its package is missing or its worker does not start. Deploy it (azd deploy), and read its log stream." ;;
      503) hint="The app is up and cannot use its database or storage: docs/operations.md, run-failed." ;;
      *) hint="Read the app's log stream: az webapp log tail." ;;
    esac
    fail 3 "$FUNCTION_URL/api/health answered $status after $tries attempts, expected 200 or a health: $(said) $hint"
  fi
  sleep "${PAUSE:-15}"
done
echo "The app answers: $(said)"

ask POST "$FUNCTION_URL/api/runs" --header "Idempotency-Key: ${SMOKE_KEY:-smoke-$(date -u +%Y%m%dT%H%M%SZ)-$$}" \
  --header 'Content-Type: application/json' --data '{}'
run=$(value run_id)
case $status in
  202) echo "Run $run is started." ;;
  409) echo "Run $run is active already; it is waited for instead." ;;
  *) fail 3 "POST $FUNCTION_URL/api/runs answered $status, expected 202: $(said) docs/operations.md, run-failed." ;;
esac
case $run in
  '' | *[!0-9]*) fail 3 "POST $FUNCTION_URL/api/runs answered $status without a run's id: $(said)" ;;
esac

tries=0
while :; do
  ask GET "$FUNCTION_URL/api/runs/$run"
  state=
  [ "$status" = 200 ] && state=$(value state)
  case $state in
    '' | running) ;;
    cancelled)
      # A deployment that changes the sql folder has another run do the same.
      next=$(sed -n 's/.*Run \([0-9][0-9]*\) does the same from the start.*/\1/p' "$answer" | head -n 1)
      [ -n "$next" ] || break
      echo "Run $run was begun with the earlier sql folder; run $next does the same and is waited for."
      run=$next
      ;;
    *) break ;;
  esac
  tries=$((tries + 1))
  [ "$tries" -lt "${RUN_TRIES:-160}" ] || fail 4 "Run $run has not ended after $tries attempts; the last answer was $status: $(said) Wait for it with GET /api/runs/$run, or stop it with POST /api/runs/$run/cancel."
  sleep "${PAUSE:-15}"
done

case $state in
  published | unchanged) ;;
  failed) fail 3 "Run $run ended as failed: $(said) docs/operations.md, run-failed." ;;
  cancelled) fail 1 "Run $run was stopped by a user. Start this again." ;;
  *) fail 1 "The app works, and run $run ended as $state, so nothing or not all was published: $(said) docs/operations.md, run-held-back." ;;
esac
ask GET "$FUNCTION_URL/api/health"
case $status in
  200) echo "Run $run ended as $state. Healthy: $(said)" ;;
  503) grep -q '"is_healthy"' "$answer" || fail 3 "Run $run ended as $state, and then $FUNCTION_URL/api/health answered 503: $(said)"
    # Without a drop nothing is published, and that is what the health says.
    echo "${GITHUB_ACTIONS:+::warning::}Run $run ended as $state; the data is old: $(said) Upload drops (docs/operations.md, First run)." ;;
  *) fail 3 "Run $run ended as $state, and then $FUNCTION_URL/api/health answered $status: $(said)" ;;
esac
