import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { api, json, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { filled } from "@/lib/filled";
import { DayField } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { useRules } from "@/ui/rules";
import { TOUCHED } from "./brought";

interface Fields {
  later?: string | undefined;
}

/** 撤销整份导入: on each document's own day; what is locked or stated by now goes on a later one. */
export function TakeBack({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { optional } = useRules();
  return (
    <FormDialogue<Fields, Schemas["UndoneView"]>
      title={t("admin.importUndo")}
      act={t("admin.importUndo")}
      danger
      text={t("admin.importUndoText")}
      send={({ later }, key) => json<Schemas["UndoneView"]>(api.POST("/v1/imports/{id}/undo", { params: { path: { id }, header: keyed(key) }, body: filled(later) === undefined ? {} : { later } }))}
      stale={TOUCHED.map((key) => [key])}
      said={(undone) => (undone.later > 0 ? t("admin.importUndoneLater", { later: undone.later }) : t("admin.importUndone"))}
      onClose={onClose}
    >
      <Form.Item name="later" label={optional(t("admin.importLater"))} extra={t("admin.importLaterText")}>
        <DayField />
      </Form.Item>
    </FormDialogue>
  );
}
