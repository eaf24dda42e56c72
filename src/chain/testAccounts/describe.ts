import { decodeFunctionData, hexToString } from "viem";
import type { Hex } from "viem";
import * as v from "valibot";
import { CONTRACT_ABIS } from "../errors/abi.ts";

/** A name and what stands under it, for text only. */
export type Fact = readonly [name: string, value: string];

const MOST_SHOWN = 400;

/** The function that a call's data names and its arguments; null when no contract here has it. */
export function describeCall(data: Hex): { name: string; args: Fact[] } | null {
  for (const abi of CONTRACT_ABIS) {
    try {
      const { functionName, args = [] } = decodeFunctionData({ abi, data });
      const item = abi.find(
        (entry) =>
          entry.type === "function" &&
          entry.name === functionName &&
          entry.inputs.length === args.length,
      );
      const inputs = item?.type === "function" ? item.inputs : [];
      return {
        name: functionName,
        args: args.map((arg, i) => [inputs[i]?.name ?? `argument ${i}`, shown(arg)] as const),
      };
    } catch {
      // Another contract's.
    }
  }
  return null;
}

const typedDataSchema = v.object({
  primaryType: v.string(),
  domain: v.optional(v.record(v.string(), v.unknown()), {}),
  message: v.record(v.string(), v.unknown()),
});

/** What typed data would sign (EIP-712); null when it is not that. */
export function describeTypedData(json: string): { name: string; facts: Fact[] } | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = v.safeParse(typedDataSchema, value);
  if (!parsed.success) return null;
  const { primaryType, domain, message } = parsed.output;
  const facts = Object.entries(message).map(([name, part]) => [name, shown(part)] as const);
  return { name: `${primaryType} for ${shown(domain.name)}`, facts };
}

/** A message as text where it is that. */
export function describeMessage(message: Hex): string {
  const text = hexToString(message);
  return cut(text.includes("�") ? message : text);
}

function shown(value: unknown): string {
  if (typeof value === "string" || typeof value === "bigint") return cut(String(value));
  const json = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? part.toString() : part,
  );
  return cut(json ?? "none");
}

function cut(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
