import { useId, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import { lineageGraph, type LineageGraph } from "@/chain/indexer/select/lineageGraph.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { Switch } from "@/ui/Switch.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { percentText } from "../shared/market/describe.ts";
import styles from "./market.module.css";
import type { Market } from "../shared/market/useMarket.ts";

const COLUMN = 230;
const ROW = 70;
const BOX = { width: 150, height: 40 };

export function Lineage({ model, market }: { model: Model; market: Market }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const graph = useMemo(() => lineageGraph(market.state, model.id), [market.state, model.id]);
  const nameOf = (id: bigint): string => {
    const found = market.state.models.get(id);
    return found === undefined ? `Model ${id}` : market.nameOf(found);
  };
  if (graph.edges.length === 0) {
    return <p className={styles.soft}>It descends from no other model, and none from it.</p>;
  }
  return (
    <>
      <Switch label="Show as table" checked={asTable} onChange={setAsTable} />
      {asTable ? (
        <EdgeTable graph={graph} nameOf={nameOf} />
      ) : (
        <Drawing graph={graph} self={model.id} nameOf={nameOf} />
      )}
      {model.ancestors.length > 0 && (
        <p className={styles.soft}>
          Of every payment to this model,{" "}
          {model.ancestors
            .map(({ model: id, ppm }) => `${percentText(ppm)} goes to ${nameOf(id)}`)
            .join(", ")}
          .
        </p>
      )}
    </>
  );
}

function EdgeTable({
  graph,
  nameOf,
}: {
  graph: LineageGraph;
  nameOf: (id: bigint) => string;
}): ReactNode {
  const link = (id: bigint): ReactNode => (
    <Link to="/market/$model" params={{ model: String(id) }}>
      {nameOf(id)}
    </Link>
  );
  return (
    <DataTable
      caption="Parents and children"
      rows={graph.edges}
      rowKey={({ parent, child }) => `${parent} ${child}`}
      columns={[
        { key: "parent", header: "Parent", render: ({ parent }) => link(parent) },
        { key: "child", header: "Child", render: ({ child }) => link(child) },
        {
          key: "ppm",
          header: "Share that passes up",
          align: "end",
          render: ({ ppm }) => percentText(ppm),
        },
      ]}
    />
  );
}

function Drawing({
  graph,
  self,
  nameOf,
}: {
  graph: LineageGraph;
  self: bigint;
  nameOf: (id: bigint) => string;
}): ReactNode {
  const id = useId();
  const { places, width, height } = layOut(graph);
  const sentences = graph.edges.map(
    ({ parent, child, ppm }) =>
      `${nameOf(child)} was made from ${nameOf(parent)} and passes ${percentText(ppm)} up`,
  );
  return (
    <svg
      className={styles.graph}
      viewBox={`0 0 ${width} ${height}`}
      style={{ maxWidth: width }}
      role="img"
      aria-labelledby={id}
    >
      <title id={id}>{`Lineage. ${sentences.join(". ")}.`}</title>
      {graph.edges.map(({ parent, child, ppm }) => {
        const from = places.get(parent);
        const to = places.get(child);
        if (from === undefined || to === undefined) return null;
        const [x1, x2] = [from.x + BOX.width, to.x];
        const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
        const middle = (x1 + x2) / 2;
        return (
          <g key={`${parent} ${child}`}>
            <path d={`M ${x1} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`} />
            <text className={styles.edgeText} x={x1 + 6} y={y1 + (y2 < y1 ? 16 : -6)}>
              {percentText(ppm)}
            </text>
          </g>
        );
      })}
      {graph.nodes.map(({ model }) => {
        const place = places.get(model);
        if (place === undefined) return null;
        const name = nameOf(model);
        return (
          <g
            key={String(model)}
            data-self={model === self}
            transform={`translate(${place.x} ${place.y})`}
          >
            <rect width={BOX.width} height={BOX.height} rx={8} />
            <text x={BOX.width / 2} y={25} textAnchor="middle">
              {name.length > 20 ? `${name.slice(0, 19)}…` : name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Columns by level, oldest to the left; within one, by id. */
function layOut({ nodes }: LineageGraph): {
  places: Map<bigint, { x: number; y: number }>;
  width: number;
  height: number;
} {
  const least = Math.min(...nodes.map(({ level }) => level));
  const columns = new Map<number, bigint[]>();
  for (const { model, level } of nodes) {
    columns.set(level, [...(columns.get(level) ?? []), model]);
  }
  const tallest = Math.max(...[...columns.values()].map(({ length }) => length));
  const height = tallest * ROW + 20;
  const places = new Map<bigint, { x: number; y: number }>();
  for (const [level, models] of columns) {
    const top = (height - models.length * ROW) / 2 + (ROW - BOX.height) / 2;
    models
      .toSorted((a, b) => Number(a - b))
      .forEach((model, row) =>
        places.set(model, { x: 2 + (level - least) * COLUMN, y: top + row * ROW }),
      );
  }
  const most = Math.max(...columns.keys());
  return { places, height, width: (most - least) * COLUMN + BOX.width + 4 };
}
