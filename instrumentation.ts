/**
 * Runs once when the web process starts, before it takes a request. What it does stands in a file of its own, because
 * this one is compiled for runtimes without processes as well.
 */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { watchRequests } = await import('#server/http/watch-requests.ts');
  watchRequests();
  // next-auth makes absolute addresses from it; without it, it believes that everybody runs on port 3000.
  const { config } = await import('#server/config.ts');
  process.env['NEXTAUTH_URL'] ??= config().apiUrl;
  const { leaveUnlessSchemaFits } = await import('#server/schema/leave-unless-schema-fits.ts');
  await leaveUnlessSchemaFits();
}
