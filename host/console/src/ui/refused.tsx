import { useTranslation } from "react-i18next";
import { refusedAt } from "@/api/problem";
import { placeIn } from "@/i18n/said";
import { Told } from "./states";

/** What is refused of a part of the body, at a field that is in no form. */
export function RefusedAt({ error, pointer }: { error: unknown; pointer: string }) {
  const { t } = useTranslation();
  const found = refusedAt(error, pointer);
  if (found.length === 0) return null;
  return (
    <div className="ant-form-item-explain-error" role="alert">
      {found.map((one, n) => (
        <div key={n}>
          {one.pointer !== pointer && `${placeIn((one.pointer ?? "").slice(pointer.length))}${t("common.colon")}`}
          <Told detail={one.detail} />
        </div>
      ))}
    </div>
  );
}
