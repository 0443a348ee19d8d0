import { takePort } from '#bin/ports.ts';

/** Takes a port as a launcher does, says which, or why not, and keeps it until it is ended. */
const [port, isAsked] = process.argv.slice(2);
process.stdout.write(
  await takePort({
    setting: 'GATEWAY_PORT',
    host: '127.0.0.1',
    port: Number(port),
    isAsked: isAsked === 'asked',
  }).then(
    (taken) => `${taken}\n`,
    (error: Error) => `${error.message}\n`,
  ),
);
setInterval(() => {}, 60_000);
