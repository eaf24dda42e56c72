import { flatten } from "../../accounting/lineage.ts";
import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import { stampOf, type ChainLog } from "../log.ts";
import { keyOf, NATIVE, type Epoch } from "../state.ts";

/** Commitments, beacons, releases, terms and lineage. */
export function reduceRegistry(draft: Draft, event: EventOf<"registry">, log: ChainLog): void {
  switch (event.eventName) {
    case "ModelRegistered":
      return register(draft, event.args, log);
    case "EpochCommitted": {
      const { model, epoch, root, manifestHash, count, width } = event.args;
      const added: Epoch = {
        epoch,
        root,
        manifestHash,
        count,
        width,
        draws: 1,
        committed: stampOf(log),
        beacon: null,
        sealed: null,
        weightsHash: null,
        released: null,
      };
      return draft.update("models", model, (old) => ({ ...old, epochs: [...old.epochs, added] }));
    }
    case "EpochRecommitted": {
      const { model, epoch, draws } = event.args;
      return changeEpoch(draft, model, epoch, { draws, committed: stampOf(log) });
    }
    case "BeaconSealed": {
      const { model, epoch, beacon } = event.args;
      return changeEpoch(draft, model, epoch, { beacon, sealed: stampOf(log) });
    }
    case "Released": {
      const { model, epoch, weightsHash } = event.args;
      return changeEpoch(draft, model, epoch, { weightsHash, released: stampOf(log) });
    }
    case "TermsChanged": {
      const { model, termsHash, terms } = event.args;
      return draft.update("models", model, (old) => ({ ...old, termsHash, terms }));
    }
    case "UriChanged": {
      const { model, uri } = event.args;
      return draft.update("models", model, (old) => ({ ...old, uri }));
    }
    case "DerivativeApproval": {
      const { model, childOwner, approved } = event.args;
      return draft.set("approvals", keyOf(model, childOwner), approved);
    }
    case "OwnershipOffered": {
      const { model, to } = event.args;
      const pendingOwner = to === NATIVE ? null : to;
      return draft.update("models", model, (old) => ({ ...old, pendingOwner }));
    }
    case "OwnershipTransferred": {
      const { model, to } = event.args;
      return draft.update("models", model, (old) => ({ ...old, owner: to, pendingOwner: null }));
    }
    case "EntryPaused":
      return draft.set("pauses", "registry", event.args.until);
    case "EntryResumed":
      return draft.delete("pauses", "registry");
  }
}

function register(
  draft: Draft,
  args: Extract<EventOf<"registry">, { eventName: "ModelRegistered" }>["args"],
  log: ChainLog,
): void {
  const parents = args.parents.map(({ model, ppm, expectedTermsHash }) => ({
    model,
    ppm: BigInt(ppm),
    expectedTermsHash,
  }));
  draft.set("models", args.model, {
    id: args.model,
    owner: args.owner,
    pendingOwner: null,
    registered: stampOf(log),
    parents,
    ancestors: flatten(parents, (model) => draft.get("models", model)?.ancestors ?? []),
    epochs: [],
    terms: null,
    termsHash: null,
    uri: "",
    shares: null,
    supply: 0n,
    shareEpoch: 0,
    issues: [],
    governor: null,
    timelock: null,
    bounty: 0n,
    rewardPpm: null,
  });
}

function changeEpoch(draft: Draft, model: bigint, epoch: number, change: Partial<Epoch>): void {
  draft.update("models", model, (old) => ({
    ...old,
    epochs: old.epochs.map((entry) => (entry.epoch === epoch ? { ...entry, ...change } : entry)),
  }));
}
