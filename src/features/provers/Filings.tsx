import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileInput } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { readFilings } from "@/chain/proving/filing.ts";
import { keepFiling, keptFilings } from "@/chain/proving/keptFilings.ts";
import { Card } from "@/ui/Card.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import type { Dropped } from "@/ui/dropzone/collectFiles.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { copy } from "./copy.ts";
import { FilingItem, ForgetButton } from "./FilingItem.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

const FILINGS = ["filings"];

/** Largest file that is read as filings. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

async function importFilings({ files }: Dropped): Promise<number> {
  let count = 0;
  for (const { file } of files) {
    if (file.size > MAX_FILE_BYTES) throw new RangeError("The file is too large for filings.");
    for (const filing of readFilings(await file.text())) {
      await keepFiling(filing);
      count += 1;
    }
  }
  return count;
}

/** What this browser keeps to commit and reveal. */
export function Filings({ proving }: { proving: Proving }): ReactNode {
  const queries = useQueryClient();
  const kept = useQuery({
    queryKey: FILINGS,
    queryFn: keptFilings,
    // Other screens and tabs keep filings too.
    refetchOnMount: "always",
  });
  const [dropError, setDropError] = useState<unknown>(null);
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: FILINGS });
  const take = useMutation({ mutationFn: importFilings, onSettled: refresh });
  const list = useMemo(() => kept.data?.toReversed() ?? [], [kept.data]);
  const error = dropError ?? take.error ?? kept.error;
  return (
    <Card title="My filings" note={copy.filings} testId="filings">
      <div className={styles.stack}>
        {error !== null && (
          <ErrorNotice
            error={error}
            testId="filings-error"
            onDismiss={() => {
              setDropError(null);
              take.reset();
            }}
          />
        )}
        {take.data !== undefined && (
          <p role="status" className={styles.soft}>
            {take.data === 1 ? "One filing was read." : `${take.data} filings were read.`}
          </p>
        )}
        {kept.data !== undefined && list.length === 0 && (
          <p className={styles.soft}>There are no filings yet. {copy.filingsNone}</p>
        )}
        <div className={styles.list}>
          {list.map(({ id, filing }) =>
            filing === null ? (
              <div key={id} className={styles.item}>
                <Notice kind="warn" title="A filing cannot be opened any more">
                  <p>The key that sealed it is gone. Import its file again.</p>
                </Notice>
                <ForgetButton id={id} committed={false} onDone={refresh} />
              </div>
            ) : (
              <FilingItem key={id} id={id} filing={filing} proving={proving} onChange={refresh} />
            ),
          )}
        </div>
        <Dropzone
          title="Import filings from a file"
          hint="A .json file of the auditor, with one filing or several. It stays on this device."
          icon={<FileInput aria-hidden />}
          noun="filings"
          accept=".json,application/json"
          compact
          testId="filings-drop"
          onFiles={(dropped) => {
            setDropError(null);
            take.mutate(dropped);
          }}
          onError={setDropError}
        />
      </div>
    </Card>
  );
}
