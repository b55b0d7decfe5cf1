import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { colours } from "@/app/theme";

export interface AgeBar {
  /** Short: five of them stand side by side on a telephone. */
  label: string;
  /** As it is shown, figures grouped. */
  text: string;
  /** Whole thousandths of the longest. */
  length: number;
}

const SHADES = ["#7fb5a8", "#4f9688", "#c9952c", "#b86a1e", "#a3352b", "#7c1f1f"];

/** The picture of a table that stands beside it. A chunk of its own: the chart library is most of it. */
export default function AgeChart({ bars, unit }: { bars: AgeBar[]; unit: string }) {
  return (
    <div style={{ width: "100%" }} aria-hidden="true">
      <ResponsiveContainer height={220} initialDimension={{ width: 600, height: 220 }}>
        <BarChart data={bars.map((bar, n) => ({ ...bar, fill: SHADES[Math.min(n, SHADES.length - 1)] ?? colours.strong }))} margin={{ top: 22, right: 8, bottom: 0, left: 8 }} barCategoryGap="28%" accessibilityLayer={false}>
          <XAxis dataKey="label" tickLine={false} axisLine={{ stroke: colours.line }} tick={{ fill: colours.quiet, fontSize: 12 }} interval={0} />
          <YAxis hide domain={[0, 1000]} />
          <Bar dataKey="length" radius={[3, 3, 0, 0]} isAnimationActive={false} maxBarSize={88}>
            <LabelList dataKey="text" position="top" fill={colours.ink} fontSize={12} style={{ fontVariantNumeric: "tabular-nums" }} />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
      <p className="small quiet" style={{ textAlign: "center" }}>{unit}</p>
    </div>
  );
}
