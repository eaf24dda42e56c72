import type { ChainState, Table } from "./state.ts";

type Row<Name extends Table> =
  ChainState[Name] extends ReadonlyMap<infer Key, infer Value> ? { key: Key; value: Value } : never;

/**
 * A state that is being changed. A table is copied when it is first written to and shared until then,
 * so that many logs together cost one copy of each table they touch.
 */
export class Draft {
  #state: ChainState;
  readonly #copied = new Map<Table, Map<unknown, unknown>>();

  constructor(state: ChainState) {
    this.#state = state;
  }

  /** The state as it is now; later writes to the draft must not happen. */
  get state(): ChainState {
    return this.#state;
  }

  get<Name extends Table>(name: Name, key: Row<Name>["key"]): Row<Name>["value"] | undefined {
    const table: ReadonlyMap<unknown, unknown> = this.#state[name];
    return table.get(key);
  }

  set<Name extends Table>(name: Name, key: Row<Name>["key"], value: Row<Name>["value"]): void {
    this.#own(name).set(key, value);
  }

  delete<Name extends Table>(name: Name, key: Row<Name>["key"]): void {
    this.#own(name).delete(key);
  }

  /** Changes a row that is there; what is not there is left alone. */
  update<Name extends Table>(
    name: Name,
    key: Row<Name>["key"],
    change: (value: Row<Name>["value"]) => Row<Name>["value"],
  ): void {
    const value = this.get(name, key);
    if (value !== undefined) this.set(name, key, change(value));
  }

  #own(name: Table): Map<unknown, unknown> {
    const copied = this.#copied.get(name);
    if (copied !== undefined) return copied;
    const copy = new Map<unknown, unknown>(this.#state[name]);
    this.#copied.set(name, copy);
    this.#state = { ...this.#state, [name]: copy };
    return copy;
  }
}
