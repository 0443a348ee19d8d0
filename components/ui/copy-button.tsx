'use client';

import { useState } from 'react';
import { Button } from './button.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "the address". */
  readonly what: string;
  /** On the button; `Copy` without it. */
  readonly label?: string;
}

/** Copies a text and says so until the pointer or the focus leaves. */
export function CopyButton({ text, what, label = 'Copy' }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button
      aria-label={label === 'Copy' ? `Copy ${what}` : label}
      variant="plain"
      onBlur={() => setCopied(false)}
      onClick={() => void copy()}
      onPointerLeave={() => setCopied(false)}
    >
      {isCopied ? 'Copied' : label}
    </Button>
  );
}
