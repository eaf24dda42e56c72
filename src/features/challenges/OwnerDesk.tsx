import { useMutation } from "@tanstack/react-query";
import { Download, Lock } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { BankSheet, PairState } from "@/rpc/challengeProtocol.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { downloadBlob, downloadText } from "@/ui/download.ts";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { formatDate } from "../shared/describe.ts";
import { RegistryStanding } from "../shared/RegistryStanding.tsx";
import { useBeforeUnload } from "../shared/useBeforeUnload.ts";
import { BankForm } from "./BankForm.tsx";
import { BurnForm } from "./BurnForm.tsx";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";
import { canPackAgain, closeBank, makePackage, packAgain, useDesk } from "./desk.ts";
import type { MadePackage, Pending } from "./desk.ts";

/** Where an owner spends pairs on a prover. */
export function OwnerDesk(): ReactNode {
  const desk = useDesk((state) => state.desk);
  useBeforeUnload(desk?.pending?.bank != null);
  if (desk === null) return <BankForm />;
  const { name, sheet, shownOnChain, pending, made } = desk;
  return (
    <div className={styles.stack}>
      <Card
        title={sheet.modelName === "" ? name : sheet.modelName}
        note={name}
        aside={
          <Button size="small" onClick={() => void closeBank()} disabled={pending !== null}>
            Close this bank
          </Button>
        }
        testId="bank-card"
      >
        <Pairs sheet={sheet} shownOnChain={shownOnChain} />
        {sheet.isOlder && (
          <Notice kind="warn" title="This file is an older copy" testId="older-bank">
            <p>{copy.older}</p>
          </Notice>
        )}
        <RegistryStanding bound={sheet.bound} check={sheet.check} />
      </Card>
      {pending !== null && <SaveBank key={pending.entry} pending={pending} />}
      {made !== null && <Ready made={made} />}
      {pending === null && <BurnForm sheet={sheet} shownOnChain={shownOnChain} />}
      {pending === null && sheet.challenges.length > 0 && <Earlier sheet={sheet} />}
    </div>
  );
}

function Pairs({
  sheet,
  shownOnChain,
}: {
  sheet: BankSheet;
  shownOnChain: readonly number[];
}): ReactNode {
  const columns = useMemo(() => columnsFor(new Set(shownOnChain)), [shownOnChain]);
  const onChain = new Set(shownOnChain);
  const free = sheet.pairs.filter(({ index, burnt }) => burnt === null && !onChain.has(index));
  const loud = free.filter(({ mode }) => mode === "loud").length;
  return (
    <>
      <Stats
        entries={[
          { label: "Pairs", value: sheet.pairs.length, note: `of ${sheet.width} candidates` },
          {
            label: "Unburnt",
            value: <span data-testid="unburnt">{free.length}</span>,
            note: `${loud} loud, ${free.length - loud} quiet`,
          },
          { label: "Burnt", value: sheet.pairs.length - free.length },
          { label: "Shown on the chain", value: shownOnChain.length },
        ]}
      />
      <Disclosure title="Pair by pair">
        <p className={styles.soft}>{copy.pairs}</p>
        <DataTable
          caption="Pairs"
          columns={columns}
          rows={sheet.pairs}
          rowKey={(pair) => pair.index}
          maxHeight={320}
        />
      </Disclosure>
    </>
  );
}

function columnsFor(onChain: ReadonlySet<number>): readonly Column<PairState>[] {
  return [
    {
      key: "index",
      header: "#",
      align: "end",
      render: ({ index }) => index,
      sortValue: ({ index }) => index,
    },
    { key: "mode", header: "Mode", render: ({ mode }) => mode, sortValue: ({ mode }) => mode },
    {
      key: "state",
      header: "State",
      render: ({ index, burnt }) =>
        burnt !== null || onChain.has(index) ? (
          <Badge tone="warn">burnt</Badge>
        ) : (
          <Badge tone="good">unburnt</Badge>
        ),
      sortValue: ({ index, burnt }) => (burnt !== null || onChain.has(index) ? 1 : 0),
    },
    {
      key: "shown",
      header: "Shown to",
      grow: true,
      render: ({ index, burnt }) => {
        if (burnt === null) return onChain.has(index) ? "everybody, on the chain" : "nobody";
        return <span title={burnt.shownTo}>{burnt.shownTo}</span>;
      },
    },
  ];
}

/** The bank with its new entry has to be on the owner's disc before there is a package. */
function SaveBank({ pending }: { pending: Pending }): ReactNode {
  const { bank } = pending;
  const [asked, setAsked] = useState(bank === null);
  const [dropError, setDropError] = useState<unknown>(null);
  const make = useMutation({ mutationFn: (file: File | null) => makePackage(file) });
  return (
    <Card
      title={bank === null ? "The package" : "Save the bank first"}
      note={bank === null ? copy.saved : copy.save}
      testId="save-bank-card"
    >
      <Actions>
        {bank === null && (
          <Button kind="primary" busy={make.isPending} onClick={() => make.mutate(null)}>
            Make the package
          </Button>
        )}
        {bank !== null && (
          <Button
            kind={asked ? "plain" : "primary"}
            icon={<Download aria-hidden />}
            data-testid="save-bank"
            onClick={() => {
              downloadBlob("bank.signet", bank);
              setAsked(true);
            }}
          >
            Save bank.signet
          </Button>
        )}
        <Button kind="quiet" disabled={make.isPending} onClick={() => void closeBank()}>
          Give this challenge up
        </Button>
      </Actions>
      {asked && (
        <Dropzone
          compact
          multiple={false}
          icon={<Lock aria-hidden />}
          title="The saved bank"
          hint="Choose the file that you have just saved. It is read again, and the package is made from it."
          noun="saved bank"
          accept=".signet"
          testId="saved-bank-dropzone"
          onFiles={({ files }) => {
            setDropError(null);
            make.mutate(files[0].file);
          }}
          onError={setDropError}
        />
      )}
      {(dropError ?? make.error) !== null && (
        <ErrorNotice error={dropError ?? make.error} testId="save-bank-error" />
      )}
    </Card>
  );
}

function Ready({ made }: { made: MadePackage }): ReactNode {
  return (
    <Notice
      kind="good"
      title={`${made.pairs} pairs, encrypted for ${made.prover}`}
      testId="package-ready"
      actions={
        <>
          <Button
            kind="primary"
            icon={<Download aria-hidden />}
            data-testid="download-package"
            onClick={() => downloadText("challenge.age", made.text)}
          >
            Download challenge.age
          </Button>
          <CopyButton text={made.text} label="Copy the package as text" />
        </>
      }
    >
      <p>{copy.ready}</p>
    </Notice>
  );
}

function Earlier({ sheet }: { sheet: BankSheet }): ReactNode {
  const again = useMutation({ mutationFn: (entry: number) => packAgain(entry) });
  return (
    <Card title="Earlier challenges" note={copy.earlier} testId="earlier-challenges">
      <ul className={styles.earlier}>
        {sheet.challenges.map(({ entry, shownTo, at, pairs }) => (
          <li key={entry}>
            <p>
              {shownTo}
              <small>
                {pairs} pairs, {formatDate(Date.parse(at))}
              </small>
            </p>
            {canPackAgain(shownTo) && (
              <Button
                size="small"
                busy={again.isPending && again.variables === entry}
                onClick={() => again.mutate(entry)}
              >
                Pack again
              </Button>
            )}
          </li>
        ))}
      </ul>
      {again.error !== null && <ErrorNotice error={again.error} />}
    </Card>
  );
}
