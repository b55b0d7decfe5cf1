import { Button, Tooltip, type ButtonProps } from "antd";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, useLocation } from "react-router";
import { isZero } from "@/lib/amount";
import { titleOf } from "@/lib/title";
import { useFormat } from "./format";

interface PageProps {
  title: string;
  sub?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, sub, back, actions, children }: PageProps) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  // The tabs of an area have one heading: what is open of them is said, too.
  useEffect(() => {
    document.title = titleOf(title, heading.current?.closest(".page")?.querySelector('.subnav [aria-current="page"]')?.textContent ?? "", t("common.product"));
  }, [title, pathname, t]);
  // What was clicked went with the page it stood on: whoever reads by ear goes on at the new one's heading.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          {back !== undefined && (
            <Link className="crumb" to={back.to}>
              ← {back.label}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {sub !== undefined && <div className="sub">{sub}</div>}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: ReactNode;
  extra?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, extra, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || extra !== undefined) && (
        <header>
          {title === undefined ? <span /> : <h2 id={id}>{title}</h2>}
          {extra !== undefined && <div className="row">{extra}</div>}
        </header>
      )}
      <div className={flush ? "flush" : "body"}>{children}</div>
    </section>
  );
}

export function SubNav({ label, items }: { label: string; items: { to: string; label: string; end?: boolean }[] }) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // Where there are more places than fit, the one that is open stands in sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <nav ref={nav} className="subnav" aria-label={label}>
      {items.map((item) => (
        <NavLink key={item.to} to={item.to} end={item.end ?? false}>
          {item.label}
        </NavLink>
      ))}
    </nav>
  );
}

interface Money {
  amount: string;
  currency: string;
}

/** Right-aligned by its column; the currency only where the column does not say it. */
export function Amount({ value, currency = true, dash = false }: { value: Money | null | undefined; currency?: boolean; dash?: boolean }) {
  const format = useFormat();
  if (value === null || value === undefined) return null;
  if (dash && isZero(value.amount)) return <span className="quiet">–</span>;
  return (
    <span className="num">
      {format.amount(value.amount)}
      {currency && <span className="quiet small"> {value.currency}</span>}
    </span>
  );
}

export function Day({ value }: { value: string | null | undefined }) {
  const format = useFormat();
  if (value === null || value === undefined) return null;
  return (
    <time className="num" dateTime={value}>
      {format.day(value)}
    </time>
  );
}

export function Instant({ value }: { value: string | null | undefined }) {
  const format = useFormat();
  if (value === null || value === undefined) return null;
  return (
    <time className="num" dateTime={value}>
      {format.instant(value)}
    </time>
  );
}

export type Tone = "good" | "wait" | "bad" | "info" | "plain";

export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag ${tone === "plain" ? "" : tone}`}>{children}</span>;
}

const TONES: Readonly<Record<string, Tone>> = {
  open: "wait",
  submitted: "wait",
  proposed: "wait",
  sealed: "wait",
  pending: "wait",
  queued: "wait",
  running: "info",
  approved: "good",
  posted: "good",
  cleared: "good",
  done: "good",
  active: "good",
  complete: "good",
  exact: "good",
  strong: "good",
  weak: "wait",
  ambiguous: "wait",
  rejected: "bad",
  failed: "bad",
};

export function toneOf(code: string): Tone {
  return TONES[code] ?? "plain";
}

/** A button that cannot be used says why, and can be reached by keyboard to hear it. */
export function Act({ why, children, ...button }: ButtonProps & { why?: string | undefined }) {
  const id = useId();
  if (why === undefined) return <Button {...button}>{children}</Button>;
  return (
    <>
      <Tooltip title={why} trigger={["hover", "focus"]}>
        <Button {...button} onClick={undefined} loading={false} disabled={false} type="default" danger={false} htmlType="button" aria-disabled="true" aria-describedby={id}>
          {children}
        </Button>
      </Tooltip>
      <span id={id} className="sr">
        {why}
      </span>
    </>
  );
}

export function Facts({ rows, three = false }: { rows: [string, ReactNode][]; three?: boolean }) {
  return (
    <dl className={three ? "facts three" : "facts"}>
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([label, value]) => (
          <Fact key={label} label={label} value={value} />
        ))}
    </dl>
  );
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Figure({ label, value, under, to }: { label: string; value: ReactNode; under?: ReactNode; to?: string }) {
  const inside = (
    <>
      <span className="label">{label}</span>
      <span className="value">{value}</span>
      {under !== undefined && <span className="under">{under}</span>}
    </>
  );
  if (to === undefined) return <div className="figure">{inside}</div>;
  return (
    <Link className="figure" to={to}>
      {inside}
    </Link>
  );
}

/** A long digest by its first characters; the whole of it in the title. */
export function Digest({ value }: { value: string }) {
  return (
    <span className="mono" title={value}>
      {value.slice(0, 12)}…
    </span>
  );
}
