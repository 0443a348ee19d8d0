/**
 * What is typed while the field that it is meant for is still on its way. Until then nothing else on the page hears of
 * these keys: the `c` of a word would cancel the run that one looks at.
 */
export class TypedAhead {
  #words = '';
  readonly #onEscape: () => void;

  constructor(onEscape: () => void) {
    this.#onEscape = onEscape;
  }

  keep(): void {
    this.#words = '';
    window.addEventListener('keydown', this.#listen, { capture: true });
  }

  /** Ends the keeping, and says what was typed; nothing when nothing was kept. */
  take(): string {
    window.removeEventListener('keydown', this.#listen, { capture: true });
    const words = this.#words;
    this.#words = '';
    return words;
  }

  readonly #listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      this.take();
      this.#onEscape();
    } else if (event.key === 'Backspace') this.#words = this.#words.slice(0, -1);
    else if (event.key.length === 1) this.#words += event.key;
  };
}
