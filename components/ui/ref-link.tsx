import Link from 'next/link';

interface RefLinkProps {
  /** `pack.name`, or an id. */
  readonly value: string | number;
  /** Absent: only shown, for what is gone or has no page. */
  readonly href?: string | undefined;
  readonly className?: string;
}

/** A ref as a machine reads it: the pack steps back, the name is read. */
export function RefLink({ value, href, className = '' }: RefLinkProps) {
  const text = String(value);
  const dot = text.indexOf('.');
  const content = (
    <>
      {dot > 0 && <span className="text-ink-3">{text.slice(0, dot + 1)}</span>}
      {text.slice(dot + 1)}
    </>
  );
  const look = `font-mono text-xs ${className}`;
  if (href === undefined) return <span className={look}>{content}</span>;
  return (
    <Link className={`${look} hover:underline underline-offset-2`} href={href} prefetch={false}>
      {content}
    </Link>
  );
}
