import { type ComponentProps, type ReactNode, useId } from 'react';
import { Glyph } from './glyph.tsx';

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What does not fit; the hint stays. */
  readonly error?: ReactNode;
  readonly className?: string;
  /** The control gets these, so that label, hint and error belong to it. */
  readonly children: (control: FieldControl) => ReactNode;
}

export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** Label above, hint and error beneath. */
export function Field({ label, hint, error, className = '', children }: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false && error !== '';
  const described = [hint !== undefined && `${id}-hint`, hasError && `${id}-error`]
    .filter(Boolean)
    .join(' ');
  return (
    <div className={`grid gap-1 ${className}`}>
      <label className="font-medium" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': hasError ? true : undefined,
      })}
      {hint !== undefined && (
        <p className="text-xs text-ink-3" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {hasError && (
        <p className="flex items-start gap-1.5 text-xs text-failed" id={`${id}-error`}>
          <Glyph className="mt-[3px]" name="failed" />
          {error}
        </p>
      )}
    </div>
  );
}

const CONTROL =
  'w-full min-w-0 rounded-sm border border-control bg-surface px-2 text-ink placeholder:text-ink-3 aria-invalid:border-failed disabled:opacity-60';

export function TextInput({ className = '', type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input className={`${CONTROL} h-7 ${className}`} type={type} {...rest} />;
}

export function TextArea({ className = '', ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={`${CONTROL} py-1 ${className}`} {...rest} />;
}
