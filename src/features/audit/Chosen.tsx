import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { Button } from "@/ui/Button.tsx";
import styles from "./audit.module.css";
import type { Dropped } from "./store.ts";

/** What was chosen for one of the form's places, and the way to choose again. */
export function Chosen({
  label,
  name,
  note,
  disabled,
  onClear,
}: {
  label: string;
  name: string;
  note: string;
  disabled: boolean;
  onClear: () => void;
}): ReactNode {
  return (
    <div className={styles.chosen} role="group" aria-label={label}>
      <p>{label}</p>
      <div className={styles.chosenName}>
        <CircleCheck aria-hidden /> {name}
      </div>
      <p>{note}</p>
      <Button size="small" disabled={disabled} onClick={onClear}>
        Choose another
      </Button>
    </div>
  );
}

export function describe({ files }: Dropped): string {
  const bytes = files.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

function sizeOf(entry: FileEntry): number {
  return "file" in entry ? entry.file.size : entry.sizeBytes;
}
