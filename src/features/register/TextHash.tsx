import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { textHash } from "@/chain/market/demoKinds.ts";
import { Button } from "@/ui/Button.tsx";
import { downloadText } from "@/ui/download.ts";
import styles from "./register.module.css";

/** The hash that the chain keeps of a text, and the text as the file that has it. */
export function TextHash({ text, fileName }: { text: string; fileName: string }): ReactNode {
  return (
    <p className={styles.soft}>
      SHA-256 <code className={styles.hash}>{textHash(text)}</code>{" "}
      <Button
        size="small"
        kind="quiet"
        icon={<Download aria-hidden />}
        onClick={() => downloadText(fileName, text)}
      >
        Save the text
      </Button>
    </p>
  );
}
