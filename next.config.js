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
};

export default config;
