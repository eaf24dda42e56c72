/** A wait that can be cut short. */
export class Pause {
  readonly #waiting = new Set<() => void>();

  /** Resolves after a while, when `end` is called, or when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#waiting.add(done);
    });
  }

  /** Ends every wait now. */
  end(): void {
    for (const done of this.#waiting) done();
  }
}
