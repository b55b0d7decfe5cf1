import { ColumnWidthOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "./states";
import { farther, FIT, keepZoom, nearer, sharpness, zoomKept } from "./zoom";

GlobalWorkerOptions.workerSrc = worker;

/** Pages of a PDF as pictures, drawn by ourselves: no browser's viewer, which a policy may forbid, is needed. */
export default function Pdf({ blob, label }: { blob: Blob; label: string }) {
  const { t } = useTranslation();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  const [zoom, setZoom] = useState(zoomKept);
  useEffect(() => {
    let task: ReturnType<typeof getDocument> | null = null;
    let gone = false;
    blob
      .arrayBuffer()
      .then((data) => {
        if (gone) return undefined;
        task = getDocument({ data, isEvalSupported: false, useWasm: false });
        return task.promise;
      })
      .then(
        (found) => found !== undefined && !gone && setPdf(found),
        () => !gone && setFailed(true),
      );
    return () => {
      gone = true;
      void task?.destroy();
    };
  }, [blob]);
  if (failed) return <p className="note bad" role="alert">{t("statements.pdfFailed")}</p>;
  if (pdf === null) return <Loading />;
  const to = (next: number | undefined) => {
    if (next === undefined) return;
    keepZoom(next);
    setZoom(next);
  };
  return (
    <>
      <Zoom zoom={zoom} onZoom={to} />
      {/* Longer than the window: it scrolls by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="pdf" role="region" aria-label={label} tabIndex={0}>
        {Array.from({ length: pdf.numPages }, (_, n) => (
          <Sheet key={n} pdf={pdf} page={n + 1} zoom={zoom} />
        ))}
      </div>
    </>
  );
}

/** A step that is no more stays where it is, so that the keyboard does. */
function Zoom({ zoom, onZoom }: { zoom: number; onZoom: (to: number | undefined) => void }) {
  const { t } = useTranslation();
  const steps = [
    { label: t("statements.zoomOut"), icon: <ZoomOutOutlined />, to: farther(zoom) },
    { label: t("statements.zoomIn"), icon: <ZoomInOutlined />, to: nearer(zoom) },
    { label: t("statements.zoomFit"), icon: <ColumnWidthOutlined />, to: zoom === FIT ? undefined : FIT },
  ];
  return (
    <div className="row pdf-bar" role="group" aria-label={t("statements.zoom")}>
      {steps.map(({ label, icon, to }) => (
        <Button key={label} size="small" icon={icon} aria-label={label} title={label} aria-disabled={to === undefined} onClick={() => onZoom(to)} />
      ))}
      <output className="num small quiet">{`${zoom}%`}</output>
    </div>
  );
}

function Sheet({ pdf, page, zoom }: { pdf: PDFDocumentProxy; page: number; zoom: number }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState("");
  const scale = sharpness(zoom);
  useEffect(() => {
    let task: { cancel: () => void } | null = null;
    let gone = false;
    void pdf.getPage(page).then(async (found) => {
      const target = canvas.current;
      if (gone || target === null) return;
      const viewport = found.getViewport({ scale });
      target.width = viewport.width;
      target.height = viewport.height;
      const render = found.render({ canvas: target, viewport });
      task = render;
      await render.promise.catch(() => undefined);
      const content = await found.getTextContent();
      setText(content.items.map((item) => ("str" in item ? item.str : "")).join(" "));
    });
    return () => {
      gone = true;
      task?.cancel();
    };
  }, [pdf, page, scale]);
  return (
    <>
      <canvas ref={canvas} aria-hidden="true" style={{ width: `${zoom}%` }} />
      <p className="sr">
        {t("statements.pages", { page, of: pdf.numPages })} {text}
      </p>
    </>
  );
}
