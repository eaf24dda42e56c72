import { isAddress, isHex } from "viem";
import { formatDuration } from "@/lib/format.ts";
import { labelText } from "../indexer/select/models.ts";
import { showPpm } from "../registration/readDraft.ts";
import { amountText, coinText, countText, kindText } from "./context.ts";
import type { GovernContext } from "./context.ts";

/** One value of a call. */
export interface FlatArgument {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

/** How long something lasts; 0 for ever. */
export function spanText(seconds: bigint): string {
  return seconds === 0n ? "for ever" : formatDuration(Number(seconds) * 1000);
}

/** One argument for people. Its name says what it is; the contracts name alike what is alike. */
export function argumentText(
  context: GovernContext,
  path: string,
  value: unknown,
  all: readonly FlatArgument[],
): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "bigint" || typeof value === "number") {
    return numberText(context, name, BigInt(value), all);
  }
  if (name === "token" && isText(value) && isAddress(value)) return coinText(context, value);
  if (name === "label" && isHex(value) && value.length === 66) return `“${labelText(value)}”`;
  if (value === "") return "nothing";
  return isText(value) ? value : JSON.stringify(value, plain);
}

function numberText(
  context: GovernContext,
  name: string,
  value: bigint,
  all: readonly FlatArgument[],
): string {
  switch (name) {
    case "model":
      return value === context.model.id ? `model ${value}, this one` : `model ${value}, ANOTHER`;
    case "kind":
      return `${value}, ${kindText(context, Number(value))}`;
    case "ppm":
    case "derivativePpm":
    case "hostPpm":
    case "resalePpm":
      return showPpm(value);
    case "duration":
      return spanText(value);
    case "refundWindow":
      return value === 0n ? "none" : spanText(value);
    case "quota":
      return value === 0n ? "no limit" : `${countText(value)} calls`;
    case "amount":
      return `${countText(value)} shares`;
    case "price": {
      const token = all.find((other) => other.name === "token")?.value;
      return isText(token) && isAddress(token)
        ? amountText(context, token, value)
        : countText(value);
    }
    default:
      return countText(value);
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
