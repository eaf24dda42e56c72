import type { Address, Hex } from "viem";
import { hexToBigInt, hexToNumber, isHex, numberToHex } from "viem";
import { throwIfAborted } from "@/lib/errors.ts";
import type { ChainLog } from "../log.ts";
import { IndexerError } from "./indexerError.ts";

/** Asks a node; rejects when it answers with an error. */
export type Request = (
  method: string,
  params: readonly unknown[],
  signal: AbortSignal | undefined,
) => Promise<unknown>;

export interface Header {
  readonly number: bigint;
  readonly hash: Hex;
  readonly timeSeconds: bigint;
}

/** What the indexer asks of a chain. */
export interface ChainNode {
  /** @returns null when there is no such block (yet, or any more) */
  header(block: bigint | "latest", signal?: AbortSignal): Promise<Header | null>;
  /** Logs of some contracts in a range of blocks, both ends included. */
  logs(
    from: bigint,
    to: bigint,
    addresses: readonly Address[],
    signal?: AbortSignal,
  ): Promise<ChainLog[]>;
}

/** Most addresses in one question; nodes limit them. */
const MAX_ADDRESSES = 200;

/** A node that speaks JSON-RPC. */
export function jsonRpcNode(request: Request): ChainNode {
  const header = async (block: bigint | "latest", signal?: AbortSignal): Promise<Header | null> => {
    const tag = typeof block === "bigint" ? numberToHex(block) : block;
    const answer = await request("eth_getBlockByNumber", [tag, false], signal);
    if (answer === null) return null;
    return {
      number: hexToBigInt(field(answer, "number")),
      hash: field(answer, "hash"),
      timeSeconds: hexToBigInt(field(answer, "timestamp")),
    };
  };
  return {
    header,
    async logs(from, to, addresses, signal) {
      const found: (Omit<ChainLog, "timeSeconds"> & { timeSeconds: bigint | null })[] = [];
      for (let start = 0; start < addresses.length; start += MAX_ADDRESSES) {
        throwIfAborted(signal);
        const filter = {
          address: addresses.slice(start, start + MAX_ADDRESSES),
          fromBlock: numberToHex(from),
          toBlock: numberToHex(to),
        };
        const answer = await request("eth_getLogs", [filter], signal);
        if (!Array.isArray(answer)) throw badAnswer("eth_getLogs");
        for (const log of answer) found.push(readLog(log));
      }
      const times = new Map<bigint, bigint>();
      for (const { blockNumber, timeSeconds } of found) {
        if (timeSeconds !== null || times.has(blockNumber)) continue;
        const block = await header(blockNumber, signal);
        if (block === null)
          throw new IndexerError("CHAIN_MOVED", "The chain changed while it was read.");
        times.set(blockNumber, block.timeSeconds);
      }
      return found.map((log) => ({
        ...log,
        timeSeconds: log.timeSeconds ?? times.get(log.blockNumber) ?? 0n,
      }));
    },
  };
}

function readLog(log: unknown): Omit<ChainLog, "timeSeconds"> & { timeSeconds: bigint | null } {
  const topics: unknown = Reflect.get(Object(log), "topics");
  if (!Array.isArray(topics) || !topics.every((topic) => isHex(topic)))
    throw badAnswer("eth_getLogs");
  // Newer nodes say it; of others the block is asked.
  const time: unknown = Reflect.get(Object(log), "blockTimestamp");
  return {
    address: field(log, "address"),
    topics,
    data: field(log, "data"),
    blockNumber: hexToBigInt(field(log, "blockNumber")),
    logIndex: hexToNumber(field(log, "logIndex")),
    transactionHash: field(log, "transactionHash"),
    timeSeconds: isHex(time) ? hexToBigInt(time) : null,
  };
}

function field(value: unknown, name: string): Hex {
  const found: unknown = Reflect.get(Object(value), name);
  if (!isHex(found)) throw badAnswer(name);
  return found;
}

function badAnswer(what: string): IndexerError {
  return new IndexerError("BAD_ANSWER", "The node gave an answer that cannot be read.", {
    details: what,
  });
}
