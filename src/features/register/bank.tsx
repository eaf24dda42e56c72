import type { Hex } from "viem";
import { isHex } from "viem";
import type { RunCommitment } from "@/rpc/registration.ts";
import type { StatEntry } from "@/ui/Stat.tsx";
import styles from "./register.module.css";

/** A bank as the registry takes it; null when the record does not hold one. */
export function bankOf({ root, manifestHash, count, width }: RunCommitment) {
  return isBytes32(root) && isBytes32(manifestHash) ? { root, manifestHash, count, width } : null;
}

/** A bank as the review shows it. */
export function bankEntries({ root, manifestHash, count, width }: RunCommitment): StatEntry[] {
  return [
    { label: "Pairs", value: count, note: `${width} candidates each` },
    { label: "Root", value: <code className={styles.hash}>{root}</code> },
    { label: "Manifest", value: <code className={styles.hash}>{manifestHash}</code> },
  ];
}

function isBytes32(text: string): text is Hex {
  return isHex(text) && text.length === 66;
}
