/** The version of the platform; also of the core pack's host and of /health. */
export const VERSION = '0.1.0';
