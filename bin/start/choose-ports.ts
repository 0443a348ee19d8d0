import { takePort } from '#bin/ports.ts';
import { say } from '#bin/screen.ts';
import type { Settings } from '#bin/settings.ts';

const GATEWAY_PORT_FIRST = 3_001;

/** Settles on the ports of web and gateway, and writes them down for everything that is started. @throws Problem */
export async function choosePorts(
  settings: Settings,
  { isWebHere = true }: { isWebHere?: boolean } = {},
): Promise<number> {
  const { host, isPortAsked, gatewayHost, isGatewayPortAsked } = settings;
  const port = isWebHere
    ? await takePort({ setting: 'PORT', host, port: settings.port, isAsked: isPortAsked })
    : settings.port;
  if (port !== settings.port) say(`  Port ${settings.port} is taken; using ${port}.`);
  const gatewayPort = await takePort({
    setting: 'GATEWAY_PORT',
    host: gatewayHost,
    port: isGatewayPortAsked ? settings.gatewayPort : GATEWAY_PORT_FIRST,
    isAsked: isGatewayPortAsked,
    taken: [port],
  });
  process.env['HOST'] = host;
  process.env['PORT'] = String(port);
  process.env['GATEWAY_HOST'] = gatewayHost;
  process.env['GATEWAY_PORT'] = String(gatewayPort);
  return port;
}
