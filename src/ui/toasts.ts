import { Toast } from "@base-ui/react/toast";

/** For outcomes that need no action; what needs one is shown inline by a Notice. */
export const toasts = Toast.createToastManager();

export function toast(title: string, description?: string): void {
  toasts.add({ title, ...(description === undefined ? {} : { description }), timeout: 6000 });
}
