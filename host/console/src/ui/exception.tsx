import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isRefusal } from "@/api/problem";
import { useWhyNot } from "@/app/session";

/** Where separation of duties forbids an act, whoever may make exceptions is asked for a reason. */
export function useException<Of>() {
  const { t } = useTranslation();
  const mayExcept = useWhyNot()("except") === undefined;
  const [of, setOf] = useState<Of | null>(null);
  const [reason, setReason] = useState("");
  return {
    asked: of !== null,
    /** After a refusal: asks, where it is one that this person may make an exception of. */
    offer: (error: unknown, refused: Of) => {
      if (isRefusal(error, "separation-of-duties") && mayExcept) setOf(refused);
    },
    close: () => setOf(null),
    dialogue: (busy: boolean, make: (refused: Of, reason: string) => void) =>
      of !== null && (
        <Modal
          open
          title={t("documents.exceptionTitle")}
          okText={t("documents.approve")}
          okButtonProps={{ disabled: reason.trim() === "", loading: busy }}
          onOk={() => make(of, reason.trim())}
          onCancel={() => setOf(null)}
        >
          <div className="stack">
            <p>{t("documents.exceptionText")}</p>
            <Input.TextArea aria-label={t("common.reason")} value={reason} onChange={(e) => setReason(e.target.value)} rows={3} />
          </div>
        </Modal>
      ),
  };
}
