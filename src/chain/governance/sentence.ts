import { labelText } from "../indexer/select/models.ts";
import { showPpm } from "../registration/readDraft.ts";
import { amountText, coinText, countText, kindsOf, kindText } from "./context.ts";
import type { GovernContext, ProposedCall } from "./context.ts";
import { readGoverned } from "./readGoverned.ts";

/** What a call does, as one sentence; null for one that no DAO may make. */
export function sentenceOf(context: GovernContext, call: ProposedCall): string | null {
  const read = readGoverned(context, call);
  switch (read?.name) {
    case "setPrice": {
      const { kind, token, price, listed } = read;
      const coin = coinText(context, token);
      if (!listed) return `Stops selling ${kindText(context, kind)} for ${coin}.`;
      return price === 0n
        ? `Makes ${kindText(context, kind)} free for those who pay in ${coin}.`
        : `Sets the price of ${kindText(context, kind)} to ${amountText(context, token, price)}.`;
    }
    case "setSale":
      return read.open
        ? `Opens sales and renewals of ${kindText(context, read.kind)}.`
        : `Pauses sales and renewals of ${kindText(context, read.kind)}.`;
    case "setKind": {
      const known = kindsOf(context).some(({ kind }) => kind === read.kind);
      return known
        ? `Changes the terms of ${kindText(context, read.kind)} for later buyers.`
        : `Adds a kind of licence, “${labelText(read.terms.label)}”.`;
    }
    case "setTerms":
      return "Changes the terms for derivatives that are registered later.";
    case "setUri":
      return read.uri === ""
        ? "Takes away the address at which the model is described."
        : `Says that the model is described at ${read.uri}.`;
    case "addEpoch":
      return `Commits ${countText(BigInt(read.count))} new fingerprints as epoch ${context.model.epochs.length}.`;
    case "recommit":
      return `Draws a new beacon for epoch ${read.epoch}.`;
    case "release":
      return `Releases weights for epoch ${read.epoch}.`;
    case "approveDerivative":
      return read.approved
        ? `Allows ${read.childOwner} to register models made from this one.`
        : `Forbids ${read.childOwner} to register models made from this one.`;
    case "issueShares":
      return `Admits ${read.to} with ${countText(read.amount)} new shares.`;
    case "setReward":
      return `Sets the reward for an upheld case to ${showPpm(BigInt(read.ppm))} of the bounty.`;
    default:
      return null;
  }
}
