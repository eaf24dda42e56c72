import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { modelRows, type ModelRow } from "@/chain/indexer/select/models.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { ChainUri, Hex } from "../shared/market/ChainText.tsx";
import { CheckDownload } from "./CheckDownload.tsx";
import { copy } from "./copy.ts";
import { dateText, percentText } from "../shared/market/describe.ts";
import { FingerprintAgain } from "./FingerprintAgain.tsx";
import { Income } from "./Income.tsx";
import { Lineage } from "./Lineage.tsx";
import styles from "./market.module.css";
import { Offers } from "./Offers.tsx";
import { OwnedLicences } from "./OwnedLicences.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { Timeline } from "./Timeline.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";

export function ModelPage(): ReactNode {
  // Any text: it comes from the page's address.
  const { model: id = "" } = useParams({ strict: false });
  const market = useMarket();
  const row = useMemo(
    () => modelRows(market.state).find(({ model }) => String(model.id) === id),
    [market.state, id],
  );
  return (
    <div className={styles.screen}>
      <Link to="/market" className={styles.back}>
        <ArrowLeft aria-hidden /> Market
      </Link>
      {row === undefined ? (
        <>
          <h1 className="visually-hidden">Model</h1>
          <SyncNotice market={market} />
          {market.ready && (
            <EmptyState icon={<SearchX aria-hidden />} title="There is no such model here">
              It may be on another network, or the chain may have taken its registration back.
            </EmptyState>
          )}
        </>
      ) : (
        <Sections row={row} market={market} />
      )}
    </div>
  );
}

function Sections({ row, market }: { row: ModelRow; market: Market }): ReactNode {
  const { model, released } = row;
  return (
    <>
      <div className={styles.intro}>
        <h1>{market.nameOf(model)}</h1>
        <div className={styles.badges}>
          <Badge>model #{String(model.id)}</Badge>
          <Badge tone={released === null ? "warn" : "good"}>
            {released === null ? "not released" : "released"}
          </Badge>
          {model.owner === market.account && <Badge tone="accent">yours</Badge>}
        </div>
      </div>
      <SyncNotice market={market} />
      <Card title="Card" testId="model-card">
        <ModelFacts row={row} />
      </Card>
      <div className={styles.columns}>
        <Card title="Licences" note={copy.offers} testId="offers">
          <Offers row={row} market={market} />
        </Card>
        <div className={styles.screen}>
          <Card title="Commitments" note={copy.timeline} testId="timeline">
            <Timeline model={model} />
            <FingerprintAgain model={model} market={market} />
          </Card>
          <Card title="Check my download" note={copy.check} testId="check-download">
            <CheckDownload model={model} />
          </Card>
        </div>
      </div>
      <Card title="Lineage" note={copy.lineage} testId="lineage">
        <Lineage model={model} market={market} />
      </Card>
      <OwnedLicences model={model} market={market} />
      <Income model={model} market={market} />
    </>
  );
}

function ModelFacts({ row }: { row: ModelRow }): ReactNode {
  const { model, released, licences } = row;
  const { terms } = model;
  return (
    <Stats
      entries={[
        {
          label: "Owner",
          value: <Hex value={model.owner} label="owner" />,
          note:
            model.governor === null ? (
              "one account"
            ) : (
              <Link to="/govern/$model" params={{ model: String(model.id) }}>
                a DAO’s timelock
              </Link>
            ),
        },
        { label: "Described at", value: <ChainUri uri={model.uri} /> },
        {
          label: "Weights",
          value:
            released?.weightsHash === undefined || released.weightsHash === null ? (
              "not released"
            ) : (
              <Hex value={released.weightsHash} label="hash of the weights" />
            ),
          note: released?.released ? dateText(released.released.timeSeconds) : undefined,
        },
        {
          label: "Derivatives",
          value:
            terms === null || !terms.derivatives
              ? "not allowed"
              : terms.approval
                ? "by approval"
                : "allowed",
          note:
            terms === null ? undefined : `at least ${percentText(terms.derivativePpm)} passes up`,
        },
        {
          label: "Terms for derivatives",
          value:
            terms === null ? "none yet" : <Hex value={terms.textHash} label="hash of the terms" />,
          note: copy.hashText,
        },
        { label: "Licences sold", value: String(licences) },
      ]}
    />
  );
}
