/** A session as a browser has it. @returns the `cookie` header */
export async function signIn(url: string, login: string, password: string): Promise<string> {
  const jar = new Map<string, string>();
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';')[0] ?? '';
      jar.set(pair.slice(0, pair.indexOf('=')), pair);
    }
  };
  const cookies = () => [...jar.values()].join('; ');
  const asked = await fetch(`${url}/api/auth/csrf`);
  keep(asked);
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  keep(
    await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      headers: { cookie: cookies(), origin: new URL(url).origin },
      body: new URLSearchParams({ csrfToken, login, password, json: 'true' }),
      redirect: 'manual',
    }),
  );
  return cookies();
}
