/** A binary heap: the item with the least `dueMs` first. */
export class Heap<T extends { readonly dueMs: number }> {
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    let index = this.#items.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || parent.dueMs <= item.dueMs) break;
      this.#items[index] = parent;
      index = parentIndex;
    }
    this.#items[index] = item;
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return first;
  }

  /** Drops the items that the predicate does not hold for. */
  keep(predicate: (item: T) => boolean): void {
    const kept = this.#items.filter(predicate);
    this.#items = [];
    for (const item of kept) this.push(item);
  }

  #sink(item: T): void {
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const [one, other] = [this.#items[left], this.#items[left + 1]];
      const isRight = one !== undefined && other !== undefined && other.dueMs < one.dueMs;
      const child = isRight ? other : one;
      if (child === undefined || child.dueMs >= item.dueMs) break;
      this.#items[index] = child;
      index = isRight ? left + 1 : left;
    }
    this.#items[index] = item;
  }
}
