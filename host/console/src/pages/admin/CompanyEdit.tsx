import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas } from "@/api/client";
import { HELD, keyed } from "@/api/hooks";
import { useDoors } from "@/app/session";
import { useCode } from "@/i18n/code";
import { localeName } from "@/i18n/locales";
import { FormDialogue } from "@/ui/FormDialogue";
import { ProblemNote } from "@/ui/states";
import { CompanyFields, correctedBody, correctionOf, type CorrectionFields } from "./companyFields";

const read = () => tagged(api.GET("/v1/company"));

/** What is known of the company, corrected: what was made before keeps what it said. */
export function CompanyEdit({ onClose }: { onClose: () => void }) {
  const found = useQuery({ queryKey: ["company", "edit"], queryFn: read, ...HELD });
  return found.data === undefined ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : <Edit company={found.data.body} etag={found.data.etag} onClose={onClose} />;
}

function Edit({ company, etag, onClose }: { company: Schemas["Company"]; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { look } = useDoors();
  const taxId = (fields: CorrectionFields) => [fields.tax_id?.scheme ?? "", fields.tax_id?.id ?? ""].filter((part) => part !== "").join(" ");
  const address = (fields: CorrectionFields) => [fields.address?.lines ?? "", fields.address?.postal_code ?? "", fields.address?.city ?? "", fields.address?.country ?? ""].filter((part) => part !== "").join(" ");
  return (
    <FormDialogue<CorrectionFields, unknown>
      title={t("admin.companyEdit")}
      act={t("common.save")}
      width={760}
      text={t("admin.companyEditText")}
      start={correctionOf(company)}
      send={(fields, key, match) => got(api.PUT("/v1/company", { params: { header: { ...keyed(key), "If-Match": match } }, body: correctedBody(fields, company) }))}
      versions={{
        etag,
        read: async () => {
          const { body, etag: now } = await read();
          return { body: correctionOf(body), etag: now };
        },
        sides: (mine, theirs) => [
          { key: "name", label: t("admin.name"), mine: mine.name, theirs: theirs.name },
          { key: "country", label: t("admin.country"), mine: mine.country, theirs: theirs.country },
          { key: "jurisdiction", label: t("admin.jurisdiction"), mine: mine.jurisdiction, theirs: theirs.jurisdiction },
          { key: "time_zone", label: t("admin.timeZone"), mine: mine.time_zone, theirs: theirs.time_zone },
          { key: "locale", label: t("admin.locale"), mine: localeName(mine.locale), theirs: localeName(theirs.locale) },
          { key: "taxpayer_status", label: t("admin.taxpayer"), mine: code("taxpayer", mine.taxpayer_status), theirs: code("taxpayer", theirs.taxpayer_status) },
          { key: "tax_id", label: t("admin.taxId"), mine: taxId(mine), theirs: taxId(theirs) },
          { key: "address", label: t("customers.address"), mine: address(mine), theirs: address(theirs) },
          { key: "retention_years", label: t("admin.retention"), mine: String(mine.retention_years), theirs: String(theirs.retention_years) },
        ],
      }}
      stale={[["company"], ["events"]]}
      said={() => t("common.saved")}
      onDone={look}
      onClose={onClose}
    >
      <CompanyFields there />
    </FormDialogue>
  );
}
