import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import { estimateStorage, persistStorage } from "@/storage/quota.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Meter } from "@/ui/Meter.tsx";
import { Notice } from "@/ui/Notice.tsx";

export function StorageCard(): ReactNode {
  const storage = useQuery({ queryKey: ["storage"], queryFn: estimateStorage });
  const persist = useMutation({
    mutationFn: persistStorage,
    onSuccess: () => storage.refetch(),
  });
  const { data } = storage;
  return (
    <Card
      title="Storage"
      note="Runs and checkpoints live in the browser's private file system. How much fits depends on the browser and the disk."
      aside={
        data?.persisted ? (
          <Badge tone="good">kept until you delete it</Badge>
        ) : (
          <Badge tone="warn">the browser may evict it</Badge>
        )
      }
    >
      {storage.error !== null && <ErrorNotice error={storage.error} />}
      {data !== undefined && (
        <Meter
          label="In use"
          value={data.usageBytes}
          max={data.quotaBytes}
          text={`${formatBytes(data.usageBytes)} of ${formatBytes(data.quotaBytes)}`}
        />
      )}
      {persist.data === false && (
        <Notice kind="info" title="The browser did not agree">
          <p>
            Browsers grant this to sites that are bookmarked, installed or used often. Save finished
            runs to a folder to be safe.
          </p>
        </Notice>
      )}
      {data?.persisted === false && (
        <Actions>
          <Button busy={persist.isPending} onClick={() => persist.mutate()}>
            Ask the browser to keep it
          </Button>
        </Actions>
      )}
    </Card>
  );
}
