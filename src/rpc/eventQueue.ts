/** Batches that may be on their way before the receiver has acknowledged one. */
const WINDOW_BATCHES = 2;
/** `drain` waits while more events than this are queued. */
const DRAIN_ABOVE = 64;

/** Same key: the newer event replaces a queued older one. Null: every event counts. */
export type CoalesceKey = (event: unknown) => string | null;

/** Progress and phase notes are states, so only the newest of a kind matters; the rest is kept. */
export function coalesceProgress(event: unknown): string | null {
  if (typeof event !== "object" || event === null || !("type" in event)) return null;
  if (event.type === "progress") return "progress";
  if (event.type !== "phase") return null;
  return `phase ${"phase" in event ? String(event.phase) : ""}`;
}

/**
 * Back-pressure for the events of one call. The first events leave at once; while `WINDOW_BATCHES`
 * are unacknowledged the rest is gathered, coalesced and sent as one batch, so that a slow receiver
 * gets fewer and larger messages and never a flood.
 */
export class EventQueue {
  readonly #send: (events: readonly unknown[]) => void;
  readonly #key: CoalesceKey;
  #queued: { key: string | null; event: unknown }[] = [];
  #unacknowledged = 0;
  #waiting: (() => void)[] = [];

  constructor(send: (events: readonly unknown[]) => void, key: CoalesceKey = coalesceProgress) {
    this.#send = send;
    this.#key = key;
  }

  push(event: unknown): void {
    const key = this.#key(event);
    if (key !== null) this.#queued = this.#queued.filter((queued) => queued.key !== key);
    this.#queued.push({ key, event });
    if (this.#unacknowledged < WINDOW_BATCHES) this.flush();
  }

  acknowledge(batches: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - batches);
    if (this.#unacknowledged < WINDOW_BATCHES) this.flush();
  }

  /** Sends what is queued whatever the window; used before the result so that order holds. */
  flush(): void {
    if (this.#queued.length > 0) {
      const events = this.#queued.map((queued) => queued.event);
      this.#queued = [];
      this.#unacknowledged += 1;
      this.#send(events);
    }
    this.#release();
  }

  /** Resolves when the receiver has caught up enough for more events to make sense. */
  drain(): Promise<void> {
    if (this.#queued.length <= DRAIN_ABOVE) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
