import { encodeAbiParameters, keccak256 } from "viem";
import type { Hex } from "viem";
import type { KindTerms } from "../indexer/state.ts";

/** The terms of a version of a kind: `Kind` of ILicenceToken. */
export type KindStruct = Pick<
  KindTerms,
  | "label"
  | "textHash"
  | "duration"
  | "quota"
  | "refundWindow"
  | "hostPpm"
  | "resalePpm"
  | "transferable"
>;

const KIND = [
  {
    type: "tuple",
    components: [
      { name: "label", type: "bytes32" },
      { name: "textHash", type: "bytes32" },
      { name: "duration", type: "uint64" },
      { name: "quota", type: "uint64" },
      { name: "refundWindow", type: "uint32" },
      { name: "hostPpm", type: "uint32" },
      { name: "resalePpm", type: "uint32" },
      { name: "transferable", type: "bool" },
    ],
  },
] as const;

/** keccak256(abi.encode(terms)), as the licence token hashes terms. */
export function termsHashOf(terms: KindStruct): Hex {
  return keccak256(encodeAbiParameters(KIND, [terms]));
}
