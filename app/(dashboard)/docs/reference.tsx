'use client';

import 'swagger-ui-dist/swagger-ui.css';
import './reference.css';
import { useEffect, useRef, useState } from 'react';
import { paths } from '#lib/paths.ts';
import { mendViewer } from './mend-viewer.ts';

/** The whole API, from the document that the server validates with. Calls from here count as yours. */
export function Reference() {
  const place = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isHere, setHere] = useState(false);

  useEffect(() => {
    const domNode = place.current;
    if (domNode === null) return;
    let isGone = false;
    const stopMending = mendViewer(domNode);
    import('swagger-ui-dist/swagger-ui-es-bundle.js')
      .then(({ default: SwaggerUI }) => {
        if (isGone) return null;
        return SwaggerUI({
          onComplete: () => setHere(true),
          url: paths.openApi(),
          domNode,
          deepLinking: true,
          docExpansion: 'none',
          defaultModelsExpandDepth: 0,
          filter: true,
          // Nothing of ours is sent elsewhere to be judged.
          validatorUrl: null,
        });
      })
      .catch(() =>
        setProblem(
          'The reference could not be loaded. Load the page again, or read the document itself.',
        ),
      );
    return () => {
      isGone = true;
      stopMending();
      domNode.replaceChildren();
    };
  }, []);

  useEffect(followTheme, []);

  return (
    <>
      {problem !== null && <p role="alert">{problem}</p>}
      {problem === null && !isHere && <p className="text-ink-3">Reading the operations …</p>}
      <div ref={place} className="attune-reference min-w-0" />
    </>
  );
}

/** The viewer's dark colours hang on a class; ours on `data-theme` and the system. */
function followTheme(): () => void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const theme = root.dataset['theme'];
    root.classList.toggle('dark-mode', theme === 'dark' || (theme !== 'light' && system.matches));
  };
  const observer = new MutationObserver(apply);
  observer.observe(root, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', apply);
  apply();
  return () => {
    observer.disconnect();
    system.removeEventListener('change', apply);
    root.classList.remove('dark-mode');
  };
}
