import { Feed } from "../feed.ts";

export type MarkerKind = "resume" | "evaluation";

export interface Marker {
  x: number;
  kind: MarkerKind;
  label: string;
}

/**
 * Numbers of a run by column, newest `capacity` rows, held outside React.
 *
 * Each column has twice the capacity and is moved to its start when full, so that a view of the
 * live rows is always one contiguous Float64Array and nothing is copied on read. A value that a row
 * lacks is NaN.
 */
export class SeriesBuffer<Name extends string = string> extends Feed {
  readonly names: readonly Name[];
  readonly #capacity: number;
  readonly #columns = new Map<Name, Float64Array>();
  #start = 0;
  #end = 0;
  #markers: Marker[] = [];

  constructor(names: readonly Name[], capacity = 1 << 15) {
    super();
    this.names = names;
    this.#capacity = capacity;
    for (const name of names) this.#columns.set(name, new Float64Array(capacity * 2));
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get markers(): readonly Marker[] {
    return this.#markers;
  }

  push(row: Partial<Record<Name, number>>): void {
    if (this.#end === this.#capacity * 2) {
      for (const column of this.#columns.values()) column.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    for (const name of this.names) this.#column(name)[this.#end] = row[name] ?? Number.NaN;
    this.#end += 1;
    if (this.length > this.#capacity) this.#start += 1;
    this.changed();
  }

  /** Drops rows from the first whose `name` is at or above `value`; used when a run goes back. */
  truncateFrom(name: Name, value: number): void {
    const column = this.#column(name);
    while (this.#end > this.#start && column[this.#end - 1] >= value) this.#end -= 1;
    this.#markers = this.#markers.filter((marker) => marker.x < value);
    this.changed();
  }

  mark(marker: Marker): void {
    this.#markers.push(marker);
    this.changed();
  }

  /** A view, valid until the next push. */
  view(name: Name): Float64Array {
    return this.#column(name).subarray(this.#start, this.#end);
  }

  /** The newest value that is a number, or null. */
  last(name: Name): number | null {
    const column = this.#column(name);
    for (let index = this.#end - 1; index >= this.#start; index--) {
      if (!Number.isNaN(column[index])) return column[index];
    }
    return null;
  }

  clear(): void {
    this.#start = 0;
    this.#end = 0;
    this.#markers = [];
    this.changed();
  }

  #column(name: Name): Float64Array {
    const column = this.#columns.get(name);
    if (column === undefined) throw new RangeError(`no column ${name}`);
    return column;
  }
}
