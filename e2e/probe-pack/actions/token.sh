#!/bin/sh
# Calls the API with plain curl, as a pack author would, and prints the status of each call as one JSON object.
read -r parameters
field() { printf '%s' "$parameters" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
api() { curl -s -o "$TMPDIR/answer" -w '%{http_code}' -H "Authorization: Bearer $ATTUNE_API_TOKEN" -H 'Content-Type: application/json' "$@"; }

own=$(api "$ATTUNE_API_URL/api/v1/executions/$ATTUNE_EXEC_ID")
child=$(api -X POST "$ATTUNE_API_URL/api/v1/executions" -d '{"action_ref":"core.echo","parameters":{"message":"child"}}')
parent=$(sed -n 's/.*"parent":\([0-9]*\).*/\1/p' "$TMPDIR/answer")
key=$(api "$ATTUNE_API_URL/api/v1/keys/$(field key)")
value=$(sed -n 's/.*"value":"\([^"]*\)".*/\1/p' "$TMPDIR/answer")
stranger=$(api "$ATTUNE_API_URL/api/v1/executions/$(field stranger)")
rule=$(api -X PUT "$ATTUNE_API_URL/api/v1/rules/$(field rule)" -d '{"enabled":false}')

# Said aloud on purpose: neither may ever be seen outside.
echo "token is $ATTUNE_API_TOKEN and the key is $value" >&2
printf '{"own":%s,"child":%s,"parent":%s,"key":%s,"key_length":%s,"stranger":%s,"rule":%s}\n' \
  "$own" "$child" "${parent:-null}" "$key" "${#value}" "$stranger" "$rule"
