import { getAddress, parseEventLogs, type Log } from "viem";
import { ARTEFACTS } from "../../market/artefacts.ts";

/** What the splitter's events add up to: the sums that an indexer would show. */
export class EventSums {
  /** "model token" → sum of payments; likewise of claims. */
  readonly revenue = new Map<string, bigint>();
  readonly claimed = new Map<string, bigint>();
  /** "account token" → credited less withdrawn. */
  readonly credit = new Map<string, bigint>();

  /** @throws Error when a payment's `gross` is not the sum of those before it */
  add(logs: readonly Log[]): void {
    const events = parseEventLogs({ abi: ARTEFACTS.RevenueSplitter.abi, logs: [...logs] });
    for (const { eventName, args } of events) {
      if (eventName === "Revenue") {
        const key = `${args.model} ${getAddress(args.token)}`;
        const before = this.revenue.get(key) ?? 0n;
        if (args.gross !== before) {
          throw new Error(`Revenue of ${key} says ${args.gross} went before, not ${before}`);
        }
        this.revenue.set(key, before + args.amount);
      } else if (eventName === "Claimed") {
        raise(this.claimed, `${args.model} ${getAddress(args.token)}`, args.amount);
      } else if (eventName === "Credited") {
        raise(this.credit, `${getAddress(args.account)} ${getAddress(args.token)}`, args.amount);
      } else if (eventName === "Withdrawn") {
        raise(this.credit, `${getAddress(args.account)} ${getAddress(args.token)}`, -args.amount);
      }
    }
  }
}

function raise(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
