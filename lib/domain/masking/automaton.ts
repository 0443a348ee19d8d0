/**
 * Aho–Corasick over bytes: one pass finds every pattern, however they overlap, in time that does not
 * depend on the patterns or on what a hostile output does. Most bytes begin no pattern at all; the
 * scanner skips those by a hash of four bytes and enters the automaton only where one might begin.
 *
 * Nodes are numbers; children are linked lists, since nearly every node has one child.
 */
export interface Automaton {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly byteOf: Uint8Array;
  readonly fail: Int32Array;
  readonly depth: Int32Array;
  /** Length of the longest pattern that ends at a node; 0 for none. */
  readonly matchLength: Int32Array;
  /** The owner of that pattern. */
  readonly matchOwner: Int32Array;
  /** The root's children by byte; 0 for none. */
  readonly rootChild: Int32Array;
  /** One byte for each hash of four bytes: may a pattern begin with them? */
  readonly mayBegin: Uint8Array;
  readonly hashShift: number;
}

export interface Pattern {
  /** At least {@link WINDOW_BYTES} bytes. */
  readonly bytes: Uint8Array;
  /** Whose pattern it is: an index of the caller's. */
  readonly owner: number;
}

/** The scanner's window; no pattern is shorter. */
export const WINDOW_BYTES = 4;

export const HASH_FACTOR = 0x9e_37_79_b1;

export function buildAutomaton(patterns: readonly Pattern[]): Automaton {
  const capacity = patterns.reduce((sum, { bytes }) => sum + bytes.length, 1);
  // About 32 entries a pattern keep false alarms rare, and small sets in the fastest cache.
  const hashBits = Math.min(20, Math.max(13, Math.ceil(Math.log2(patterns.length * 32 + 1))));
  const automaton: Automaton = {
    firstChild: new Int32Array(capacity),
    nextSibling: new Int32Array(capacity),
    byteOf: new Uint8Array(capacity),
    fail: new Int32Array(capacity),
    depth: new Int32Array(capacity),
    matchLength: new Int32Array(capacity),
    matchOwner: new Int32Array(capacity),
    rootChild: new Int32Array(256),
    mayBegin: new Uint8Array(1 << hashBits),
    hashShift: 32 - hashBits,
  };
  let used = 1;
  for (const pattern of patterns) used = insert(automaton, pattern, used);
  linkFailures(automaton, used);
  return automaton;
}

/** The child of `node` by `byte`; 0, the root, for none. */
export function childOf(automaton: Automaton, node: number, byte: number): number {
  if (node === 0) return automaton.rootChild[byte] ?? 0;
  let child = automaton.firstChild[node] ?? 0;
  while (child !== 0 && automaton.byteOf[child] !== byte) child = automaton.nextSibling[child] ?? 0;
  return child;
}

function insert(automaton: Automaton, { bytes, owner }: Pattern, used: number): number {
  let node = 0;
  let next = used;
  for (const byte of bytes) {
    let child = childOf(automaton, node, byte);
    if (child === 0) {
      child = next++;
      automaton.byteOf[child] = byte;
      automaton.depth[child] = (automaton.depth[node] ?? 0) + 1;
      if (node === 0) automaton.rootChild[byte] = child;
      else {
        automaton.nextSibling[child] = automaton.firstChild[node] ?? 0;
        automaton.firstChild[node] = child;
      }
    }
    node = child;
  }
  if (automaton.matchLength[node] === 0) {
    automaton.matchLength[node] = bytes.length;
    automaton.matchOwner[node] = owner;
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const window = (a << 24) | (b << 16) | (c << 8) | d;
  automaton.mayBegin[Math.imul(window, HASH_FACTOR) >>> automaton.hashShift] = 1;
  return next;
}

/** Breadth first: a node's failure is shallower than the node, so it is ready when it is needed. */
function linkFailures(automaton: Automaton, used: number): void {
  const queue = new Int32Array(used);
  let end = 0;
  for (const child of automaton.rootChild) if (child !== 0) queue[end++] = child;
  for (let at = 0; at < end; at++) {
    const node = queue[at] ?? 0;
    const fail = automaton.fail[node] ?? 0;
    if (automaton.matchLength[node] === 0 && automaton.matchLength[fail] !== 0) {
      automaton.matchLength[node] = automaton.matchLength[fail] ?? 0;
      automaton.matchOwner[node] = automaton.matchOwner[fail] ?? 0;
    }
    let child = automaton.firstChild[node] ?? 0;
    while (child !== 0) {
      queue[end++] = child;
      automaton.fail[child] = step(automaton, fail, automaton.byteOf[child] ?? 0);
      child = automaton.nextSibling[child] ?? 0;
    }
  }
}

/** The node after one more byte: the longest ending of the input that begins a pattern. */
export function step(automaton: Automaton, from: number, byte: number): number {
  let node = from;
  for (;;) {
    const child = childOf(automaton, node, byte);
    if (child !== 0 || node === 0) return child;
    node = automaton.fail[node] ?? 0;
  }
}
