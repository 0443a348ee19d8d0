'use client';

import { createContext, type ReactNode, use } from 'react';

const Login = createContext('');

interface LoginProviderProps {
  readonly login: string;
  readonly children: ReactNode;
}

export const LoginProvider = ({ login, children }: LoginProviderProps) => (
  <Login value={login}>{children}</Login>
);

/** Who looks at the page. */
export const useLogin = (): string => use(Login);
