import { getAddress, isAddressEqual, size, slice, toFunctionSelector, zeroAddress } from "viem";
import type { Address, Hex } from "viem";
import type { Model } from "../indexer/state.ts";
import type { GovernedContracts, ProposedCall } from "./context.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";

/** The contracts that a proposal may call, as people call them. */
export const CONTRACTS = {
  registry: { title: "Model registry", abi: modelRegistryAbi },
  licences: { title: "Licence token", abi: licenceTokenAbi },
  splitter: { title: "Revenue splitter", abi: revenueSplitterAbi },
  provers: { title: "Prover network", abi: proverNetworkAbi },
} as const;

const FUNCTIONS: Readonly<Record<keyof GovernedContracts, readonly string[]>> = {
  registry: ["setTerms", "setUri", "addEpoch", "recommit", "release", "approveDerivative"],
  licences: ["setKind", "setPrice", "setSale"],
  splitter: ["issueShares"],
  provers: ["setReward"],
};

const SELECTORS: ReadonlyMap<string, string> = new Map(
  contractKeys().flatMap((contract) =>
    CONTRACTS[contract].abi
      .filter((item) => item.type === "function")
      .filter(({ name }) => FUNCTIONS[contract].includes(name))
      .map((item) => [`${contract} ${toFunctionSelector(item)}`, item.name] as const),
  ),
);

export function contractKeys(): (keyof GovernedContracts)[] {
  return ["registry", "licences", "splitter", "provers"];
}

/** Which of the contracts an address is; undefined for any other. */
export function contractAt(
  contracts: GovernedContracts,
  target: Address,
): keyof GovernedContracts | undefined {
  return contractKeys().find((key) => isAddressEqual(contracts[key], target));
}

export interface Allowance {
  allowed: boolean;
  /** Whether two thirds must agree. */
  supermajority: boolean;
}

const NO: Allowance = { allowed: false, supermajority: false };

/** The rule of `ModelDao.isAllowedCall`. */
export function isAllowedCall(
  contracts: GovernedContracts,
  model: Pick<Model, "id" | "governor" | "timelock">,
  { target, value, data }: ProposedCall,
): Allowance {
  const contract = contractAt(contracts, target);
  if (contract === undefined || value !== 0n || size(data) < 36) return NO;
  if (BigInt(slice(data, 4, 36)) !== model.id) return NO;
  const name = SELECTORS.get(`${contract} ${slice(data, 0, 4)}`);
  if (name === undefined) return NO;
  const supermajority = name === "issueShares";
  if (supermajority && isToItself(model, data)) return NO;
  return { allowed: true, supermajority };
}

/** Whether new shares would go to the DAO, which could never spend what they earn. */
function isToItself({ governor, timelock }: Pick<Model, "governor" | "timelock">, data: Hex) {
  if (size(data) < 68) return false;
  const to = getAddress(slice(data, 48, 68));
  return (
    !isAddressEqual(to, zeroAddress) &&
    [governor, timelock].some((own) => own !== null && isAddressEqual(own, to))
  );
}

/** Whether two thirds must agree to a proposal with these calls. */
export function needsSupermajority(
  contracts: GovernedContracts,
  model: Pick<Model, "id" | "governor" | "timelock">,
  calls: readonly ProposedCall[],
): boolean {
  return calls.some((call) => isAllowedCall(contracts, model, call).supermajority);
}
