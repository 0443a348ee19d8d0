/** The number of keyctl(2), where we know it. */
export const KEYCTL = ({ x64: 250, arm64: 219 } as Partial<Record<string, number>>)[process.arch];

const JOIN_SESSION = 1;
const CLEAR = 7;
const GET_PERSISTENT = 22;
const OF_SESSION = -3;
const OF_USER = -4;
const OF_USERS_SESSIONS = -5;

/**
 * Perl that empties the kernel's keyrings of the user that it runs as, which outlive the processes of a run, and takes
 * a session keyring of its own instead of the worker's. For a user that only one slot has. Where the kernel refuses
 * there is nothing to empty.
 */
export const FRESH_KEYRINGS =
  KEYCTL === undefined
    ? ''
    : [
        `syscall(${KEYCTL},${JOIN_SESSION},0);`,
        `$k=syscall(${KEYCTL},${GET_PERSISTENT},-1,${OF_SESSION});`,
        `syscall(${KEYCTL},${CLEAR},$k)if$k>0;`,
        `syscall(${KEYCTL},${CLEAR},$_)for(${OF_USER},${OF_USERS_SESSIONS},${OF_SESSION});`,
      ].join('');
