/** How wide a sheet stands, in percent of its place. */
export const FIT = 100;
const STEPS = [50, 75, FIT, 125, 150, 200, 300] as const;

export const nearer = (zoom: number): number | undefined => STEPS.find((one) => one > zoom);
export const farther = (zoom: number): number | undefined => STEPS.findLast((one) => one < zoom);

/** Points of the picture for each of the sheet's: what is drawn large stays sharp, what is not costs no memory. */
export const sharpness = (zoom: number): number => (zoom > 125 ? 3 : 2);

let kept: number = FIT;
/** As the sheet before was read, so is the next. */
export const zoomKept = (): number => kept;
export const keepZoom = (zoom: number): void => {
  kept = zoom;
};
