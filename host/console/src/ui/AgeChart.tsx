import { useLayoutEffect, useRef, useState } from "react";
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
const FIGURE = 12;
const MARGIN = 8;
const shade = (n: number) => SHADES[Math.min(n, SHADES.length - 1)] ?? colours.strong;

/** Whether each figure fits over a bar of its own, bars side by side. */
function abreast(place: HTMLElement, bars: readonly AgeBar[]): boolean {
  const pen = document.createElement("canvas").getContext("2d");
  if (pen === null) return false;
  pen.font = `${FIGURE}px ${getComputedStyle(place).fontFamily}`;
  const widest = Math.max(0, ...bars.map((bar) => pen.measureText(bar.text).width));
  return widest + 6 <= (place.clientWidth - 2 * MARGIN) / bars.length;
}

/** The picture of a table that stands beside it. A chunk of its own: the chart library is most of it. */
export default function AgeChart({ bars, unit }: { bars: AgeBar[]; unit: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [upright, setUpright] = useState(true);
  useLayoutEffect(() => {
    const at = place.current;
    if (at === null) return;
    const fit = () => setUpright(abreast(at, bars));
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(at);
    return () => watch.disconnect();
  }, [bars]);
  return (
    <div ref={place} style={{ width: "100%" }} aria-hidden="true">
      {upright ? (
        <ResponsiveContainer height={220} initialDimension={{ width: 600, height: 220 }}>
          <BarChart data={bars.map((bar, n) => ({ ...bar, fill: shade(n) }))} margin={{ top: 22, right: MARGIN, bottom: 0, left: MARGIN }} barCategoryGap="28%" accessibilityLayer={false}>
            <XAxis dataKey="label" tickLine={false} axisLine={{ stroke: colours.line }} tick={{ fill: colours.quiet, fontSize: 12 }} interval={0} />
            <YAxis hide domain={[0, 1000]} />
            <Bar dataKey="length" radius={[3, 3, 0, 0]} isAnimationActive={false} maxBarSize={88}>
              <LabelList dataKey="text" position="top" fill={colours.ink} fontSize={FIGURE} style={{ fontVariantNumeric: "tabular-nums" }} />
            </Bar>
          </BarChart>
        </ResponsiveContainer>
      ) : (
        <div className="age-rows">
          {bars.map((bar, n) => (
            <div key={bar.label} className="age-row">
              <span className="quiet">{bar.label}</span>
              <span>
                <span className="age-bar" style={{ width: `${bar.length / 10}%`, background: shade(n) }} />
              </span>
              <span className="num right">{bar.text}</span>
            </div>
          ))}
        </div>
      )}
      <p className="small quiet" style={{ textAlign: "center" }}>{unit}</p>
    </div>
  );
}
