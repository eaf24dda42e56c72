import { useEffect } from "react";
import { ACTIONS } from "./actions.ts";
import type { Action } from "./actions.ts";
import { useActionContext } from "./useActionContext.ts";

/** Listens for the shortcuts of the action registry. */
export function useShortcuts(): void {
  const context = useActionContext();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat) return;
      const action = ACTIONS.find((entry) => matches(entry, event));
      if (action === undefined || !action.enabled()) return;
      event.preventDefault();
      action.perform(context);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [context]);
}

function matches(action: Action, event: KeyboardEvent): boolean {
  if (action.keys === "") return false;
  const modified = event.ctrlKey || event.metaKey;
  if (action.bare) {
    const key = action.keys === "Space" ? " " : action.keys;
    return !modified && !event.altKey && event.key === key && !isBusyTarget(event.target);
  }
  const letter = action.keys.split("+").at(-1)?.toLowerCase();
  return modified && !event.shiftKey && !event.altKey && event.key.toLowerCase() === letter;
}

/** Where a plain key already means something: typing, or pressing what is focused. */
function isBusyTarget(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      "input, textarea, select, button, a, summary, [role=dialog], [contenteditable]",
    ) !== null
  );
}
