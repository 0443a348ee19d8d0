/**
 * What the viewer leaves out for those who do not see it or use no mouse: names of its choices, keys for what scrolls,
 * and one thing to press where it puts a link into a button. It draws anew as it likes, so it is watched.
 *
 * @returns how to stop
 */
export function mendViewer(viewer: HTMLElement): () => void {
  const mend = () => {
    for (const choice of viewer.querySelectorAll('select:not([aria-label])')) {
      const name = choice.closest('[data-param-name]')?.getAttribute('data-param-name');
      choice.setAttribute('aria-label', name ?? 'Media type');
    }
    for (const code of viewer.querySelectorAll('pre:not([tabindex])'))
      code.setAttribute('tabindex', '0');
    // The button opens the operation and writes its address; the link in it does nothing else.
    for (const link of viewer.querySelectorAll('.opblock-summary-control a[href]'))
      link.removeAttribute('href');
  };
  const observer = new MutationObserver(mend);
  observer.observe(viewer, { childList: true, subtree: true });
  mend();
  return () => observer.disconnect();
}
