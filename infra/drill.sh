#!/usr/bin/env bash
# The drill: every command of docs/security/incident-response.md, step by step, against a running platform, in a tenant of its own that nobody else uses.
# Measures how long each containment takes to be effective on every node, and fails loudly when one takes longer than 5 s or anything is not as the runbook says.
#   K      a bearer of an operator: the token of a console session where resuming takes two, else a management key
#   K2     the session of a second operator, where resuming takes two
#   M      the management API; default http://127.0.0.1:5081
#   NODES  the data listeners of all nodes; default http://127.0.0.1:5080
#   CLI    how to run platform; default: dotnet run --project src/Cli --
# A test holds the commands of the six functions below to the runbook: change both.
set -Eeuo pipefail

M=${M:-http://127.0.0.1:5081}
NODES=${NODES:-http://127.0.0.1:5080}
T="drill-$(date +%s)-$((RANDOM % 1000))"
WITHIN_MS=5000
KEY_FORM='mcpk_[a-z]+_[a-z0-9]{8}_[A-Za-z0-9]{49}'
NOW=preparation
WORK=$(mktemp -d)

fail() { echo "DRILL FAILED in $NOW: $*" >&2; exit 1; }
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR
trap 'rm -rf "$WORK"' EXIT
: "${K:?the bearer of an operator}"

api() { curl -sS --fail-with-body --max-time 60 -K <(printf 'header = "Authorization: Bearer %s"\n' "$K") -H 'Content-Type: application/json' "$@"; }
platform() { ${CLI:-dotnet run --project src/Cli --} "$@"; }
first() { grep -oE "$1" | sed -n 1p; }

begin() { NOW=$1; echo "== $1"; }
told() { printf '   %-44s %s\n' "$1" "$2"; }

# call node key tool arguments: prints the HTTP status, a space and the answer on one line.
call() {
  local body='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'$3'","arguments":'$4',"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}'
  : >"$WORK/answer"
  curl -sS --max-time 10 -o "$WORK/answer" -w '%{http_code} ' "$1/t/$T/mcp" -K <(printf 'header = "Authorization: Bearer %s"\n' "$2") -H 'Content-Type: application/json' \
    -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H "Mcp-Name: $3" -d "$body" || true
  tr -d '\r\n' <"$WORK/answer"
  echo
}

echo_on() { call "$1" "$2" echo '{"message":"drill"}'; }
write_on() { call "$1" "$2" memory_set '{"key":"drill","value":"x"}'; }
served() { [[ $1 == 200\ *'"content"'* ]]; }
now_ms() { date +%s%3N; }

# until_refused what test arguments: from now on, on every node, the test must be refused within 5 s. Call it right after the command.
until_refused() {
  local what=$1 since node answer took=""
  shift
  since=$(now_ms)
  for node in $NODES; do
    while answer=$("$1" "$node" "${@:2}") && served "$answer"; do
      (($(now_ms) - since < WITHIN_MS)) || fail "$what is still not effective on $node after $WITHIN_MS ms"
      sleep 0.02
    done
    [[ $answer != 000* ]] || fail "$node does not answer"
    took+=" $(($(now_ms) - since)) ms"
  done
  told "$what" "refused on every node after$took"
}

# become served|refused what test arguments: on every node, within 5 s.
become() {
  local wanted=$1 what=$2 since node answer is
  shift 2
  since=$(now_ms)
  for node in $NODES; do
    while :; do
      answer=$("$1" "$node" "${@:2}")
      is=refused
      if served "$answer"; then is=served; fi
      [[ $is != "$wanted" || $answer == 000* ]] || break
      (($(now_ms) - since < WITHIN_MS)) || fail "$what is not $wanted on $node after $WITHIN_MS ms: $answer"
      sleep 0.02
    done
  done
  told "$what" "$wanted on every node after $(($(now_ms) - since)) ms"
}

issue() { api "$M/v1/tenants/$T/keys" -d '{"name":"'"$1"'","roles":["power-user"]}' | first "$KEY_FORM"; }
id_of() { cut -d_ -f3 <<<"$1"; }

prepare() {
  begin "a tenant with three agents"
  api "$M/v1/tenants" -d '{"slug":"'"$T"'","displayName":"Drill","rateLimit":{"permitsPerMinute":100000,"burst":10000}}' >/dev/null
  STOLEN=$(issue stolen)
  INSIDER=$(issue insider)
  HONEST=$(issue honest)
  KEYID=$(id_of "$STOLEN")
  WHO="svc_$(id_of "$INSIDER")"
  become served "the key that will be stolen" echo_on "$STOLEN"
  become served "the key of who will be blocked" echo_on "$INSIDER"
  become served "the honest key" write_on "$HONEST"
}

attack() {
  local i node=${NODES%% *}
  for i in {1..12}; do echo_on "$node" "${STOLEN%??}zz" >/dev/null; done
  for i in {1..100}; do
    if api "$M/v1/tenants/$T/alerts?state=firing" | first 'alert_[0-9a-f]{32}' >/dev/null; then return; fi
    sleep 0.1
  done
  fail "twelve wrong keys fired no alert"
}

detect() {
  api "$M/v1/tenants/$T/alerts?state=firing"
  api "$M/v1/tenants/$T/audit-events?pageSize=200"
  A=$(api "$M/v1/tenants/$T/alerts?state=firing" | first 'alert_[0-9a-f]{32}')
  I=$(api "$M/v1/tenants/$T/incidents" -d '{"severity":"high","alerts":["'"$A"'"]}' | first 'inc_[0-9a-f]{32}')
}

analyse() {
  api -X POST "$M/v1/tenants/$T/incidents/$I:advance" -d '{"status":"analysing"}'
  platform audit verify "$T" --url "$M" --key-file - <<<"$K"
  api "$M/v1/tenants/$T/audit-chain?from=1&count=1000"
  api "$M/v1/tenants/$T/incidents/$I/timeline" -d '{"text":"A key is in a public log."}'
}

contain() {
  api -X POST "$M/v1/tenants/$T/keys/$KEYID:revoke"
  until_refused "a key" echo_on "$STOLEN"
  api -X POST "$M/v1/tenants/$T/principals/$WHO:block" -d '{"reason":"stolen"}'
  until_refused "a principal" echo_on "$INSIDER"
  api -X POST "$M/v1/tenants/$T/quarantine" -d '{"kind":"tool","name":"echo","reason":"it leaks"}'
  until_refused "a tool" echo_on "$HONEST"
  api -X POST "$M/v1/tenants/$T:makeReadOnly" -d '{"reason":"until we know more"}'
  until_refused "all changes" write_on "$HONEST"
  api -X POST "$M/v1/tenants/$T:suspend" -d '{"reason":"they are still in"}'
  until_refused "the tenant" call "$HONEST" memory_list '{}'
  api -X POST "$M/v1/tenants/$T/signing-keys:emergencyRotate"
  api -X POST "$M/v1/tenants/$T:revokeCredentials" -d '{"reason":"everything may be stolen"}'
  api -X POST "$M/v1/tenants/$T/incidents/$I:contain" -d '{"readOnly":true,"suspendTenant":true,"blockPrincipals":["'"$WHO"'"],"revokeKeys":["'"$KEYID"'"]}'
  api -X POST "$M/v1/tenants/$T/incidents/$I:contain" -d '{"revokeCredentials":true}' | grep '"complete":true'
  api -X POST "$M/v1/tenants/$T/incidents/$I:advance" -d '{"status":"contained"}'
}

eradicate() {
  api -X POST "$M/v1/tenants/$T/incidents/$I:exportEvidence" -d '{}' -o evidence.zip
  platform audit verify evidence.zip
  api "$M/v1/tenants/$T/keys?status=active"
  api -X POST "$M/v1/tenants/$T/incidents/$I:advance" -d '{"status":"eradicated"}'
}

recover() {
  api -X POST "$M/v1/tenants/$T/quarantine:release" -d '{"kind":"tool","name":"echo"}'
  api -X POST "$M/v1/tenants/$T:makeWritable"
  api -X POST "$M/v1/tenants/$T:resume"
  [[ -z ${K2:-} ]] || K=$K2 api -X POST "$M/v1/tenants/$T:approveResume"
  api "$M/v1/tenants/$T/keys" -d '{"name":"agent","roles":["power-user"]}'
  api -X POST "$M/v1/tenants/$T/incidents/$I:advance" -d '{"status":"recovered"}'
}

learn() {
  api "$M/v1/tenants/$T/incidents/$I/timeline?pageSize=200"
  api -X POST "$M/v1/tenants/$T/incidents/$I:close" -d '{"lessons":"Scan logs for keys before they are published."}'
}

# step name function: its commands' answers go to a file; what the drill measures is told on standard output.
step() {
  begin "$1"
  local since
  since=$(now_ms)
  exec 3>&1
  told() { printf '   %-44s %s\n' "$1" "$2" >&3; }
  "$2" >"$WORK/$2"
  exec 3>&-
  told() { printf '   %-44s %s\n' "$1" "$2"; }
  told "done in" "$(($(now_ms) - since)) ms"
}

checked_recovery() {
  recover >"$WORK/recover"
  become served "a new key" echo_on "$(first "$KEY_FORM" <"$WORK/recover")"
  become refused "the stolen key, still" echo_on "$STOLEN"
  become refused "the blocked one's key, still" echo_on "$INSIDER"
  become refused "the honest key, which was revoked with all" echo_on "$HONEST"
}

cd "$(dirname "$0")/.."
ROOT=$PWD
prepare
attack
step "1. Detect" detect
step "2. Analyse" analyse
step "3. Contain" contain
cd "$WORK"
CLI=${CLI:-dotnet run --project $ROOT/src/Cli --} step "4. Eradicate" eradicate
step "5. Recover" checked_recovery
step "6. Learn" learn
for told in tenants/make-read-only tenants/suspend tenants/resume keys/revoke principals/block quarantine/add evidence; do
  grep -q "$told" "$WORK/learn" || fail "the timeline does not tell $told"
done
echo "DRILL PASSED: $I in $T is closed; every containment was effective on every node within $WITHIN_MS ms"
