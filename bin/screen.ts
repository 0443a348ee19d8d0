const TICK_MS = 2_000;
const TICK_TTY_MS = 1_000;

/** One line for the person at the keyboard. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One line that must not get lost in a pipe. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs one step and shows its seconds: in place on a terminal, else a line every two seconds. `detail` says each time
 * what is being waited for.
 */
export async function step<T>(
  title: string,
  work: () => Promise<T>,
  detail: (startedAt: Date) => Promise<string> = async () => '',
): Promise<T> {
  const startedAt = Date.now();
  const inPlace = process.stdout.isTTY;
  const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(1);
  const show = (text: string) => process.stdout.write(inPlace ? `\r${text}\u001b[K` : `${text}\n`);

  if (inPlace) show(`  ${title} …`);
  let isDone = false;
  const tick = async () => {
    const more = await detail(new Date(startedAt));
    if (!isDone) show(`  ${title} … ${seconds()} s${more && `: ${more}`}`);
  };
  const timer = setInterval(() => void tick(), inPlace ? TICK_TTY_MS : TICK_MS);
  try {
    const result = await work();
    isDone = true;
    show(`  ${title}: ${seconds()} s`);
    return result;
  } finally {
    isDone = true;
    clearInterval(timer);
    if (inPlace) process.stdout.write('\n');
  }
}
