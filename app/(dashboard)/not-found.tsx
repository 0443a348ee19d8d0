import Link from 'next/link';
import { paths } from '#lib/paths.ts';

export default function NotFound() {
  return (
    <section className="grid gap-2">
      <h1 className="text-lg font-[560]">There is nothing at this address that you may see.</h1>
      <p className="text-ink-2">
        It may have been deleted, or belong to somebody else.{' '}
        <Link href={paths.executions()}>Look at the executions</Link> or{' '}
        <Link href={paths.home()}>go home</Link>.
      </p>
    </section>
  );
}
