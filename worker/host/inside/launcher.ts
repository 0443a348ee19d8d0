import { constants } from 'node:os';
import { FRESH_KEYRINGS } from './keyrings.ts';

/** The descriptor on which a launcher is given the environment and tells what became of the command. */
export const LAUNCHER_FD = 4;

const REPORT_CHARS_MAX = 200;

/**
 * Starts the command inside a sandbox and waits for it. bubblewrap tells only an exit code, where a death by SIGKILL
 * and `exit 137` are the same; the launcher sees the real wait status. Perl, because it is everywhere that
 * bubblewrap is, starts in a millisecond and leaves signals and descriptors to its child as they were.
 *
 * The environment comes over the descriptor: bubblewrap and Perl itself have an empty one, so that no variable of an
 * action (LD_PRELOAD, PERL5OPT, an unknown LANG) changes what they do.
 *
 *     S            the command is about to be executed
 *     X <errno>    it could not be
 *     W <status>   it has ended, as wait(2) says
 *
 * It is the sandbox's first process: it buries orphans, and nobody inside can kill it, so that its report can be
 * trusted. After SIGTERM it stays until whoever else got it has finished, because the sandbox ends with it; the
 * host's SIGKILL bounds that.
 */
const PROGRAM = [
  `open($c,'+<&=',${LAUNCHER_FD})or exit 125;`, // close-on-exec, as everything that Perl opens above 2
  `$b='';until($b eq"\\0"||substr($b,-2)eq"\\0\\0"){sysread($c,$b,65536,length$b)or exit 125}`,
  `%ENV=();for(split/\\0/,$b){my($k,$v)=split/=/,$_,2;$ENV{$k}=$v}undef$b;`,
  // Before the host may send it; other signals do not reach a first process.
  `$SIG{TERM}=sub{$t=1};syswrite($c,"S\\n");`,
  `$p=fork;if(!defined$p){syswrite($c,'X '.($!+0)."\\n");exit 126}`,
  // Between the report and here SIGTERM has met only ourselves.
  `if(!$p){$SIG{TERM}='DEFAULT';kill TERM=>$$ if$t;exec{$ARGV[0]}@ARGV;syswrite($c,'X '.($!+0)."\\n");exit 127}`,
  `close$_ for(*STDIN,*STDOUT,*STDERR);`,
  `1 until wait==$p;$s=$?;syswrite($c,"W $s\\n");`,
  `if($t){1 until wait<0}`,
  `exit($s&127?128+($s&127):$s>>8)`,
].join('');

/**
 * argv of a launcher, to be followed by the command.
 *
 * @param hasOwnUser whether nobody else has its user, so that what is kept for that user was left by an earlier run
 */
export const launcherCommand = (perl: string, hasOwnUser: boolean): string[] => [
  perl,
  '-e',
  hasOwnUser ? FRESH_KEYRINGS + PROGRAM : PROGRAM,
  '--',
];

/** What the launcher waits for: every variable and a NUL, and one more NUL. */
export const formatEnvironment = (environment: Readonly<Record<string, string>>): string =>
  `${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\0`)
    .join('')}\0`;

/** What a launcher has told so far. */
export class LauncherReport {
  #text = '';

  add(chunk: Buffer): void {
    // The process may write to it as well, if it goes to great lengths; it can only spoil its own report.
    if (this.#text.length < REPORT_CHARS_MAX) this.#text += chunk.toString('latin1');
  }

  get hasStarted(): boolean {
    return /^S$/m.test(this.#text);
  }

  /** Why the command could not be executed, as Node names it: 'ENOENT'. */
  get problem(): string | null {
    const number = Number(/^X (\d+)$/m.exec(this.#text)?.[1] ?? 0);
    if (number === 0) return null;
    const known = Object.entries(constants.errno).find(([, value]) => value === number);
    return known?.[0] ?? `error ${number}`;
  }

  /** How the command ended; null while it has not, or when the launcher was killed with it. */
  get end(): { readonly exitCode: number | null; readonly signal: string | null } | null {
    const status = /^W (\d+)$/m.exec(this.#text)?.[1];
    if (status === undefined) return null;
    const number = Number(status) & 127;
    if (number === 0) return { exitCode: Number(status) >> 8, signal: null };
    return { exitCode: null, signal: signalName(number) };
  }
}

/** Real-time signals have no name in Node. */
export function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return known?.[0] ?? `signal ${number}`;
}
