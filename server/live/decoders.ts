/** One decoder for each name: a character that is split between two chunks of one stream is shown with the second. */
export class Decoders {
  readonly #decoders = new Map<string, TextDecoder>();

  decode(name: string, content: Uint8Array): string {
    const decoder = this.#decoders.get(name) ?? new TextDecoder('utf-8');
    this.#decoders.set(name, decoder);
    return decoder.decode(content, { stream: true });
  }
}
