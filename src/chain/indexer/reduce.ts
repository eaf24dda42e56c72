import type { Address } from "viem";
import type { ContractKind } from "./contracts.ts";
import { decodeLog, type EventOf } from "./decode.ts";
import { Draft } from "./draft.ts";
import { compareLogs, type ChainLog } from "./log.ts";
import { reduceChannel } from "./reducers/channel.ts";
import { reduceDao, reduceGovernor, reduceTimelock } from "./reducers/govern.ts";
import { reduceLicences } from "./reducers/licences.ts";
import { reduceJury, reduceProvers } from "./reducers/provers.ts";
import { reduceRegistry } from "./reducers/registry.ts";
import { reduceShares } from "./reducers/shares.ts";
import { reduceSplitter } from "./reducers/splitter.ts";
import { lower, type ChainState } from "./state.ts";

type Reducer = (draft: Draft, log: ChainLog, model: bigint) => void;

const REDUCERS: Readonly<Record<ContractKind, Reducer>> = {
  registry: by("registry", reduceRegistry),
  splitter: by("splitter", reduceSplitter),
  licences: by("licences", reduceLicences),
  channel: by("channel", reduceChannel),
  provers: by("provers", reduceProvers),
  jury: by("jury", reduceJury),
  dao: by("dao", reduceDao),
  shares: by("shares", reduceShares),
  governor: by("governor", reduceGovernor),
  timelock: by("timelock", reduceTimelock),
};

/** What does not decode changes nothing. */
function by<Kind extends ContractKind>(
  kind: Kind,
  reducer: (draft: Draft, event: EventOf<Kind>, log: ChainLog, model: bigint) => void,
): Reducer {
  return (draft, log, model) => {
    const event = decodeLog(kind, log);
    if (event !== null) reducer(draft, event, log, model);
  };
}

/** The state after one more log. What the log does not concern is shared with the state before. */
export function reduce(state: ChainState, log: ChainLog): ChainState {
  return reduceAll(state, [log]);
}

/**
 * The state after more logs, in any order within the range: they are put into the chain's order first.
 * The same as one `reduce` after another, but each table is copied once at most.
 */
export function reduceAll(state: ChainState, logs: readonly ChainLog[]): ChainState {
  const draft = new Draft(state);
  for (const log of logs.toSorted(compareLogs)) {
    const source = draft.get("sources", lower(log.address));
    if (source !== undefined) REDUCERS[source.kind](draft, log, source.model ?? 0n);
  }
  return draft.state;
}

/** Clones that logs tell of, whose own logs have to be read too. */
export function discover(state: ChainState, logs: readonly ChainLog[]): Address[] {
  const found: Address[] = [];
  for (const log of logs) {
    const kind = state.sources.get(lower(log.address))?.kind;
    if (kind === "splitter") {
      const event = decodeLog("splitter", log);
      if (event?.eventName === "SharesOpened") found.push(event.args.shares);
    } else if (kind === "dao") {
      const event = decodeLog("dao", log);
      if (event !== null) found.push(event.args.governor, event.args.timelock);
    }
  }
  return found.filter((address) => !state.sources.has(lower(address)));
}
