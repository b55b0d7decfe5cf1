import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { mayBeNumber } from "@/lib/numbers";
import { findCustomers } from "@/ui/fields";
import { useLater } from "@/ui/later";
import { statementQuery } from "./statementNumber";

/** A customer by a part of code or name, a document or statement by its number. */
export function Find({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [text, setText] = useState("");
  const typed = text.trim();
  const asked = useLater(typed, 200);
  const customers = useQuery({ queryKey: ["customers", "find", asked], queryFn: () => findCustomers(asked), enabled: asked.length > 0, staleTime: 30_000 });
  const document = useQuery({
    queryKey: ["document", "find", asked],
    queryFn: () => got(api.GET("/v1/invoices/{id}", { params: { path: { id: asked.toUpperCase() } } })).then((found) => found.document, () => null),
    enabled: mayBeNumber(asked),
    staleTime: 30_000,
  });
  const named = statementQuery(asked);
  const statements = useQuery({
    queryKey: ["statements", "find", named],
    queryFn: () => got(api.GET("/v1/statements", { params: { query: { ...named, limit: 20 } } })).then((found) => found.items, () => []),
    enabled: named !== null,
    staleTime: 30_000,
  });
  const numbered = [
    ...(document.data === null || document.data === undefined ? [] : [{ value: `/documents/${document.data.id}`, label: document.data.number }]),
    ...(statements.data ?? []).map((s) => ({ value: `/statements/${s.id}`, label: s.version > 1 ? `${s.number} v${s.version}` : s.number })),
  ];
  const options = [...numbered, ...(customers.data ?? []).slice(0, 8).map((c) => ({ value: `/customers/${c.code}`, label: `${c.code} ${c.name ?? ""}` }))];
  return (
    <AutoComplete
      style={{ width: "100%", minWidth: 240 }}
      aria-label={t("nav.find")}
      placeholder={t("nav.find")}
      value={text}
      onChange={(value: string) => {
        if (!value.startsWith("/")) setText(value);
      }}
      options={typed === "" ? [] : options}
      onSelect={(to: string) => {
        setText("");
        onGo?.();
        void go(to);
      }}
      notFoundContent={typed === "" || asked !== typed || customers.isFetching || document.isFetching || statements.isFetching ? null : t("nav.findNone")}
    />
  );
}

/** The same where the bar at the top has no room for it. */
export function FindNarrow() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="narrow-only" type="text" icon={<SearchOutlined />} aria-label={t("nav.find")} onClick={() => setOpen(true)} />
      <Drawer open={open} placement="top" size={160} title={t("nav.find")} onClose={() => setOpen(false)} destroyOnHidden>
        <Find onGo={() => setOpen(false)} />
      </Drawer>
    </>
  );
}
