import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "./states";

GlobalWorkerOptions.workerSrc = worker;

/** Pages of a PDF as pictures, drawn by ourselves: no browser's viewer, which a policy may forbid, is needed. */
export default function Pdf({ blob, label }: { blob: Blob; label: string }) {
  const { t } = useTranslation();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
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
  if (failed) return <p className="note bad">{t("statements.pdfFailed")}</p>;
  if (pdf === null) return <Loading />;
  return (
    // Longer than the window: it scrolls by keyboard too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="pdf" role="region" aria-label={label} tabIndex={0}>
      {Array.from({ length: pdf.numPages }, (_, n) => (
        <Sheet key={n} pdf={pdf} page={n + 1} />
      ))}
    </div>
  );
}

function Sheet({ pdf, page }: { pdf: PDFDocumentProxy; page: number }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    let task: { cancel: () => void } | null = null;
    let gone = false;
    void pdf.getPage(page).then(async (found) => {
      const target = canvas.current;
      if (gone || target === null) return;
      const viewport = found.getViewport({ scale: 2 });
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
  }, [pdf, page]);
  return (
    <>
      <canvas ref={canvas} aria-hidden="true" />
      <p className="sr">
        {t("statements.pages", { page, of: pdf.numPages })} {text}
      </p>
    </>
  );
}
