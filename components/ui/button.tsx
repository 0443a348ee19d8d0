import Link from 'next/link';
import type { ComponentProps } from 'react';

/** `ink`: the one thing to do; `outline`: others; `danger`: loses something; `plain`: a word. */
export type ButtonVariant = 'ink' | 'outline' | 'danger' | 'plain';

interface ButtonLook {
  readonly variant?: ButtonVariant;
}

export function Button({
  variant = 'outline',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & ButtonLook) {
  return <button className={`${buttonLook(variant)} ${className}`} type={type} {...rest} />;
}

/** Looks like a button, goes somewhere. */
export function ButtonLink({
  variant = 'outline',
  className = '',
  ...rest
}: ComponentProps<typeof Link> & ButtonLook) {
  return <Link className={`${buttonLook(variant)} ${className}`} {...rest} />;
}

const BASE =
  'inline-flex h-7 items-center gap-1.5 rounded-sm font-medium whitespace-nowrap transition-colors duration-80 disabled:opacity-60';

const LOOKS: Readonly<Record<ButtonVariant, string>> = {
  ink: 'border border-ink bg-ink px-2.5 text-on-ink hover:opacity-90',
  outline: 'border border-line-strong bg-surface px-2.5 text-ink hover:bg-hover',
  danger: 'border border-line-strong bg-surface px-2.5 text-failed hover:bg-failed-soft',
  plain: 'px-1 font-normal text-ink-2 underline-offset-2 hover:text-ink hover:underline',
};

export const buttonLook = (variant: ButtonVariant): string => `${BASE} ${LOOKS[variant]}`;
