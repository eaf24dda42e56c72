import { create } from "zustand";

interface ConnectDialog {
  open: boolean;
}

/** Whether the connect dialog is open; the chain layout draws it. */
export const useConnectDialog = create<ConnectDialog>()(() => ({ open: false }));

/** For any screen whose next step needs a wallet. */
export function openConnectDialog(): void {
  useConnectDialog.setState({ open: true });
}
