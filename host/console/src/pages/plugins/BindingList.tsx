import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Binding } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { Day, Digest, Instant, Tag, toneOf } from "@/ui/parts";
import { DataTable } from "@/ui/table";
import { useSlotName } from "./slots";

interface ListProps {
  query: { data: readonly Binding[] | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

export function BindingList({ query }: ListProps) {
  const { t } = useTranslation();
  const code = useCode();
  const slotName = useSlotName();
  return (
    <DataTable
      label={t("plugins.bindings")}
      query={query}
      rowKey={(b) => b.id}
      empty={t("plugins.bindingsNone")}
      columns={[
        { key: "slot", title: t("plugins.slot"), render: (b) => slotName(b.slot) },
        { key: "from", title: t("plugins.validFrom"), render: (b) => <Day value={b.valid_from} /> },
        { key: "status", title: t("common.status"), render: (b) => <Tag tone={toneOf(b.status)}>{code("bindingStatus", b.status)}</Tag> },
        { key: "digest", title: t("plugins.digest"), render: (b) => <Link to={`/plugins/${b.digest}`}><Digest value={b.digest} /></Link> },
        { key: "by", title: t("plugins.proposedBy"), render: (b) => <Person id={b.created_by} /> },
        { key: "decided", title: t("plugins.decidedBy"), render: (b) => <Person id={b.decided_by} /> },
        { key: "at", title: t("common.at"), render: (b) => <Instant value={b.decided_at ?? b.created_at} /> },
      ]}
    />
  );
}
