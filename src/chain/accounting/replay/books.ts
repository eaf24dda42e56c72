import type { Address, Log } from "viem";
import { AppError } from "@/lib/errors.ts";
import { Channels } from "../channel.ts";
import type { Ancestor } from "../lineage.ts";
import { Splitter } from "../splitter.ts";
import type { Outcome } from "./chainWorld.ts";
import { EventSums } from "./eventSums.ts";
import { LicenceBook } from "./licenceBook.ts";

/** The twins side by side, wired as the contracts are. They live as long as the chain. */
export class Books {
  readonly splitter: Splitter;
  readonly licences: LicenceBook;
  readonly channels: Channels;
  readonly lineages = new Map<bigint, readonly Ancestor[]>();
  readonly sums = new EventSums();
  /** How often each operation was accepted and refused, by both sides. */
  readonly tally = new Map<string, { accepted: number; refused: number }>();

  /** Every reason for which both sides refused something. */
  readonly codes = new Set<string>();

  constructor(at: { licences: Address; channel: Address }) {
    const splitter = new Splitter((model) => this.lineages.get(model) ?? []);
    this.splitter = splitter;
    this.licences = new LicenceBook(splitter, at.licences);
    this.channels = new Channels(this.licences, {
      deposit: (token, amount) => splitter.deposit(at.channel, token, amount),
      credit: (account, token, amount) => splitter.credit(at.channel, account, token, amount),
      split: (model, token, amount) => splitter.split(at.channel, model, token, amount),
    });
  }

  /**
   * Holds what the chain did against what the twin does with the same.
   *
   * @returns what the twin answered, or null when both refuse
   * @throws Error when only one of the two refuses
   */
  same<T>(operation: string, outcome: Outcome, twin: () => T): { value: T } | null {
    const tally = this.tally.get(operation) ?? { accepted: 0, refused: 0 };
    this.tally.set(operation, tally);
    let value: T;
    try {
      value = twin();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (outcome.ok) throw new Error(`Only the twin refuses: ${error.code}`, { cause: error });
      tally.refused += 1;
      this.codes.add(`${operation}: ${error.code}`);
      return null;
    }
    if (!outcome.ok) throw new Error("Only the chain refuses");
    tally.accepted += 1;
    this.note(outcome.logs);
    return { value };
  }

  note(logs: readonly Log[]): void {
    this.sums.add(logs);
  }
}
