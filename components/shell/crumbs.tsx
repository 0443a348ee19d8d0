'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { sectionOf } from './sections.ts';

/** Where one is: the section, then the thing. */
export function Crumbs() {
  const path = usePathname();
  const section = sectionOf(path);
  if (section === undefined) return null;
  const rest =
    path === section.href ? [] : path.slice(section.href.length).split('/').filter(Boolean);
  return (
    <nav aria-label="Where you are" className="min-w-0 flex-1 truncate">
      {rest.length === 0 ? (
        <span className="font-semibold">{section.label}</span>
      ) : (
        <Link
          className="text-ink-2 underline decoration-line-strong underline-offset-2 hover:decoration-current"
          href={section.href}
        >
          {section.label}
        </Link>
      )}
      {rest.map((part, index) => (
        <span key={part} className={index === rest.length - 1 ? 'font-semibold' : 'text-ink-3'}>
          <span aria-hidden className="mx-1.5 font-normal text-line-strong">
            /
          </span>
          {decodeURIComponent(part)}
        </span>
      ))}
    </nav>
  );
}
