/** Holds work back while a user has paused it. */
export class PauseGate {
  #paused = false;
  #waiting: (() => void)[] = [];

  set(paused: boolean): void {
    this.#paused = paused;
    if (paused) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves when work may go on. Rejects with the signal's AbortError. */
  async opened(signal: AbortSignal): Promise<void> {
    if (!this.#paused) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void =>
        reject(new DOMException("The operation was cancelled.", "AbortError"));
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
    });
  }
}
