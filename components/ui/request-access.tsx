'use client';

import { useState } from 'react';
import { useLogin } from '#components/shell/login-context.tsx';
import { accessRequest } from '#lib/sentences/access.ts';
import { Button } from './button.tsx';

interface RequestAccessProps {
  /** `executions:read`. */
  readonly permission: string;
  /** The least that holds it; null: none does. */
  readonly set: string | null;
  /** What it is for: "see this run". */
  readonly purpose: string;
}

/** Copies what one would write to an administrator, with all that they need to know. */
export function RequestAccess({ permission, set, purpose }: RequestAccessProps) {
  const login = useLogin();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const url = window.location.href;
    await navigator.clipboard.writeText(accessRequest({ login, permission, set, purpose, url }));
    setCopied(true);
  };
  const forget = () => setCopied(false);
  return (
    <Button onBlur={forget} onClick={() => void copy()} onPointerLeave={forget}>
      {isCopied ? 'Copied: send it to an administrator' : 'Copy a request for access'}
    </Button>
  );
}
