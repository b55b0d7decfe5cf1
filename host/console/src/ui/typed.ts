/** What a field that offers codes, and takes any, offers of them: those with what is typed in code or words. Where none fits, the list stays shut. */
export const TYPED = {
  filterOption: (typed: string, option?: { value?: unknown; label?: unknown }): boolean => [option?.value, option?.label].some((text) => typeof text === "string" && text.toLowerCase().includes(typed.toLowerCase())),
};
