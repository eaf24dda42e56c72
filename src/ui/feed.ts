const NOTIFY_EVERY_MS = 100;

/**
 * A source outside React that tells its listeners of changes at most ten times a second, so that
 * a fast producer never drives renders one to one. `version` suits useSyncExternalStore.
 */
export class Feed {
  version = 0;
  readonly #listeners = new Set<() => void>();
  #waiting = false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getVersion = (): number => this.version;

  protected changed(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      this.version += 1;
      for (const listener of this.#listeners) listener();
    }, NOTIFY_EVERY_MS);
  }
}

/** A growing list of which the newest `capacity` rows are kept. */
export class ListFeed<Row> extends Feed {
  readonly #capacity: number;
  #rows: Row[] = [];

  constructor(capacity = 20_000) {
    super();
    this.#capacity = capacity;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  push(row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length > this.#capacity * 1.1) this.#rows = this.#rows.slice(-this.#capacity);
    this.changed();
  }

  clear(): void {
    this.#rows = [];
    this.changed();
  }
}
