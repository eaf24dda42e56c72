/** A set that forgets what was added first when it holds more than it may. */
export class BoundedSet {
  readonly #held = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(text: string): boolean {
    return this.#held.has(text);
  }

  add(text: string): void {
    this.#held.add(text);
    if (this.#held.size <= this.#most) return;
    for (const first of this.#held) {
      this.#held.delete(first);
      return;
    }
  }
}
