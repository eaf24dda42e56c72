/** A press or a move of the focus, as Base UI tells it when it means to close something. */
interface Closing {
  reason: string;
  cancel: () => void;
}

/**
 * Keeps a dialog or popover open while an alert lies over it: answering that is not leaving this.
 * For `onOpenChange`; Escape and buttons close as ever.
 */
export function keepUnderAlert(open: boolean, closing: Closing): boolean {
  const leaves = closing.reason === "outside-press" || closing.reason === "focus-out";
  if (open || !leaves || document.querySelector("[role=alertdialog]") === null) return open;
  closing.cancel();
  return true;
}
