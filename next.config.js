/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // A proxy in front does that better; here it costs each small answer of the API more than the answer itself.
  compress: false,
  reactStrictMode: true,
  // What is native, or finds files of its own at run time, stays outside the bundle.
  serverExternalPackages: [
    'pg',
    'pg-boss',
    'pino',
    '@node-rs/argon2',
    '@prisma/client',
    '@prisma/adapter-pg',
    'esbuild',
  ],
  // npm run check does both, with the project's own rules.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // Pages and answers get theirs in proxy.ts and server/http; what is served from the build passes by neither.
  headers: async () => [
    {
      source: '/_next/static/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
      ],
    },
  ],
};

export default config;
