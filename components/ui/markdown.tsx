import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

/**
 * Text of a stranger as Markdown, made into elements and never into HTML: tags in it are left out, pictures are named
 * instead of fetched, and of its links only those live that lead to another site. Its headings begin below ours.
 */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="grid max-w-[88ch] grid-cols-[minmax(0,1fr)] gap-3 wrap-anywhere">
      <ReactMarkdown skipHtml components={COMPONENTS} remarkPlugins={[remarkGfm]}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

/** Absolute and of a kind that opens a page or a letter; a path would be one of ours, which a pack knows nothing about. */
const isLink = (href: string | undefined): href is string =>
  href !== undefined && /^(?:https?:\/\/|mailto:)/i.test(href);

const HEAD = 'mt-2 font-[560] first:mt-0';

const COMPONENTS: Components = {
  h1: ({ children }) => <h3 className={`${HEAD} text-md`}>{children}</h3>,
  h2: ({ children }) => <h4 className={`${HEAD} text-md`}>{children}</h4>,
  h3: ({ children }) => <h5 className={HEAD}>{children}</h5>,
  h4: ({ children }) => <h6 className={HEAD}>{children}</h6>,
  h5: ({ children }) => <h6 className={HEAD}>{children}</h6>,
  h6: ({ children }) => <h6 className={HEAD}>{children}</h6>,
  a: ({ href, children }) =>
    isLink(href) ? (
      <a
        className="underline decoration-accent-line underline-offset-2"
        href={href}
        rel="noopener noreferrer nofollow"
      >
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ alt }) => <span className="text-ink-3">{alt === '' ? 'picture' : alt}</span>,
  ul: ({ children }) => <ul className="list-disc space-y-1 pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol className="list-decimal space-y-1 pl-5" start={start}>
      {children}
    </ol>
  ),
  li: ({ children, className }) => (
    <li className={className === 'task-list-item' ? '-ml-5 list-none' : ''}>{children}</li>
  ),
  input: ({ checked }) => <span aria-hidden>{checked === true ? '☑ ' : '☐ '}</span>,
  blockquote: ({ children }) => (
    <blockquote className="border-l-2 border-line-strong pl-3 text-ink-2">{children}</blockquote>
  ),
  code: ({ children }) => (
    <code className="rounded-xs bg-sunken px-1 font-mono text-xs">{children}</code>
  ),
  pre: ({ children }) => (
    // Scrolls by keys, so it has to be reachable by keys.
    <pre
      className="my-1 overflow-x-auto rounded-sm border border-line bg-sunken p-3 text-xs [&>code]:bg-transparent [&>code]:p-0"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
    >
      {children}
    </pre>
  ),
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls by keys
    <div className="overflow-x-auto" tabIndex={0}>
      <table className="border-collapse [&_td>code]:whitespace-nowrap">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th
      className="border-b border-line-strong px-2 py-1 text-left align-bottom font-[560] first:pl-0"
      scope="col"
      style={style}
    >
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td className="border-b border-line px-2 py-1 align-top first:pl-0" style={style}>
      {children}
    </td>
  ),
  hr: () => <hr className="border-line" />,
};
