import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import styles from "./dialog.module.css";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** What the confirming button does, as a verb: "Delete run". */
  confirm: string;
  /** What staying does: "Keep training". */
  keep?: string;
  danger?: boolean;
  /** Whether it cannot be confirmed now. */
  disabled?: boolean;
  /** Of the confirming button. */
  testId?: string;
  onConfirm: () => void;
}

export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirm,
  keep = "Cancel",
  danger = false,
  disabled = false,
  testId,
  onConfirm,
}: ConfirmDialogProps): ReactNode {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup}>
          <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.description} render={<div />}>
            {description}
          </AlertDialog.Description>
          <div className={styles.actions}>
            <AlertDialog.Close render={<Button />}>{keep}</AlertDialog.Close>
            <Button
              kind={danger ? "danger" : "primary"}
              disabled={disabled}
              data-testid={testId}
              onClick={() => {
                onOpenChange(false);
                onConfirm();
              }}
            >
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
