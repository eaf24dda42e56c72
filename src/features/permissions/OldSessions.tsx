import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { copy } from "./copy.ts";
import { downloadReceipts } from "./receipts.ts";
import { sessionClient } from "./sessionClient.ts";
import type { OpenPair } from "./usePair.ts";

/** Keys of permissions that are over, and the receipts of their calls. */
export function OldSessions({ open }: { open: OpenPair }): ReactNode {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const old = open.held.filter(({ info }) => info.key !== open.current?.info.key);
  if (old.length === 0) return null;
  const calls = old.reduce((sum, { info }) => sum + info.calls.length, 0);
  const forget = async (): Promise<void> => {
    for (const { info } of old) await sessionClient().call("forget", { key: info.key });
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <Card title="Earlier permissions" note={copy.old} testId="old-sessions">
      <p>
        {old.length === 1 ? "One key is" : `${old.length} keys are`} kept in this browser, with{" "}
        {calls === 1 ? "one call" : `${calls} calls`}.
      </p>
      <Actions>
        {calls > 0 && (
          <Button onClick={() => old.forEach(downloadReceipts)}>Download their receipts</Button>
        )}
        <Button onClick={() => setAsking(true)}>Forget them</Button>
      </Actions>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Forget the keys and their receipts?"
        description="The keys pay for nothing any more. The receipts prove what the host served; download them first if you may need that."
        confirm="Forget them"
        danger
        onConfirm={() => void forget()}
      />
    </Card>
  );
}
