/** For a shell: sends one event of a trigger, which runs whatever waits for it. */
export const sendEventCommand = (triggerRef: string): string =>
  [
    'curl -X POST "$ATTUNE_URL/api/v1/events"',
    '-H "Authorization: Bearer $ATTUNE_TOKEN"',
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify({ trigger_ref: triggerRef, payload: {} })}'`,
  ].join(' \\\n  ');
