/** Another way to spell the same call, which some server on the way might read as another one. */
export interface Spelling {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that is tried on one operation. */
export const spellings = (method: string, path: string): Spelling[] => [
  ...Object.entries(paths(path)).map(([name, spelt]) => ({
    name,
    method,
    path: spelt,
    headers: {},
  })),
  ...Object.entries(headersFor(path)).map(([name, headers]) => ({ name, method, path, headers })),
  ...methodsFor(method).map((other) => ({
    name: `${other} in place of ${method}`,
    method: other,
    path,
    headers: {},
  })),
];

function paths(path: string): Record<string, string> {
  const [, first = '', ...rest] = path.split('/');
  const tail = rest.length === 0 ? '' : `/${rest.join('/')}`;
  const lastSlash = path.lastIndexOf('/');
  return {
    'a slash at the end': `${path}/`,
    'two slashes at the front': `/${path}`,
    'two slashes within': `/${first}/${tail}`,
    'a dot': `/${first}/.${tail}`,
    'an encoded dot': `/${first}/%2e${tail}`,
    'up and down again': `/health/..${path}`,
    'encoded up and down again': `/health/%2e%2e${path}`,
    'encoded twice': `/health/%252e%252e${path}`,
    'up from an open path, with an encoded slash': `/health/..%2f${path.slice(1)}`,
    'an encoded slash': `${path.slice(0, lastSlash)}%2f${path.slice(lastSlash + 1)}`,
    'an encoded letter': `/%${first.charCodeAt(0).toString(16)}${first.slice(1)}${tail}`,
    'a path parameter': `${path};x`,
    'a path parameter at the front': `/${first};x=y${tail}`,
    'upper case': path.toUpperCase(),
    'mixed case': `/${first.charAt(0).toUpperCase()}${first.slice(1)}${tail}`,
    '.json': `${path}.json`,
    '.rsc': `${path}.rsc`,
    'a zero byte': `${path}%00`,
    'a blank': `${path}%20`,
    'a line break': `${path}%0a`,
    'a backslash': path.replace(/\/(?=[^/]*$)/, '\\'),
    'a whole address': `http://127.0.0.1${path}`,
    'a method in the query': `${path}?_method=GET`,
    'a path of Next': `/_next/data/x${path}.json`,
  };
}

/** Headers by which frameworks and proxies have let a call be another one than it is. */
const headersFor = (path: string): Record<string, Record<string, string>> => ({
  'another method by X-HTTP-Method-Override': { 'x-http-method-override': 'GET' },
  'another method by X-Method-Override': { 'x-method-override': 'HEAD', 'x-http-method': 'HEAD' },
  'another path by X-Original-URL': { 'x-original-url': '/health', 'x-rewrite-url': '/health' },
  'another path within Next': {
    'x-matched-path': '/health',
    'x-invoke-path': '/health',
    'x-middleware-rewrite': '/health',
  },
  'a call from within Next': {
    'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
    'x-middleware-next': '1',
    'x-nextjs-data': '1',
    rsc: '1',
    'next-action': 'x',
  },
  'a call from this machine': {
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'x-forwarded-host': '127.0.0.1',
    'x-forwarded-uri': path,
  },
});

const methodsFor = (method: string): string[] => [
  'HEAD',
  'OPTIONS',
  'PATCH',
  'PROPFIND',
  method === 'GET' ? 'POST' : 'GET',
];
