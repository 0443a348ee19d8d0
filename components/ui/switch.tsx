'use client';

import { Switch as Radix } from 'radix-ui';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** What is switched, for those who do not see where it stands. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly id?: string;
}

export function Switch({ checked, onChange, label, disabled = false, id }: SwitchProps) {
  return (
    <Radix.Root
      aria-label={label}
      checked={checked}
      className="inline-flex h-6 w-10 flex-none items-center rounded-sm border border-control bg-surface px-0.5 data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-60"
      disabled={disabled}
      onCheckedChange={onChange}
      {...(id !== undefined && { id })}
    >
      <Radix.Thumb className="block h-4 w-4 rounded-xs bg-control transition-transform duration-80 data-[state=checked]:translate-x-[18px] data-[state=checked]:bg-surface" />
    </Radix.Root>
  );
}
