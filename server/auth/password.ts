import { hash, verify } from '@node-rs/argon2';

/** argon2id with the parameters of OWASP's password storage sheet: 19 MiB, 2 passes, 1 lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each check costs 19 MiB and 30 ms of a core: a crowd of guesses must not take the server with it. */
const CHECKS_AT_ONCE_MAX = 2;
const CHECKS_WAITING_MAX = 50;

let running = 0;
const waiting: (() => void)[] = [];

export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS);

/** Checked when there is no such login, so that the answer takes as long. */
let decoy: Promise<string> | undefined;

/** Whether the password is right; null = no such login, which takes as long as a wrong password. */
export async function checkPassword(
  stored: string | null,
  password: string,
): Promise<boolean | 'busy'> {
  if (waiting.length >= CHECKS_WAITING_MAX) return 'busy';
  if (running >= CHECKS_AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    decoy ??= hashPassword('nobody has this password');
    const right = await verify(stored ?? (await decoy), password);
    return stored !== null && right;
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
