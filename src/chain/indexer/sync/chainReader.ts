import type { Address } from "viem";
import { isAbort, throwIfAborted } from "@/lib/errors.ts";
import { discover, reduceAll } from "../reduce.ts";
import { emptyState, type ChainState } from "../state.ts";
import type { ChainLog } from "../log.ts";
import type { ContractKind } from "../contracts.ts";
import { keep, type Checkpoint } from "./checkpoints.ts";
import { ChunkSize } from "./chunks.ts";
import { IndexerError } from "./indexerError.ts";
import type { ChainNode, Header } from "./node.ts";

/** Which deployment to read. */
export interface ReaderTarget {
  readonly contracts: Readonly<Partial<Record<ContractKind, Address>>>;
  readonly firstBlock: bigint;
}

export interface ReaderProgress {
  readonly state: ChainState;
  /** Last block that was read; below the first one at the beginning. */
  readonly block: bigint;
  readonly head: bigint;
  /** Whether the state went back because the chain did. */
  readonly rewound: boolean;
}

const MOVES = 5;

/**
 * Reads the events of one deployment up to the chain's head, again and again.
 *
 * A range counts only when its last block was the same before and after its logs were read and the
 * block before it is the one the state stands on; else the chain moved meanwhile and the range is read
 * again. When the block that the state stands on is gone, the reader goes back to the newest kept
 * state whose block is still there, at worst to the beginning.
 */
export class ChainReader {
  readonly #node: ChainNode;
  readonly #target: ReaderTarget;
  readonly #size = new ChunkSize();
  #kept: readonly Checkpoint[];

  /** @param kept what an earlier reader of the same deployment had; checked before it is used */
  constructor(node: ChainNode, target: ReaderTarget, kept: readonly Checkpoint[] = []) {
    this.#node = node;
    this.#target = target;
    this.#kept = kept;
  }

  /** States to go on from after a restart, oldest first. */
  get kept(): readonly Checkpoint[] {
    return this.#kept;
  }

  get state(): ChainState {
    return this.#kept.at(-1)?.state ?? emptyState(this.#target.contracts);
  }

  get block(): bigint {
    return this.#kept.at(-1)?.block ?? this.#target.firstBlock - 1n;
  }

  /**
   * Reads on to the head.
   *
   * @param onProgress called after each range that changed anything
   * @throws IndexerError when the node cannot be asked; what was read is kept
   */
  async sync(onProgress: (progress: ReaderProgress) => void, signal?: AbortSignal): Promise<void> {
    let moves = 0;
    let rewound = await this.#rewind(signal);
    for (;;) {
      throwIfAborted(signal);
      const head = await this.#node.header("latest", signal);
      if (head === null) throw new IndexerError("BAD_ANSWER", "The chain has no blocks.");
      if (head.number <= this.block) {
        if (rewound || head.number < this.block) rewound = (await this.#rewind(signal)) || rewound;
        onProgress({ state: this.state, block: this.block, head: head.number, rewound });
        if (head.number <= this.block) return;
        continue;
      }
      if (await this.#readRange(head, signal)) {
        moves = 0;
        onProgress({ state: this.state, block: this.block, head: head.number, rewound });
        rewound = false;
        if (this.block === head.number) return;
      } else {
        moves += 1;
        if (moves > MOVES) {
          throw new IndexerError("CHAIN_MOVED", "The chain kept changing while it was read.");
        }
        rewound = (await this.#rewind(signal)) || rewound;
      }
    }
  }

  /** @returns whether states had to be given up */
  async #rewind(signal: AbortSignal | undefined): Promise<boolean> {
    const before = this.#kept.length;
    for (let last = this.#kept.at(-1); last !== undefined; last = this.#kept.at(-1)) {
      const header = await this.#node.header(last.block, signal);
      if (header?.hash === last.hash) break;
      this.#kept = this.#kept.slice(0, -1);
    }
    return this.#kept.length < before;
  }

  /** @returns false when the chain moved meanwhile */
  async #readRange(head: Header, signal: AbortSignal | undefined): Promise<boolean> {
    const from = this.block + 1n;
    for (;;) {
      throwIfAborted(signal);
      const blocks = this.#size.blocks;
      const to = from + blocks - 1n < head.number ? from + blocks - 1n : head.number;
      const end = to === head.number ? head : await this.#node.header(to, signal);
      if (end === null) return false;
      let logs: ChainLog[];
      try {
        logs = await this.#logs(from, to, signal);
      } catch (error) {
        if (isAbort(error)) throw error;
        if (error instanceof IndexerError && error.code === "CHAIN_MOVED") return false;
        if (error instanceof IndexerError && error.code === "NODE_UNREACHABLE") throw error;
        if (this.#size.refused(to - from + 1n)) continue;
        throw new IndexerError("RANGE_REFUSED", "The node gives no logs of a block.", {
          cause: error,
        });
      }
      if (!(await this.#stillThere(end, signal))) return false;
      this.#size.answered(logs.length);
      const state = reduceAll(this.state, logs);
      this.#kept = keep(this.#kept, { block: to, hash: end.hash, state });
      return true;
    }
  }

  /** Logs of the known contracts, and of clones that these logs tell of. */
  async #logs(from: bigint, to: bigint, signal: AbortSignal | undefined): Promise<ChainLog[]> {
    const { state } = this;
    const known = [...state.sources.keys()];
    const logs = await this.#node.logs(from, to, known, signal);
    const found = discover(state, logs);
    if (found.length === 0) return logs;
    return [...logs, ...(await this.#node.logs(from, to, found, signal))];
  }

  async #stillThere(end: Header, signal: AbortSignal | undefined): Promise<boolean> {
    const last = this.#kept.at(-1);
    if (last !== undefined) {
      const header = await this.#node.header(last.block, signal);
      if (header?.hash !== last.hash) return false;
    }
    const again = await this.#node.header(end.number, signal);
    return again?.hash === end.hash;
  }
}
