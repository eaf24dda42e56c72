import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { isInForce, licencesOf } from "@/chain/indexer/select/models.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { kindName } from "@/chain/licences/rules.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { expiryText, quotaText } from "../shared/market/describe.ts";
import type { Market } from "../shared/market/useMarket.ts";

/** What the connected account holds of this model; nothing without an account or licence. */
export function OwnedLicences({ model, market }: { model: Model; market: Market }): ReactNode {
  const { state, account } = market;
  const [now] = useState(() => BigInt(Math.floor(Date.now() / 1000)));
  const mine = useMemo(
    () =>
      account === undefined
        ? []
        : licencesOf(state, account).filter((licence) => licence.model === model.id),
    [state, account, model.id],
  );
  if (mine.length === 0) return null;
  return (
    <Card title="Your licences" testId="owned-licences">
      <DataTable
        caption="Your licences of this model"
        rows={mine}
        rowKey={({ id }) => String(id)}
        columns={[
          {
            key: "id",
            header: "Number",
            render: ({ id }) => (
              <Link to="/licences/$id" params={{ id: String(id) }}>
                #{String(id)}
              </Link>
            ),
          },
          { key: "kind", header: "Licence", render: (licence) => kindName(state, licence) },
          {
            key: "state",
            header: "State",
            render: (licence) =>
              isInForce(licence, now) ? (
                <Badge tone="good">in force</Badge>
              ) : (
                <Badge tone="warn">{licence.ended === "cancelled" ? "given up" : "expired"}</Badge>
              ),
          },
          { key: "expires", header: "Until", render: ({ expires }) => expiryText(expires) },
          { key: "quota", header: "Left", render: ({ quota }) => quotaText(quota) },
          {
            key: "price",
            header: "Paid",
            align: "end",
            render: ({ token, price }) => market.amountOf(token, price),
          },
        ]}
      />
    </Card>
  );
}
