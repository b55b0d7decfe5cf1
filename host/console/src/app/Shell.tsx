import {
  ApartmentOutlined,
  BankOutlined,
  BarChartOutlined,
  BookOutlined,
  FileDoneOutlined,
  HomeOutlined,
  MenuOutlined,
  ProfileOutlined,
  SettingOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { Button, Drawer, Dropdown } from "antd";
import { Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { useCode } from "@/i18n/code";
import { Loading } from "@/ui/states";
import { useTried } from "@/ui/tried";
import { Brand, LanguageSwitch } from "./Brand";
import { Find, FindNarrow } from "./Find";
import { LoginAgain } from "./LoginAgain";
import { useDoors, useSession } from "./session";

export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const [menu, setMenu] = useState(false);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="frame">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("common.skip")}
      </a>
      <div className="side">
        <Brand />
        <Navigation />
        <div className="foot small quiet">{t("common.tagline")}</div>
      </div>
      <header className="top">
        <Button className="narrow-only" type="text" icon={<MenuOutlined />} aria-label={t("common.menu")} onClick={() => setMenu(true)} />
        <span className="company">{session.company.name}</span>
        <span className="grow" />
        <span className="wide-only">
          <Find />
        </span>
        <FindNarrow />
        <LanguageSwitch />
        <Account />
      </header>
      <main className="main" id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <Drawer open={menu} placement="left" size={260} title={t("common.product")} onClose={() => setMenu(false)}>
        <div className="side" style={{ display: "block", position: "static", border: 0, height: "auto", padding: 0 }}>
          <Navigation onGo={() => setMenu(false)} />
        </div>
      </Drawer>
      <LoginAgain />
    </div>
  );
}

/** Tabs of documents whose addresses do not begin with theirs. */
const DOCUMENTS = ["/bills", "/deliveries", "/items", "/tax-invoices"];

function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const here = (to: string) => to === "/documents" && DOCUMENTS.some((own) => pathname.startsWith(own));
  const items: [string, string, ReactNode][] = [
    ["/", t("nav.home"), <HomeOutlined key="i" aria-hidden />],
    ["/customers", t("nav.customers"), <TeamOutlined key="i" aria-hidden />],
    ["/documents", t("nav.documents"), <ProfileOutlined key="i" aria-hidden />],
    ["/bank", t("nav.bank"), <BankOutlined key="i" aria-hidden />],
    ["/statements", t("nav.statements"), <FileDoneOutlined key="i" aria-hidden />],
    ["/reports", t("nav.reports"), <BarChartOutlined key="i" aria-hidden />],
    ["/books", t("nav.books"), <BookOutlined key="i" aria-hidden />],
    ["/plugins", t("nav.plugins"), <ApartmentOutlined key="i" aria-hidden />],
    ["/admin", t("nav.admin"), <SettingOutlined key="i" aria-hidden />],
  ];
  return (
    <nav aria-label={t("nav.main")}>
      <ul>
        {items.map(([to, label, icon]) => (
          <li key={to}>
            <NavLink to={to} end={to === "/"} className={({ isActive }) => (isActive || here(to) ? "active" : "")} {...(onGo === undefined ? {} : { onClick: onGo })}>
              {icon}
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Account() {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const { leave, change } = useDoors();
  const tried = useTried();
  const go = useNavigate();
  const others = session.companies.filter((c) => !c.current);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          {
            key: "who",
            type: "group",
            label: (
              <>
                {session.person.name} · {session.person.roles.map((role) => code("role", role)).join(t("common.listComma"))}
              </>
            ),
          },
          ...(others.length === 0 ? [] : [{ key: "companies", label: t("nav.switchCompany"), children: others.map((c) => ({ key: `company:${c.code}`, label: c.name })) }]),
          { key: "password", label: t("nav.password") },
          { type: "divider" as const },
          { key: "out", label: t("nav.logout") },
        ],
        onClick: ({ key }) => {
          if (key === "out") tried(leave());
          else if (key === "password") void go("/password");
          else if (key.startsWith("company:"))
            tried(change(key.slice("company:".length)).then(() => go("/")));
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={`${t("nav.account")}: ${session.person.name}`}>
        <span className="wide-only">{session.person.name}</span>
      </Button>
    </Dropdown>
  );
}

