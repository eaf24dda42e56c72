import type { Backend, ParameterStore } from "../tape/ir.ts";
import { tensorBytes } from "../tape/slots.ts";
import { buildProgram, type Program, type ProgramModel, type ProgramShape } from "./programs.ts";

interface Entry {
  program: Program;
  compiled: unknown;
  bytes: number;
}

/** Bytes of a program's planned activations. */
export function activationBytes({ plan }: Program): number {
  return plan.slotBytes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes of a program's inputs, outputs and constants. */
export function ownBytes({ plan }: Program): number {
  return plan.tensors
    .filter(({ role }) => role === "input" || role === "output" || role === "constant")
    .reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
}

const MOST_PLANS = 48;

/**
 * Compiled programs by shape. The least recently used go when their memory passes the budget or there
 * are too many; the one in use always stays. Activations count once where the backend shares them.
 */
export class PlanCache {
  readonly #backend: Backend;
  readonly #store: ParameterStore;
  readonly #model: ProgramModel;
  readonly #budgetBytes: number;
  readonly #entries = new Map<string, Entry>();
  #heldBytes = 0;
  #peakBytes = 0;

  constructor(backend: Backend, store: ParameterStore, model: ProgramModel, budgetBytes: number) {
    this.#backend = backend;
    this.#store = store;
    this.#model = model;
    this.#budgetBytes = budgetBytes;
  }

  /** Most bytes held at a time so far, shared activations included. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Number of programs compiled and held. */
  get size(): number {
    return this.#entries.size;
  }

  async get(
    shape: ProgramShape,
    signal?: AbortSignal,
  ): Promise<{ program: Program; compiled: unknown }> {
    const key = Object.values(shape).join("|");
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const program = buildProgram(this.#model, shape);
    const sharesActivations = this.#backend.memory !== undefined;
    const bytes = ownBytes(program) + (sharesActivations ? 0 : activationBytes(program));
    this.#makeRoom(bytes);
    const compiled = await this.#backend.compile(program.plan, this.#store, signal);
    const entry = { program, compiled, bytes };
    this.#entries.set(key, entry);
    this.#heldBytes += bytes;
    const shared = this.#backend.memory?.().activationBytes ?? 0;
    this.#peakBytes = Math.max(this.#peakBytes, this.#heldBytes + shared);
    return entry;
  }

  /** Releases every program. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#backend.release(entry.compiled);
    this.#entries.clear();
    this.#heldBytes = 0;
  }

  #makeRoom(bytes: number): void {
    for (const [key, entry] of this.#entries) {
      const fits = this.#heldBytes + bytes <= this.#budgetBytes;
      if (fits && this.#entries.size < MOST_PLANS) return;
      this.#backend.release(entry.compiled);
      this.#entries.delete(key);
      this.#heldBytes -= entry.bytes;
    }
  }
}
