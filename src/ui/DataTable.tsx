import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./table.module.css";

/** Matches the row height in table.module.css at 16 px to the rem. */
const ROW_HEIGHT_PX = 36;
const OVERSCAN_ROWS = 8;
const VIRTUAL_ABOVE_ROWS = 100;

export interface Column<Row> {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  sortValue?: (row: Row) => number | string;
  align?: "start" | "end";
  mono?: boolean;
  /** Takes the room that is left, and cuts what does not fit. */
  grow?: boolean;
}

export interface DataTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  maxHeight?: number;
  /** Shown when there are no rows. */
  empty?: string;
  /** Scrolls to the newest row as rows are added, unless the reader has scrolled away. */
  follow?: boolean;
  testId?: string;
}

interface Sort {
  key: string;
  descending: boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { caption, columns, rows, rowKey, maxHeight = 420, empty = "Nothing yet.", testId } = props;
  const { follow = false } = props;
  const [sort, setSort] = useState<Sort | null>(null);
  const [scroll, setScroll] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const virtual = sorted.length > VIRTUAL_ABOVE_ROWS;
  const visible = Math.ceil(maxHeight / ROW_HEIGHT_PX);
  const first = virtual ? Math.max(0, Math.floor(scroll / ROW_HEIGHT_PX) - OVERSCAN_ROWS) : 0;
  const last = virtual
    ? Math.min(sorted.length, first + visible + 2 * OVERSCAN_ROWS)
    : sorted.length;

  const growing = columns.filter((column) => column.grow).length;
  const share = growing === 0 ? null : `${100 / growing}%`;

  useEffect(() => {
    const element = frame.current;
    if (follow && element !== null && atEnd.current) element.scrollTop = element.scrollHeight;
  });

  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ maxHeight }}
      role="region"
      aria-label={caption}
      // A region that scrolls must be reachable without a mouse.
      tabIndex={0}
      data-testid={testId}
      onScroll={(event) => {
        const element = event.currentTarget;
        atEnd.current =
          element.scrollHeight - element.scrollTop - element.clientHeight < ROW_HEIGHT_PX * 2;
        if (virtual) setScroll(element.scrollTop);
      }}
    >
      <table aria-rowcount={sorted.length + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeaderCell
                key={column.key}
                column={column}
                share={column.grow ? share : null}
                sort={sort}
                onSort={setSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} columns={columns.length} />
          {sorted.slice(first, last).map((row, offset) => (
            <tr key={rowKey(row)} aria-rowindex={first + offset + 2}>
              {columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer rows={sorted.length - last} columns={columns.length} />
        </tbody>
      </table>
      {sorted.length === 0 && <p className={styles.none}>{empty}</p>}
    </div>
  );
}

function HeaderCell<Row>({
  column,
  share,
  sort,
  onSort,
}: {
  column: Column<Row>;
  /** Width of a column that grows. */
  share: string | null;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}): ReactNode {
  const active = sort?.key === column.key ? sort : null;
  const order = active === null ? undefined : active.descending ? "descending" : "ascending";
  const Icon = active === null ? ChevronsUpDown : active.descending ? ArrowDown : ArrowUp;
  const next = (): Sort | null => {
    if (active === null) return { key: column.key, descending: false };
    return active.descending ? null : { key: column.key, descending: true };
  };
  return (
    <th
      scope="col"
      className={cx(column.align === "end" && styles.end, column.grow && styles.grow)}
      style={share === null ? undefined : { width: share }}
      aria-sort={order}
    >
      {column.sortValue === undefined ? (
        column.header
      ) : (
        <button type="button" onClick={() => onSort(next())}>
          {column.header}
          <Icon aria-hidden />
        </button>
      )}
    </th>
  );
}

/** Keeps the scroll height of the rows that are not drawn. */
function Spacer({ rows, columns }: { rows: number; columns: number }): ReactNode {
  if (rows <= 0) return null;
  return (
    <tr className={styles.spacer} aria-hidden>
      <td colSpan={columns} style={{ height: rows * ROW_HEIGHT_PX }} />
    </tr>
  );
}

function cellClass<Row>(column: Column<Row>): string {
  return cx(
    column.align === "end" && styles.end,
    column.mono && styles.mono,
    column.grow && styles.grow,
  );
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const value = columns.find((column) => column.key === sort?.key)?.sortValue;
  if (sort === null || value === undefined) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}
