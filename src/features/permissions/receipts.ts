import type { Held } from "@/chain/permissions/draftPermission.ts";
import { downloadText } from "@/ui/download.ts";

/** Offers what the host signed for each call as a file, with the permission that it belongs to. */
export function downloadReceipts({ info, token }: Held): void {
  const { licence, host } = token.message;
  const file = {
    format: "signet-call-receipts",
    version: 1,
    permission: info.permission,
    calls: info.calls.map(({ number, cost, state, inputHash, receipt, receiptHolds, at }) => ({
      number: String(number),
      cost: cost === null ? null : String(cost),
      state,
      inputHash,
      receipt,
      verified: receiptHolds,
      at: new Date(at).toISOString(),
    })),
  };
  const name = `calls-${licence}-${host.slice(2, 8)}-${info.key.slice(2, 8)}.json`;
  downloadText(name, `${JSON.stringify(file, null, 2)}\n`, "application/json");
}
