/**
 * Names that a request or an action may not set, because they make a loader, interpreter, shell or
 * tool run or trust something else, or because the platform sets them. Upper case; compared in any case.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** `PREFIX*` and `*_SUFFIX` are shown in the refusal as they stand here. */
const PREFIXES = [
  // the platform, the loader, shells
  ...words('ATTUNE_ LD_ DYLD_ BASH_FUNC_ MALLOC_ GLIBC_ GNUTLS_'),
  // interpreters
  ...words(
    'PYTHON PERL RUBY NODE_REPL_ NODE_TLS_ DENO_ BUN_ LUA_ JULIA_ ERL_ CORECLR_ COR_ COMPLUS_',
  ),
  ...words('DOTNET_ R_PROFILE R_ENVIRON R_LIBS ZDOTDIR'),
  // package managers and compilers
  ...words('NPM_ PNPM_ YARN_ COREPACK_ PIP_ PIPENV_ UV_ POETRY_ CONDA_ VIRTUALENV_ GEM_ BUNDLE_'),
  ...words('BUNDLER_ CARGO_ RUSTC RUSTUP_ CGO_ MAVEN_ GRADLE_ COMPOSER_'),
  // tools that fetch, trust or run
  ...words('GIT_ SSH_ SSL_CERT_ OPENSSL_ RSYNC_ SUDO_ XDG_ TERMINFO'),
];

const SUFFIXES = ['_PROXY'];

const NAMES = new Set([
  // set by the platform itself
  ...words('PATH HOME USER LOGNAME PWD OLDPWD TMPDIR TMP TEMP SHELL SHLVL _'),
  // shells
  ...words(
    'IFS ENV BASH_ENV BASHOPTS SHELLOPTS BASH_XTRACEFD BASH_LOADABLES_PATH PS0 PS1 PS2 PS3 PS4',
  ),
  ...words(
    'PROMPT_COMMAND CDPATH FPATH GLOBIGNORE EXECIGNORE POSIXLY_CORRECT INPUTRC HISTFILE MAILPATH',
  ),
  ...words('FIGNORE FUNCNEST'),
  // libc
  ...words('GCONV_PATH LOCPATH LOCALE_ARCHIVE NLSPATH HOSTALIASES LOCALDOMAIN RES_OPTIONS'),
  ...words('RESOLV_HOST_CONF GETCONF_DIR TZDIR TERMCAP NIS_PATH'),
  // interpreters
  ...words(
    'NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_ICU_DATA NODE_V8_COVERAGE NODE_CHANNEL_FD',
  ),
  ...words(
    'NODE_COMPILE_CACHE NODE_COMPILE_CACHE_PORTABLE NODE_REDIRECT_WARNINGS NODE_USE_ENV_PROXY',
  ),
  ...words('NODE_USE_SYSTEM_CA NODE_PENDING_DEPRECATION NODE_PRESERVE_SYMLINKS JAVA_TOOL_OPTIONS'),
  ...words(
    '_JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS JAVA_HOME CLASSPATH PHPRC PHP_INI_SCAN_DIR R_HOME',
  ),
  ...words('TCLLIBPATH ELIXIR_ERL_OPTIONS PSMODULEPATH AWKPATH AWKLIBPATH VIRTUAL_ENV GTK_MODULES'),
  ...words('GTK_PATH QT_PLUGIN_PATH'),
  // Go's tools; a prefix would take GOOGLE_APPLICATION_CREDENTIALS along
  ...words(
    'GOPATH GOROOT GOFLAGS GOPROXY GOSUMDB GONOSUMDB GONOSUMCHECK GONOPROXY GOPRIVATE GOINSECURE',
  ),
  ...words('GOENV GOBIN GOTOOLCHAIN GOTOOLDIR GOWORK GOCACHE GOMODCACHE GOVCS GOAUTH GOEXPERIMENT'),
  ...words('GODEBUG GOTMPDIR GOCACHEPROG GCCGO'),
  // builds
  ...words('CC CXX LD AR MAKE MAKEFLAGS GNUMAKEFLAGS MAKEFILES MFLAGS TAR_OPTIONS'),
  // trust and configuration of tools
  ...words(
    'CURL_CA_BUNDLE CURL_HOME CURL_SSL_BACKEND REQUESTS_CA_BUNDLE AWS_CA_BUNDLE SSLKEYLOGFILE',
  ),
  ...words('WGETRC SYSTEM_WGETRC NETRC GNUPGHOME PSQLRC PSQL_PAGER PGSYSCONFDIR PGSERVICEFILE'),
  ...words('PAGER MANPAGER LESS LESSOPEN LESSCLOSE LESSKEY EDITOR VISUAL BROWSER CVS_RSH'),
]);

/** Why a variable of this name may not be set; null when it may. */
export function refusalOfName(name: string): string | null {
  if (name === '') return 'A variable needs a name; this one is empty.';
  const breaking = /[=\0\r\n]/.exec(name)?.[0];
  if (breaking !== undefined) {
    return `${JSON.stringify(name)} cannot be set: a name may not hold ${BREAKING[breaking] ?? breaking}.`;
  }
  const upper = name.toUpperCase();
  const prefix = PREFIXES.find((start) => upper.startsWith(start));
  if (prefix) return `\`${name}\` cannot be set: names like \`${prefix}*\` are refused.`;
  const suffix = SUFFIXES.find((end) => upper.endsWith(end));
  if (suffix) return `\`${name}\` cannot be set: names like \`*${suffix}\` are refused.`;
  if (NAMES.has(upper)) return `\`${name}\` cannot be set: the name is refused.`;
  return null;
}

const BREAKING: Record<string, string> = {
  '=': '`=`',
  '\0': 'the character U+0000',
  '\r': 'a line break',
  '\n': 'a line break',
};
