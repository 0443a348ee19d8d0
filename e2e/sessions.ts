/** A browser's cookies, for calls that no page of ours would make. */
export interface Jar {
  /** @param headers besides the cookies */
  ask(path: string, options?: RequestInit): Promise<Response>;
  /** Logs in as the login page does. */
  logIn(login: string, password: string): Promise<Response>;
  csrfToken(): Promise<string>;
}

/** @param always headers of every call: what a proxy adds */
export function jar(url: string, always: Readonly<Record<string, string>> = {}): Jar {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ask = async (path: string, options: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({ ...always, cookie: cookie() });
    for (const [name, value] of new Headers(options.headers)) headers.set(name, value);
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...options, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const csrfToken = async (): Promise<string> => {
    const { csrfToken: token } = (await (await ask('/api/auth/csrf')).json()) as {
      csrfToken: string;
    };
    return token;
  };
  return {
    ask,
    csrfToken,
    logIn: async (login, password) =>
      ask('/api/auth/callback/credentials', {
        method: 'POST',
        headers: { origin: url },
        body: new URLSearchParams({ csrfToken: await csrfToken(), login, password, json: 'true' }),
      }),
  };
}
