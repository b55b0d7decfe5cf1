import { Button } from "antd";
import { useTranslation } from "react-i18next";

interface DownloadsProps<Kind extends string> {
  kinds: readonly Kind[];
  onDownload: (kind: Kind) => void;
  small?: boolean;
}

/** What can be had as a file, a button for each kind of one. */
export function Downloads<Kind extends string>({ kinds, onDownload, small = false }: DownloadsProps<Kind>) {
  const { t } = useTranslation();
  return kinds.map((kind) => (
    <Button key={kind} size={small ? "small" : "middle"} onClick={() => onDownload(kind)} aria-label={`${t("common.download")} ${kind.toUpperCase()}`}>
      {kind.toUpperCase()}
    </Button>
  ));
}

/** Kinds of file of a list. */
export const OF_LISTS = ["csv", "xlsx"] as const;
/** Kinds of file of a report. */
export const OF_REPORTS = ["csv", "xlsx", "pdf"] as const;
