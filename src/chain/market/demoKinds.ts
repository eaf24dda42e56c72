import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex, type Hex } from "@/fingerprint/encoding.ts";

/** A kind of licence of the demo market with what people read before they buy it. */
export interface DemoKind {
  kind: number;
  label: string;
  text: string;
  durationS: number;
  /** Calls that a purchase includes; 0 without limit. */
  quota: number;
  refundWindowS: number;
  hostPpm: number;
  resalePpm: number;
  transferable: boolean;
  /** In wei. */
  priceWei: bigint;
  /** In millionths of a test dollar. */
  priceDollars: bigint;
}

const DAY = 86_400;

/** The demo model's kinds; the stand-ins sell the first of them for nothing. */
export const DEMO_KINDS: readonly DemoKind[] = [
  {
    kind: 1,
    label: "evaluation",
    text: "You may try the model for seven days and 1,000 calls, not in a product. Unused, it can be returned within a day.",
    durationS: 7 * DAY,
    quota: 1_000,
    refundWindowS: DAY,
    hostPpm: 300_000,
    resalePpm: 0,
    transferable: false,
    priceWei: 2_000_000_000_000_000n,
    priceDollars: 5_000_000n,
  },
  {
    kind: 2,
    label: "commercial",
    text: "Your company may use the model in its products for a year without a limit on calls. Unused, it can be returned within three days.",
    durationS: 365 * DAY,
    quota: 0,
    refundWindowS: 3 * DAY,
    hostPpm: 400_000,
    resalePpm: 50_000,
    transferable: true,
    priceWei: 500_000_000_000_000_000n,
    priceDollars: 1_500_000_000n,
  },
  {
    kind: 3,
    label: "seat",
    text: "One person may use the model at work for 30 days and 50,000 calls. It is paid at once and can be passed on.",
    durationS: 30 * DAY,
    quota: 50_000,
    refundWindowS: 0,
    hostPpm: 400_000,
    resalePpm: 50_000,
    transferable: true,
    priceWei: 20_000_000_000_000_000n,
    priceDollars: 60_000_000n,
  },
];

/** SHA-256 of a text in UTF-8: what the chain keeps of a licence's or a model's terms. */
export function textHash(text: string): Hex {
  return toHex(sha256(utf8ToBytes(text)));
}

/** A short name as bytes32, left-aligned ASCII. */
export function label32(label: string): Hex {
  return `0x${toHex(utf8ToBytes(label)).slice(2).padEnd(64, "0")}`;
}

/** What the demo models ask of those who build on them. */
export const DERIVATIVE_TEXT =
  "You may train models on this one, if their sales pass on the share that the registry names.";
