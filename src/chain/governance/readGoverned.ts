import { decodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import { CONTRACTS, contractAt, isAllowedCall } from "./allowed.ts";
import type { GovernContext, ProposedCall } from "./context.ts";
import type { KindTerms, Terms } from "../indexer/state.ts";

/** A call that a DAO may make, with its arguments typed. The model is always the DAO's own. */
export type GovernedCall =
  | { name: "setTerms"; terms: Terms }
  | { name: "setUri"; uri: string }
  | { name: "addEpoch"; root: Hex; manifestHash: Hex; count: number; width: number }
  | { name: "recommit"; epoch: number }
  | { name: "release"; epoch: number; weightsHash: Hex; terms: Terms; uri: string }
  | { name: "approveDerivative"; childOwner: Address; approved: boolean }
  | { name: "setKind"; kind: number; terms: Omit<KindTerms, "version" | "termsHash"> }
  | { name: "setPrice"; kind: number; token: Address; price: bigint; listed: boolean }
  | { name: "setSale"; kind: number; open: boolean }
  | { name: "issueShares"; to: Address; amount: bigint }
  | { name: "setReward"; ppm: number };

/** Reads a call that the DAO may make; null for any other, and for bytes that cannot be read. */
export function readGoverned(
  { contracts, model }: Pick<GovernContext, "contracts" | "model">,
  call: ProposedCall,
): GovernedCall | null {
  if (!isAllowedCall(contracts, model, call).allowed) return null;
  try {
    return typed(contractAt(contracts, call.target), call.data);
  } catch {
    return null;
  }
}

function typed(contract: ReturnType<typeof contractAt>, data: Hex): GovernedCall | null {
  switch (contract) {
    case "registry":
      return ofRegistry(data);
    case "licences":
      return ofLicences(data);
    case "splitter": {
      const { functionName: name, args } = decodeFunctionData({ ...CONTRACTS.splitter, data });
      return name === "issueShares" ? { name, to: args[1], amount: args[2] } : null;
    }
    case "provers": {
      const { functionName: name, args } = decodeFunctionData({ ...CONTRACTS.provers, data });
      return name === "setReward" ? { name, ppm: args[1] } : null;
    }
    default:
      return null;
  }
}

function ofRegistry(data: Hex): GovernedCall | null {
  const { functionName: name, args } = decodeFunctionData({ ...CONTRACTS.registry, data });
  switch (name) {
    case "setTerms":
      return { name, terms: args[1] };
    case "setUri":
      return { name, uri: args[1] };
    case "addEpoch":
      return { name, ...args[1] };
    case "recommit":
      return { name, epoch: args[1] };
    case "release":
      return { name, epoch: args[1], weightsHash: args[2], terms: args[3], uri: args[4] };
    case "approveDerivative":
      return { name, childOwner: args[1], approved: args[2] };
    default:
      return null;
  }
}

function ofLicences(data: Hex): GovernedCall | null {
  const { functionName: name, args } = decodeFunctionData({ ...CONTRACTS.licences, data });
  switch (name) {
    case "setKind":
      return { name, kind: args[1], terms: args[2] };
    case "setPrice":
      return { name, kind: args[1], token: args[2], price: args[3], listed: args[4] };
    case "setSale":
      return { name, kind: args[1], open: args[2] };
    default:
      return null;
  }
}
