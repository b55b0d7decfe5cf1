import { Button } from "antd";
import type { Key, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useFit } from "./fit";
import { Loading, Nothing, ProblemNote } from "./states";

export interface Column<T> {
  key: string;
  title: string;
  align?: "right";
  className?: string;
  render: (row: T, index: number) => ReactNode;
}

interface Query<T> {
  data: readonly T[] | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
  hasMore?: boolean;
  isFetchingMore?: boolean;
  fetchMore?: () => unknown;
  moreError?: unknown;
}

interface TableProps<T> {
  label: string;
  query: Query<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T, index: number) => Key;
  /** Where a row leads; its first cell bears the link for the keyboard. */
  to?: ((row: T) => string) | undefined;
  at?: number | undefined;
  onPick?: ((row: T, index: number) => void) | undefined;
  empty: ReactNode;
  foot?: ReactNode;
}

/** A plain table, on a narrow screen a card for each row: its semantics are the browser's, and ten thousand cells of it cost little. */
export function DataTable<T>({ label, query, columns, rowKey, to, at, onPick, empty, foot }: TableProps<T>) {
  const { t } = useTranslation();
  const go = useNavigate();
  const place = useFit();
  if (query.isPending) return <Loading />;
  if (query.error !== null && query.data === undefined)
    return (
      <div style={{ padding: 16 }}>
        <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  const rows = query.data ?? [];
  if (rows.length === 0) return typeof empty === "string" ? <Nothing title={empty} /> : empty;
  return (
    <>
      {/* A region that can be scrolled can be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={place} className="table-wrap cards" tabIndex={0} role="region" aria-label={label}>
        <table className="table" aria-label={label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" className={column.align}>
                  {column.title === "" ? <span className="sr">{t("common.actions")}</span> : column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // The row is a larger target for the mouse; the link in its first cell is the keyboard's.
              <tr
                key={rowKey(row, index)}
                className={`${to !== undefined || onPick !== undefined ? "link" : ""} ${index === at ? "at" : ""}`}
                aria-current={index === at ? "true" : undefined}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest("a,button,input,label") !== null) return;
                  if (onPick !== undefined) onPick(row, index);
                  else if (to !== undefined) void go(to(row));
                }}
              >
                {columns.map((column) => (
                  <td key={column.key} className={[column.align, column.className].filter(Boolean).join(" ")} data-label={column.title}>
                    {column.render(row, index)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          {foot !== undefined && <tfoot>{foot}</tfoot>}
        </table>
      </div>
      {query.hasMore === true && (
        <div className="table-foot">
          <ProblemNote error={query.moreError ?? null} />
          <Button size="small" loading={query.isFetchingMore ?? false} onClick={() => void query.fetchMore?.()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** What is there already, as a query that has answered. */
export function given<T>(rows: readonly T[]): Query<T> {
  return { data: rows, error: null, isPending: false, refetch: () => undefined };
}
