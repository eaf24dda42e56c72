import { encodeFunctionData, isHex, zeroHash } from "viem";
import type { Hex } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import { readWhole } from "../../registration/readDraft.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

const MOST = 65_536n;

/** A hash of 32 bytes as typed; null for anything else and for zero. */
export function readHash(text: string): Hex | null {
  const lower = text.trim().toLowerCase();
  return isHex(lower) && lower.length === 66 && lower !== zeroHash ? lower : null;
}

/** A new bank of fingerprints for the same model. */
export const epochForm: ProposalForm = {
  key: "epoch",
  title: "New fingerprint epoch",
  about:
    "Commits a new bank of fingerprints; older epochs stay provable. After execution anyone seals its beacon eight blocks later.",
  blocked: () => null,
  begin: () => ({ root: "", manifestHash: "", count: "", width: "" }),
  fields: ({ model }) => [
    {
      key: "root",
      label: "Merkle root",
      kind: "text",
      hint: `From the commitment of a run whose manifest names ${model.timelock ?? model.owner} as owner.`,
    },
    { key: "manifestHash", label: "Hash of the manifest", kind: "text" },
    { key: "count", label: "Fingerprints", kind: "text", numeric: true, hint: "1 to 65,536." },
    {
      key: "width",
      label: "Candidates of each",
      kind: "text",
      numeric: true,
      hint: "A power of two, 2 to 65,536.",
    },
  ],
  read: ({ model, contracts }, draft) => {
    const problems: Record<string, string> = {};
    const root = readHash(field(draft, "root"));
    const manifestHash = readHash(field(draft, "manifestHash"));
    const count = readWhole(field(draft, "count").replaceAll(",", ""));
    const width = readWhole(field(draft, "width").replaceAll(",", ""));
    if (root === null) problems["root"] = "0x and 64 hexadecimal digits, not all zero.";
    else if (model.epochs.some((epoch) => epoch.root.toLowerCase() === root)) {
      problems["root"] = "This model has committed that root before.";
    }
    if (manifestHash === null) {
      problems["manifestHash"] = "0x and 64 hexadecimal digits, not all zero.";
    }
    if (count === null || count < 1n || count > MOST) problems["count"] = "1 to 65,536.";
    if (width === null || width < 2n || width > MOST || (width & (width - 1n)) !== 0n) {
      problems["width"] = "A power of two, 2 to 65,536.";
    }
    return outcome(problems, () => [
      {
        target: contracts.registry,
        value: 0n,
        data: encodeFunctionData({
          abi: modelRegistryAbi,
          functionName: "addEpoch",
          args: [
            model.id,
            {
              root: root ?? zeroHash,
              manifestHash: manifestHash ?? zeroHash,
              count: Number(count ?? 0n),
              width: Number(width ?? 0n),
            },
          ],
        }),
      },
    ]);
  },
};
