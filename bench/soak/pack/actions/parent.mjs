// oxlint-disable node/no-process-env, no-console -- an action: its surroundings and its output are all it has
// Asks for one child with its own token; fails when the API is away, and is tried again.
const response = await fetch(`${process.env.ATTUNE_API_URL}/api/v1/executions`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${process.env.ATTUNE_API_TOKEN}`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({ action_ref: 'soak.steady', parameters: { seconds: 0.2 } }),
});
const { data } = await response.json();
console.log(JSON.stringify({ status: response.status, child: data?.id ?? null }));
process.exitCode = response.ok ? 0 : 1;
