import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { bindings as bound } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Facts, Instant, Page, Panel } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { Admission, Limits, usePlugin } from "./Admission";
import { BindingList } from "./BindingList";
import { Summary } from "./Summary";

export default function Plugin() {
  const { digest = "" } = useParams();
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const plugin = usePlugin(digest);
  const bindings = useQuery({ queryKey: ["bindings", { digest }], queryFn: () => bound({ digest }) });
  if (plugin.isPending) return <Loading />;
  if (plugin.data === undefined)
    return (
      <Page title={t("plugins.title")} back={{ to: "/plugins", label: t("plugins.title") }}>
        <ProblemNote error={plugin.error} onRetry={() => void plugin.refetch()} />
      </Page>
    );
  const p = plugin.data;
  return (
    <Page
      title={`${p.name} ${p.version}`}
      sub={<Summary of={p} />}
      back={{ to: "/plugins", label: t("plugins.title") }}
      actions={
        <Act why={whyNot("plugins:configure")} type="primary" onClick={() => void go(`/plugins/bind/${digest}`)}>
          {t("plugins.bind")}
        </Act>
      }
    >
      <div className="grid wide-left">
        <div className="stack">
          <Panel flush title={t("plugins.report")}>
            <Admission digest={digest} />
          </Panel>
          <Panel flush title={t("plugins.bindings")}>
            <BindingList query={{ ...bindings, data: bindings.data?.items }} />
          </Panel>
        </div>
        <div className="stack">
          <Panel title={t("common.details")}>
            <Facts
              rows={[
                [t("plugins.world"), code("slot", p.world)],
                [t("plugins.origin"), p.builtin ? t("plugins.builtin") : t("plugins.uploaded")],
                [t("plugins.size"), format.bytes(p.size)],
                [t("plugins.admittedBy"), <Person key="b" id={p.admitted_by} />],
                [t("plugins.admittedAt"), <Instant key="a" value={p.admitted_at} />],
                [t("plugins.lookups"), p.lookups.map((l) => l.name).join(t("common.listComma"))],
                [t("plugins.digest"), <span key="d" className="mono">{p.digest}</span>],
              ]}
            />
          </Panel>
          <Panel title={t("plugins.limits")}>
            <Limits digest={digest} />
          </Panel>
        </div>
      </div>
    </Page>
  );
}
