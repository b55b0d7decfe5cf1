import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { AmountField } from "./fields";
import { useRules } from "./rules";
import { CountField } from "./spoken";

interface PartColumn {
  name: string;
  title: string;
  /** How it is told apart by ear, where not by its title. */
  spoken?: string;
  width?: number;
  kind: "text" | "line" | "amount";
}

interface PartsProps {
  /** Of the list in the form. */
  name: string;
  label: string;
  /** What a row is, where one is removed. */
  row: string;
  add: string;
  columns: readonly PartColumn[];
  /** What a row that is added begins with, after so many. */
  fresh: (rows: number) => object;
}

/** Which line of one paper is which line of another, and how much of it. */
export function PartsTable({ name, label, row: what, add: more, columns, fresh }: PartsProps) {
  const { t } = useTranslation();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }, { errors }) => (
        <>
          {rows.length > 0 && (
            // A wide table in a narrow window scrolls by keyboard too.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            <div className="table-wrap" role="region" aria-label={label} tabIndex={0}>
              <table className="lines-form" style={{ minWidth: 640 }}>
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column.name} scope="col" style={{ width: column.width }}>
                        {column.title}
                      </th>
                    ))}
                    <th scope="col" style={{ width: 60 }}><span className="sr">{t("common.actions")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row, n) => (
                    <tr key={row.key}>
                      {columns.map((column) => (
                        <td key={column.name}>
                          <PartField row={row.name} n={n + 1} column={column} />
                        </td>
                      ))}
                      <td>
                        <Button type="text" onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${what} ${n + 1}`}>
                          ✕
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <Button style={{ marginTop: 8 }} onClick={() => add(fresh(rows.length))}>
            {more}
          </Button>
          <Form.ErrorList errors={errors} />
        </>
      )}
    </Form.List>
  );
}

function PartField({ row, n, column }: { row: number; n: number; column: PartColumn }) {
  const { amount } = useRules();
  const spoken = `${column.spoken ?? column.title} ${n}`;
  const name = [row, column.name];
  switch (column.kind) {
    case "text":
      return (
        <Form.Item name={name}>
          <Input aria-label={spoken} autoComplete="off" />
        </Form.Item>
      );
    case "line":
      return (
        <Form.Item name={name}>
          <CountField aria-label={spoken} min={1} />
        </Form.Item>
      );
    case "amount":
      return (
        <Form.Item name={name} rules={amount}>
          <AmountField aria-label={spoken} />
        </Form.Item>
      );
  }
}
