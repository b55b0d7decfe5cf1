import type { ThemeConfig } from "antd";

/**
 * One scale: type 12/13/14/16/20, space 4/8/12/16/24/32. Greys are darker than antd's defaults, whose secondary text and placeholders fall
 * under 4.5 : 1 on the page's ground.
 */
export const colours = {
  ink: "#1b2420",
  quiet: "#55615b",
  faint: "#66716b",
  ground: "#f6f7f5",
  paper: "#ffffff",
  line: "#e2e6e2",
  strong: "#0f5f53",
  tint: "#e8f2ef",
  amber: "#8a5a00",
  red: "#b3261e",
  blue: "#1f5f99",
} as const;

const family =
  '"Inter", "SF Pro Text", system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

/** Who asked her machine for less motion gets none. */
const still = typeof window.matchMedia === "function" && window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export const theme: ThemeConfig = {
  hashed: false,
  token: {
    motion: !still,
    colorPrimary: colours.strong,
    colorInfo: colours.blue,
    colorSuccess: "#20744a",
    colorWarning: "#b87400",
    colorError: colours.red,
    colorLink: colours.strong,
    colorLinkHover: "#0a463d",
    colorText: colours.ink,
    colorTextSecondary: colours.quiet,
    colorTextTertiary: colours.faint,
    colorTextDescription: colours.quiet,
    colorTextPlaceholder: colours.faint,
    colorTextQuaternary: colours.faint,
    colorTextDisabled: "#6f7973",
    colorBgLayout: colours.ground,
    colorBorder: "#c9d0cb",
    colorBorderSecondary: colours.line,
    colorSplit: colours.line,
    fontFamily: family,
    fontSize: 14,
    borderRadius: 6,
    controlHeight: 32,
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.16s",
    boxShadow: "0 1px 2px rgb(20 30 25 / 6%), 0 6px 20px rgb(20 30 25 / 8%)",
  },
  components: {
    Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px", labelColor: colours.quiet },
    Tabs: { horizontalMargin: "0 0 16px 0" },
    Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
    Modal: { titleFontSize: 16 },
    Steps: { iconSize: 26 },
  },
};
