/** One execution in each state of life, by id. */
export interface World {
  /** By its first attempt, through a rule, with output. */
  completed: number;
  /** Of the completed one. */
  enforcement: number;
  running: number;
  /** Failed, after two attempts. */
  retried: number;
  /** For a worker. */
  waiting: number;
  /** Waits for its turn behind one that runs. */
  limited: number;
}

/** A way to break a promise. */
export interface Break {
  /** How the violation reads. */
  readonly says: RegExp;
  readonly by: (ids: World) => readonly string[];
  /** What else cannot hold then. */
  readonly also?: readonly string[];
}

/** How each invariant can be broken, by its name. */
export type Breaks = Readonly<Record<string, readonly Break[]>>;
