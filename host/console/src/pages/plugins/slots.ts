import { useCode } from "@/i18n/code";

/** What a slot is for, in words; of one that is qualified, as `bank:camt`, its name beside it. */
export function useSlotName(): (slot: string) => string {
  const code = useCode();
  return (slot) => (slot.includes(":") ? `${code("slot", slot.split(":")[0])} ${slot}` : code("slot", slot));
}
