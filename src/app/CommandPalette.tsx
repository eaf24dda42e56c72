import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { cx } from "@/ui/cx.ts";
import dialog from "@/ui/dialog.module.css";
import { KeyHint } from "@/ui/KeyHint.tsx";
import { ACTIONS } from "./actions.ts";
import type { Action } from "./actions.ts";
import styles from "./app.module.css";
import { useShell } from "./shellStore.ts";
import { useActionContext } from "./useActionContext.ts";

const close = (): void => useShell.setState({ overlay: null });

export function CommandPalette(): ReactNode {
  const open = useShell((state) => state.overlay === "palette");
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={cx(dialog.popup, dialog.palette)} aria-label="Commands">
          {open && <Commands />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands(): ReactNode {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const context = useActionContext();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = ACTIONS.filter((action) => {
    const text = `${action.group} ${action.label}`.toLowerCase();
    return action.id !== "palette" && words.every((word) => text.includes(word));
  });
  const current = Math.min(chosen, Math.max(0, found.length - 1));
  const run = (action: Action | undefined): void => {
    if (action === undefined || !action.enabled()) return;
    close();
    action.perform(context);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((current + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[current]);
    }
  };
  return (
    <>
      <input
        className={styles.paletteInput}
        role="combobox"
        aria-label="Search commands"
        aria-expanded
        aria-controls="commands"
        aria-activedescendant={found.length === 0 ? undefined : `command-${found[current].id}`}
        placeholder="Search commands"
        value={query}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
      />
      <ul className={styles.paletteList} id="commands" role="listbox" aria-label="Commands">
        {found.map((action, index) => (
          <li
            key={action.id}
            id={`command-${action.id}`}
            role="option"
            className={styles.paletteItem}
            aria-selected={index === current}
            aria-disabled={!action.enabled()}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(action)}
          >
            {action.label}
            <small>{action.group}</small>
            {action.keys !== "" && <KeyHint keys={action.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles.paletteNone}>No command matches.</p>}
    </>
  );
}
