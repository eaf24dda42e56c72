import type { Address, Hex } from "viem";
import type { AgedFacts, ChainReader } from "./chainReader.ts";
import { Refusal } from "./refusal.ts";

export interface CacheOptions {
  /** How old facts may be, in seconds. About one block for a strict host, minutes for a relaxed one. */
  readonly ttlSeconds: number;
  /**
   * `strict`: no call while the chain cannot be read. `relaxed`: facts up to `staleSeconds` old stand in,
   * and the ledger holds what is taken on them under the host's risk cap.
   */
  readonly mode: "strict" | "relaxed";
  readonly staleSeconds: number;
  /** Unix seconds, with fractions. */
  readonly now: () => number;
  /** Pairs that are remembered; the oldest goes first. */
  readonly maxEntries?: number;
}

export interface CachedReader {
  /** @throws Refusal "chain-unavailable" when neither the chain nor old facts serve */
  factsOf(licence: bigint, host: Address): Promise<AgedFacts>;
  isValidSignature(signer: Address, digest: Hex, signature: Hex): Promise<boolean>;
  /** Forgets a pair, after a transaction that changed it. */
  forget(licence: bigint, host: Address): void;
}

/** Keeps what was read for a while, and asks once for many callers at the same time. */
export function cachedReader(reader: ChainReader, options: CacheOptions): CachedReader {
  const { ttlSeconds, mode, staleSeconds, now, maxEntries = 10_000 } = options;
  const known = new Map<string, { facts: AgedFacts["facts"]; readAt: number }>();
  const asked = new Map<string, Promise<AgedFacts["facts"]>>();
  const signatures = new Map<string, { valid: boolean; readAt: number }>();
  const keyOf = (licence: bigint, host: Address) => `${licence} ${host.toLowerCase()}`;

  const read = (licence: bigint, host: Address, key: string) => {
    const running = asked.get(key);
    if (running) return running;
    const startedAt = now();
    const reading = reader.factsOf(licence, host).then((facts) => {
      // A pair that was forgotten meanwhile is not remembered as it was before.
      if (asked.get(key) === reading) put(known, key, { facts, readAt: startedAt }, maxEntries);
      return facts;
    });
    asked.set(key, reading);
    const done = () => {
      if (asked.get(key) === reading) asked.delete(key);
    };
    reading.then(done, done);
    return reading;
  };

  return {
    async factsOf(licence, host) {
      const key = keyOf(licence, host);
      const entry = known.get(key);
      const ageSeconds = entry ? now() - entry.readAt : Number.POSITIVE_INFINITY;
      if (entry && ageSeconds <= ttlSeconds) {
        return { facts: entry.facts, ageSeconds, isStale: false };
      }
      try {
        return { facts: await read(licence, host, key), ageSeconds: 0, isStale: false };
      } catch (cause) {
        if (mode === "relaxed" && entry && ageSeconds <= staleSeconds) {
          return { facts: entry.facts, ageSeconds, isStale: true };
        }
        throw new Refusal("chain-unavailable", { cause });
      }
    },

    async isValidSignature(signer, digest, signature) {
      const key = `${signer} ${digest} ${signature}`.toLowerCase();
      const entry = signatures.get(key);
      if (entry && now() - entry.readAt <= ttlSeconds) return entry.valid;
      const readAt = now();
      try {
        const valid = await reader.isValidSignature(signer, digest, signature);
        put(signatures, key, { valid, readAt }, maxEntries);
        return valid;
      } catch (cause) {
        if (mode === "relaxed" && entry?.valid && now() - entry.readAt <= staleSeconds) return true;
        throw new Refusal("chain-unavailable", { cause });
      }
    },

    forget(licence, host) {
      known.delete(keyOf(licence, host));
      asked.delete(keyOf(licence, host));
    },
  };
}

function put<T>(map: Map<string, T>, key: string, value: T, maxEntries: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= maxEntries) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
