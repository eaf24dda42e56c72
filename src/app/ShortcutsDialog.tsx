import type { ReactNode } from "react";
import { Dialog } from "@/ui/Dialog.tsx";
import { KeyHint } from "@/ui/KeyHint.tsx";
import { ACTIONS } from "./actions.ts";
import styles from "./app.module.css";
import { useShell } from "./shellStore.ts";

export function ShortcutsDialog(): ReactNode {
  const open = useShell((state) => state.overlay === "shortcuts");
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && useShell.setState({ overlay: null })}
      title="Keyboard shortcuts"
    >
      <dl className={styles.shortcuts}>
        {ACTIONS.filter((action) => action.keys !== "").map((action) => (
          <div key={action.id}>
            <dt>{action.label}</dt>
            <dd>
              <KeyHint keys={action.keys} />
            </dd>
          </div>
        ))}
        <div>
          <dt>Close what is open</dt>
          <dd>
            <KeyHint keys="Esc" />
          </dd>
        </div>
      </dl>
    </Dialog>
  );
}
