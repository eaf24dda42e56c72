import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./IconButton.tsx";
import styles from "./toast.module.css";
import { toasts } from "./toasts.ts";

/** The one live region for toasts; put it at the end of the page. */
export function ToastRegion(): ReactNode {
  return (
    <Toast.Provider toastManager={toasts}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList(): ReactNode {
  const manager = Toast.useToastManager();
  return manager.toasts.map((entry) => (
    <Toast.Root key={entry.id} toast={entry} className={styles.toast}>
      <Toast.Content>
        <Toast.Title className={styles.title} render={<p />} />
        <Toast.Description className={styles.description} />
      </Toast.Content>
      <Toast.Close render={<IconButton size="small" label="Dismiss" icon={<X />} />} />
    </Toast.Root>
  ));
}
