'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { curlOf } from './rerun-request.ts';

/** Copies the command that runs it once more, at the address at which the reader knows us. */
export function CopyCurl({ run }: { readonly run: Parameters<typeof curlOf>[1] }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(curlOf(window.location.origin, run));
    setCopied(true);
  };
  const forget = () => setCopied(false);
  return (
    <Button
      onBlur={forget}
      onClick={() => void copy()}
      onPointerLeave={forget}
      title="The request that runs it once more; the token is read from $ATTUNE_TOKEN"
      variant="plain"
    >
      {isCopied ? 'Copied; set ATTUNE_TOKEN' : 'Copy as curl'}
    </Button>
  );
}
