import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { colours } from "@/app/theme";

/** Whether something is done; what it is stands beside. */
export function Mark({ done }: { done: boolean }) {
  return done ? <CheckCircleFilled aria-hidden style={{ color: colours.strong, marginTop: 4 }} /> : <MinusCircleOutlined aria-hidden style={{ color: colours.faint, marginTop: 4 }} />;
}

export function Checks({ checks }: { checks: readonly { label: string; to: string; done: boolean; state: string }[] }) {
  return (
    <ul className="stack tight">
      {checks.map((check) => (
        <li key={check.to + check.label} className="row between" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
          <Link to={check.to} className="row" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
            <Mark done={check.done} />
            <span>{check.label}</span>
          </Link>
          <span className="quiet small nowrap">{check.state}</span>
        </li>
      ))}
    </ul>
  );
}
