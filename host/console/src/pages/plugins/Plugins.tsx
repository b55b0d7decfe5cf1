import { Upload } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { upload, type Schemas } from "@/api/client";
import { useWrite } from "@/api/hooks";
import type { Binding } from "@/api/shapes";
import { bindings, plugins } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Act, Digest, Page, Panel, Tag } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { Admission } from "./Admission";
import { PluginsNav } from "./nav";
import { Summary } from "./Summary";

type Installed = Schemas["InstalledView"];
const BYTES_MAX = 16 * 1024 * 1024;

export default function Plugins() {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const why = useWhyNot()("plugins:configure");
  const [tooLarge, setTooLarge] = useState(false);
  const [made, setMade] = useState<Installed | null>(null);
  const list = useQuery({ queryKey: ["plugins"], queryFn: plugins });
  const day = session.company.today;
  const active = useQuery({ queryKey: ["bindings", { on: day }], queryFn: () => bindings({ on: day }) });
  const write = useWrite({ run: (sent: File, key) => upload<Installed>("/v1/plugins", sent, "application/wasm", key), stale: [["plugins"]], onDone: setMade });
  const inForce = (digest: string) => (active.data?.items ?? []).filter((b) => b.digest === digest);
  return (
    <Page
      title={t("plugins.title")}
      actions={
        why === undefined ? (
          <Upload
            showUploadList={false}
            accept=".wasm"
            beforeUpload={(sent) => {
              setMade(null);
              write.reset();
              setTooLarge(sent.size > BYTES_MAX);
              if (sent.size <= BYTES_MAX) write.mutate(sent);
              return false;
            }}
          >
            <Act type="primary" loading={write.isPending}>
              {t("plugins.upload")}
            </Act>
          </Upload>
        ) : (
          <Act why={why}>{t("plugins.upload")}</Act>
        )
      }
    >
      <PluginsNav />
      <p className="quiet small">{t("plugins.uploadHint")}</p>
      {tooLarge && (
        <p className="note bad" role="alert">
          {t("plugins.tooLarge")}
        </p>
      )}
      <ProblemNote error={write.error} />
      <ProblemNote error={active.error} onRetry={() => void active.refetch()} />
      {made !== null && (
        <Panel title={made.already ? t("plugins.already") : t("plugins.admitted", { name: made.name, version: made.version })} extra={<Link to={`/plugins/bind/${made.digest}`}>{t("plugins.bind")}</Link>}>
          <Admission digest={made.digest} />
        </Panel>
      )}
      <Panel flush title={t("plugins.installed")}>
        <DataTable
          label={t("plugins.installed")}
          query={{ ...list, data: list.data?.items }}
          rowKey={(p) => p.digest}
          to={(p) => `/plugins/${p.digest}`}
          empty={t("plugins.none")}
          columns={[
            { key: "name", title: t("plugins.name"), render: (p) => <Link to={`/plugins/${p.digest}`}>{p.name}</Link> },
            { key: "version", title: t("plugins.version"), render: (p) => p.version },
            { key: "world", title: t("plugins.world"), render: (p) => code("slot", p.world) },
            { key: "summary", title: t("plugins.summary"), className: "wrap", render: (p) => <Summary of={p} /> },
            { key: "origin", title: t("plugins.origin"), render: (p) => (p.builtin ? t("plugins.builtin") : t("plugins.uploaded")) },
            { key: "state", title: t("common.status"), render: (p) => <InForce as={inForce(p.digest)} /> },
            { key: "digest", title: t("plugins.digest"), render: (p) => <Digest value={p.digest} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}

/** In which slots it is in force; one of several of a kind is named. */
function InForce({ as }: { as: readonly Binding[] }) {
  const { t } = useTranslation();
  if (as.length === 0) return null;
  return (
    <span className="row">
      {as.map((one) => (
        <Tag key={one.id} tone="good">
          {one.slot.includes(":") ? `${t("plugins.current")} ${one.slot}` : t("plugins.current")}
        </Tag>
      ))}
    </span>
  );
}
