import { labelText } from "../indexer/select/models.ts";
import type { Epoch, KindTerms, Terms } from "../indexer/state.ts";
import { NATIVE, keyOf } from "../indexer/state.ts";
import { showPpm } from "../registration/readDraft.ts";
import { argumentText } from "./argumentText.ts";
import { amountText, coinText, countText, isSame, kindsOf, kindText } from "./context.ts";
import type { GovernContext, ProposedCall } from "./context.ts";
import { readGoverned } from "./readGoverned.ts";

/** The part of a model's bounty that an upheld case earns while nobody set another. */
export const DEFAULT_REWARD_PPM = 100_000;

/** What a call changes, beside how it is now. Both may hold untrusted text. */
export interface Effect {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What a call would change if it were made now; empty for one that cannot be read. */
export function effectsOf(context: GovernContext, call: ProposedCall): Effect[] {
  const read = readGoverned(context, call);
  const { model, state } = context;
  switch (read?.name) {
    case "setPrice": {
      const { kind, token, price, listed } = read;
      const entry = kindsOf(context).find((candidate) => candidate.kind === kind);
      const old = [...(entry?.prices ?? [])].find(([coin]) => isSame(coin, token))?.[1];
      const text = (amount: bigint | undefined): string => {
        if (amount === undefined) return "not sold";
        return amount === 0n ? "free" : amountText(context, token, amount);
      };
      const label = `${kindText(context, kind)} in ${coinText(context, token)}`;
      return [{ label, before: text(old), after: text(listed ? price : undefined) }];
    }
    case "setSale": {
      const entry = kindsOf(context).find(({ kind }) => kind === read.kind);
      const text = (open: boolean): string => (open ? "on sale" : "paused");
      const before = entry === undefined ? "does not exist" : text(entry.open);
      return [{ label: kindText(context, read.kind), before, after: text(read.open) }];
    }
    case "setKind":
      return kindEffects(context, read.kind, read.terms);
    case "setTerms":
      return termsEffects(context, read.terms);
    case "setUri":
      return [{ label: "Described at", before: shown(model.uri), after: shown(read.uri) }];
    case "addEpoch": {
      const after = `${countText(BigInt(read.count))} of ${countText(BigInt(read.width))} candidates`;
      return [
        { label: `Fingerprints of epoch ${model.epochs.length}`, before: "none", after },
        { label: "Root", before: "none", after: read.root },
        { label: "Manifest", before: "none", after: read.manifestHash },
      ];
    }
    case "recommit": {
      const draws = epochOf(context, read.epoch)?.draws;
      if (draws === undefined) return [];
      const label = `Draws of epoch ${read.epoch}`;
      return [{ label, before: String(draws), after: String(draws + 1) }];
    }
    case "release":
      return [
        {
          label: `Weights of epoch ${read.epoch}`,
          before: epochOf(context, read.epoch)?.weightsHash ?? "not released",
          after: read.weightsHash,
        },
        { label: "Described at", before: shown(model.uri), after: shown(read.uri) },
        ...termsEffects(context, read.terms),
      ];
    case "approveDerivative": {
      const before = state.approvals.get(keyOf(model.id, read.childOwner)) ?? false;
      const text = (approved: boolean): string => (approved ? "approved" : "not approved");
      return [{ label: read.childOwner, before: text(before), after: text(read.approved) }];
    }
    case "issueShares":
      return shareEffects(context, read.to, read.amount);
    case "setReward": {
      const before = model.rewardPpm ?? DEFAULT_REWARD_PPM;
      const text = (ppm: number): string => {
        const amount = (model.bounty * BigInt(ppm)) / 1_000_000n;
        return `${showPpm(BigInt(ppm))}, ${amountText(context, NATIVE, amount)} of today’s bounty`;
      };
      return [{ label: "Reward of an upheld case", before: text(before), after: text(read.ppm) }];
    }
    default:
      return [];
  }
}

function shareEffects(
  { model, state }: GovernContext,
  to: `0x${string}`,
  amount: bigint,
): Effect[] {
  const { supply } = model;
  const has = state.holdings.get(keyOf(model.id, to))?.balance ?? 0n;
  const part = (shares: bigint, of: bigint): string => {
    const ppm = of === 0n ? 0n : (shares * 1_000_000n) / of;
    return `${countText(shares)} shares, ${showPpm((ppm / 100n) * 100n)}`;
  };
  const all = supply + amount;
  return [
    { label: "Shares there are", before: countText(supply), after: countText(all) },
    { label: to, before: part(has, supply), after: part(has + amount, all) },
    {
      label: "Everybody else together",
      before: part(supply - has, supply),
      after: part(supply - has, all),
    },
  ];
}

function termsEffects({ model }: GovernContext, terms: Terms): Effect[] {
  const words = (of: Terms | null): readonly (readonly [string, string])[] => [
    ["Derivatives", of?.derivatives === true ? "allowed" : "forbidden"],
    ["Approval of each", of?.approval === true ? "needed" : "not needed"],
    ["Least share of a derivative", showPpm(BigInt(of?.derivativePpm ?? 0))],
    ["Hash of the terms’ text", of?.textHash ?? "none"],
  ];
  return changes(words(model.terms), words(terms));
}

function kindEffects(
  context: GovernContext,
  kind: number,
  terms: Omit<KindTerms, "version" | "termsHash">,
): Effect[] {
  const old = kindsOf(context)
    .find((entry) => entry.kind === kind)
    ?.versions.at(-1);
  const words = (
    of: Omit<KindTerms, "version" | "termsHash">,
  ): readonly (readonly [string, string])[] => {
    const text = (name: string, value: unknown): string => argumentText(context, name, value, []);
    return [
      ["Name", labelText(of.label)],
      ["Lasts", text("duration", of.duration)],
      ["Calls", text("quota", of.quota)],
      ["Return unused within", text("refundWindow", of.refundWindow)],
      ["Host’s share of use", showPpm(BigInt(of.hostPpm))],
      ["Model’s share of a resale", showPpm(BigInt(of.resalePpm))],
      ["May change hands", of.transferable ? "yes" : "no"],
      ["Hash of the licence text", of.textHash],
    ];
  };
  const after = words(terms);
  return changes(old === undefined ? after.map(([label]) => [label, "none"]) : words(old), after);
}

/** The lines that differ, or one that says none does. */
function changes(
  before: readonly (readonly [string, string])[],
  after: readonly (readonly [string, string])[],
): Effect[] {
  const rows = after.map(([label, text], place) => ({
    label,
    before: before[place][1],
    after: text,
  }));
  const changed = rows.filter((row) => row.before !== row.after);
  return changed.length > 0
    ? changed
    : [{ label: "All terms", before: "as they are", after: "unchanged" }];
}

function epochOf({ model }: GovernContext, epoch: number): Epoch | undefined {
  return model.epochs.find((entry) => entry.epoch === epoch);
}

function shown(uri: string): string {
  return uri === "" ? "nowhere" : uri;
}
