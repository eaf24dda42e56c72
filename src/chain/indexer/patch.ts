import { emptyState, type ChainState, type Table } from "./state.ts";

/** What changed in one table: rows to set, by key, and keys of rows to drop. */
export interface TablePatch {
  readonly table: Table;
  readonly set: readonly (readonly [key: unknown, value: unknown])[];
  readonly drop: readonly unknown[];
}

/** What changed between two states. Structured-cloneable. */
export type StatePatch = readonly TablePatch[];

export const TABLES: readonly Table[] = Object.keys(emptyState({})).filter(isTable);

function isTable(name: string): name is Table {
  return name !== "";
}

/** What makes `after` of `before`; both share what is the same, so that only rows of changed tables
 * are compared. */
export function diffStates(before: ChainState, after: ChainState): StatePatch {
  const patch: TablePatch[] = [];
  for (const table of TABLES) {
    const [old, now]: ReadonlyMap<unknown, unknown>[] = [before[table], after[table]];
    if (old === now) continue;
    const set = [...now].filter(([key, value]) => old.get(key) !== value);
    const drop = [...old.keys()].filter((key) => !now.has(key));
    if (set.length > 0 || drop.length > 0) patch.push({ table, set, drop });
  }
  return patch;
}

/** The state after a patch; tables that it does not name are shared. */
export function applyPatch(state: ChainState, patch: StatePatch): ChainState {
  let next = state;
  for (const { table, set, drop } of patch) {
    const rows = new Map<unknown, unknown>(next[table]);
    for (const key of drop) rows.delete(key);
    for (const [key, value] of set) rows.set(key, value);
    next = { ...next, [table]: rows };
  }
  return next;
}
