import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useCode } from "@/i18n/code";
import { Panel } from "@/ui/parts";
import { Mark } from "../home/Checks";
import { fileAfter, FIRST_FILES, firstFileAt, useFound, type FirstFile } from "../home/firstSteps";
import { isNone } from "../home/waiting";

/** Where a new company's files come in one after another: which is there, which is next, and the way back to the first steps. */
export function FirstFiles({ at }: { at: FirstFile }) {
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const found = useFound();
  const after = fileAfter(at);
  const name = (file: FirstFile) => code("importKind", file);
  return (
    <Panel title={t("setup.files")} extra={<Link to="/">{t("setup.filesBack")}</Link>}>
      <div className="stack">
        <p className="quiet">{t("setup.filesText")}</p>
        <ol className="row" style={{ gap: 20 }}>
          {FIRST_FILES.map((file) => (
            <li key={file} className="row" style={{ alignItems: "flex-start" }} aria-current={file === at ? "step" : undefined}>
              <Mark done={isNone(found[file])} />
              {file === at ? <strong>{name(file)}</strong> : <Link to={firstFileAt(file)}>{name(file)}</Link>}
              {isNone(found[file]) && <span className="quiet small">{t("home.closeDone")}</span>}
            </li>
          ))}
        </ol>
        <div>
          <Button type={isNone(found[at]) ? "primary" : "default"} onClick={() => void go(after === undefined ? "/" : firstFileAt(after))}>
            {after === undefined ? t("setup.filesOver") : t("setup.filesNext", { file: name(after) })}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
