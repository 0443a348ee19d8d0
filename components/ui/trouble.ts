/** Said on `window` by whoever finds that something does not answer; the frame then asks what it is. */
export const TROUBLE = 'attune:trouble';
/** Said on `window` when everything answers again: whoever gave up may try again at once. */
export const OUTAGE_OVER = 'attune:outage-over';

/** Says that something did not answer. */
export const reportTrouble = (): void => {
  window.dispatchEvent(new Event(TROUBLE));
};
