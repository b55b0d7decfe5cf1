import { AutoComplete, Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCategories } from "@/api/categories";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Facts, Panel } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { TYPED } from "@/ui/typed";

type Body = Schemas["AdvanceSettingsBody"];

const read = () => tagged(api.GET("/v1/advance-settings"));

/** 预收款: what money on account is for, by which the tax rules judge it. */
export function Advances() {
  const { t } = useTranslation();
  const code = useCode();
  const why = useWhyNot()("settings:configure");
  const [editing, setEditing] = useState(false);
  const found = useQuery({ queryKey: ["advance-settings"], queryFn: read });
  const now = found.data?.body;
  return (
    <Panel
      title={t("deliveries.advances")}
      extra={
        <Act size="small" why={why} disabled={now === undefined} onClick={() => setEditing(true)}>
          {t("common.edit")}
        </Act>
      }
    >
      {found.isPending ? (
        <Loading rows={2} />
      ) : now === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (now.tax_category ?? null) === null ? (
        <p>{t("deliveries.advancesNone")}</p>
      ) : (
        <Facts
          rows={[
            [t("documents.category"), now.tax_category ?? ""],
            [t("documents.supply"), code("supply", now.supply ?? "goods")],
          ]}
        />
      )}
      {editing && found.data !== undefined && <Edit start={found.data.body} etag={found.data.etag} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function Edit({ start, etag, onClose }: { start: Body; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { options } = useCategories();
  return (
    <FormDialogue<Body, unknown>
      title={t("deliveries.advances")}
      act={t("common.save")}
      text={t("deliveries.advancesText")}
      start={{ tax_category: start.tax_category ?? "", supply: start.supply ?? "goods" }}
      send={({ tax_category, supply }, key, match) => {
        const category = filled(tax_category ?? undefined);
        return got(api.PUT("/v1/advance-settings", { params: { header: { ...keyed(key), "If-Match": match } }, body: category === undefined ? {} : { tax_category: category, supply } }));
      }}
      versions={{
        etag,
        read: async () => {
          const { body, etag: at } = await read();
          return { body: { tax_category: body.tax_category ?? "", supply: body.supply ?? "goods" }, etag: at };
        },
        sides: (mine, theirs) => [
          { key: "tax_category", label: t("documents.category"), mine: mine.tax_category ?? "", theirs: theirs.tax_category ?? "" },
          { key: "supply", label: t("documents.supply"), mine: code("supply", mine.supply), theirs: code("supply", theirs.supply) },
        ],
      }}
      stale={[["advance-settings"]]}
      said={() => t("common.saved")}
      onClose={onClose}
    >
      <Form.Item name="tax_category" label={t("documents.category")} extra={t("deliveries.advancesBlank")}>
        <AutoComplete showSearch={TYPED} allowClear options={options} popupMatchSelectWidth={260} />
      </Form.Item>
      <Form.Item name="supply" label={t("documents.supply")}>
        <Select options={["goods", "service"].map((value) => ({ value, label: code("supply", value) }))} />
      </Form.Item>
    </FormDialogue>
  );
}
