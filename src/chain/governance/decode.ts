import { decodeFunctionData, encodeFunctionData, getAbiItem, isHex } from "viem";
import type { Abi, AbiFunction, AbiParameter, Hex } from "viem";
import { CONTRACTS, contractAt, isAllowedCall } from "./allowed.ts";
import type { GovernContext, ProposedCall } from "./context.ts";
import { argumentText } from "./argumentText.ts";
import type { FlatArgument } from "./argumentText.ts";
import { sentenceOf } from "./sentence.ts";

export interface DecodedArgument {
  /** As the contract calls it, parts of a struct with its name before a dot. */
  readonly name: string;
  readonly type: string;
  /** For people; may hold untrusted text. */
  readonly words: string;
  /** As it stands in the call: a decimal number, hex, true or false, or text. */
  readonly exact: string;
}

/** A call in words. Nothing of it is hidden: what cannot be read is shown raw beside a warning. */
export interface DecodedCall {
  readonly call: ProposedCall;
  /** Null when the target is none of the contracts that a DAO may call. */
  readonly contract: string | null;
  /** Null when the contract has no such function. */
  readonly functionName: string | null;
  /** What it does, as one sentence. */
  readonly sentence: string;
  readonly args: readonly DecodedArgument[];
  readonly warnings: readonly string[];
  readonly supermajority: boolean;
}

/** Reads a call back from its bytes, whoever made it. Never throws. */
export function decodeCall(context: GovernContext, call: ProposedCall): DecodedCall {
  const { contracts, model } = context;
  const { allowed, supermajority } = isAllowedCall(contracts, model, call);
  const warnings: string[] = [];
  if (call.value !== 0n) warnings.push(`It sends ${call.value} wei along, which is not allowed.`);
  const key = contractAt(contracts, call.target);
  const raw = {
    call,
    contract: key === undefined ? null : CONTRACTS[key].title,
    functionName: null,
    sentence: "A call that this studio cannot read.",
    args: [],
    supermajority,
  };
  if (key === undefined) {
    warnings.push("Its target is not a contract of this market. Read the raw data yourself.");
    return { ...raw, warnings };
  }
  const read = readCall(CONTRACTS[key].abi, call.data);
  if (read === null) {
    warnings.push("The contract has no such function. Read the raw data yourself.");
    return { ...raw, warnings };
  }
  if (!read.exact) {
    warnings.push("Its bytes hold more than the arguments shown. Read the raw data yourself.");
  }
  if (!allowed) warnings.push("The model's DAO may not make this call.");
  const { item, values } = read;
  const flat = item.inputs.flatMap((input, place) => flatten(input, values[place], ""));
  return {
    call,
    contract: CONTRACTS[key].title,
    functionName: item.name,
    sentence: sentenceOf(context, call) ?? `Calls ${item.name} of the ${CONTRACTS[key].title}.`,
    args: flat.map(({ name, type, value }) => ({
      name,
      type,
      words: argumentText(context, name, value, flat),
      exact: exactText(value),
    })),
    warnings,
    supermajority,
  };
}

interface ReadCall {
  item: AbiFunction;
  values: readonly unknown[];
  /** Whether the same arguments give the same bytes. */
  exact: boolean;
}

function readCall(abi: Abi, data: Hex): ReadCall | null {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    const item = getAbiItem({ abi, name: data.slice(0, 10) });
    if (item?.type !== "function") return null;
    const again = encodeFunctionData({ abi: [item], functionName, args });
    return { item, values: args, exact: again === data.toLowerCase() };
  } catch {
    return null;
  }
}

function flatten(input: AbiParameter, value: unknown, before: string): FlatArgument[] {
  const name = `${before}${input.name ?? ""}`;
  if (input.type === "tuple" && "components" in input && isRecord(value)) {
    return input.components.flatMap((part) => flatten(part, value[part.name ?? ""], `${name}.`));
  }
  return [{ name, type: input.type, value }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function exactText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(exactText).join(", ")}]`;
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([key, part]) => `${key}: ${exactText(part)}`)
      .join(", ")}}`;
  }
  return isHex(value) ? value : String(value);
}
