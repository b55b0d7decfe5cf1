import { App, Upload } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { download, upload } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { attachmentsOf } from "@/api/parts";
import { isRefusal } from "@/api/problem";
import type { Attachment } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Instant, Panel } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { useTried } from "@/ui/tried";
import { typeOf } from "./attached";
import { noun } from "./NewDocument";

type Of = { document: string } | { draft: string };

function attach(of: Of, sent: File, key: string): Promise<Attachment> {
  const query = new URLSearchParams({ ...of, file_name: sent.name });
  return upload(`/v1/attachments?${query.toString()}`, sent, typeOf(sent), key);
}

/** `kind`: of the draft or document, by which it is money or a document to who adds a file. */
export function Attachments({ of, kind }: { of: Of; kind: string }) {
  const { t } = useTranslation();
  const tried = useTried();
  const format = useFormat();
  const { message } = App.useApp();
  const why = useWhyNot()(`${noun(kind)}:enter`);
  const list = useQuery({ queryKey: ["attachments", of], queryFn: () => attachmentsOf(of) });
  const write = useWrite({
    run: (sent: File, key) => attach(of, sent, key),
    stale: [["attachments"]],
    onDone: () => void message.success(t("documents.attached")),
  });
  return (
    <Panel title={t("documents.attachments")}>
      <div className="stack tight">
        {list.isPending ? (
          <Loading rows={2} />
        ) : list.data === undefined ? (
          <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
        ) : list.data.length === 0 ? (
          <p className="quiet small">{t("documents.attachNone")}</p>
        ) : (
          <ul className="stack tight">
            {list.data.map((a) => (
              <li key={a.id} className="small">
                {a.file_name === null ? (
                  <span className="quiet">{t("common.erasedName")}</span>
                ) : (
                  <button type="button" className="why-link" onClick={() => tried(download(`/v1/attachments/${a.id}`, a.file_name ?? a.id))}>
                    {a.file_name}
                  </button>
                )}{" "}
                <span className="quiet">
                  {format.bytes(a.size)} · <Person id={a.created_by} /> · <Instant value={a.created_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {isRefusal(write.error, "unsupported-media-type") ? (
          <div className="note bad" role="alert">
            <strong>{t("documents.attachWrongKind", { name: write.variables?.name ?? "" })}</strong>
            <span>{t("documents.attachKinds")}</span>
          </div>
        ) : (
          <ProblemNote error={write.error} />
        )}
        <div>
          {why === undefined ? (
            <Upload
              showUploadList={false}
              accept=".pdf,.png,.jpg,.jpeg,.gif,.webp,.tif,.tiff,.xlsx,.docx,.csv,.txt,.xml,.ofd"
              beforeUpload={(sent) => {
                write.mutate(sent);
                return false;
              }}
            >
              <Act loading={write.isPending}>{t("documents.attach")}</Act>
            </Upload>
          ) : (
            <Act why={why}>{t("documents.attach")}</Act>
          )}
        </div>
        <p className="small quiet">{t("documents.attachHint")}</p>
      </div>
    </Panel>
  );
}
