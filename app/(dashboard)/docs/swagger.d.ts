declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Options {
    readonly url: string;
    readonly domNode: HTMLElement;
    readonly deepLinking?: boolean;
    readonly docExpansion?: 'list' | 'full' | 'none';
    readonly defaultModelsExpandDepth?: number;
    readonly displayOperationId?: boolean;
    readonly filter?: boolean;
    readonly persistAuthorization?: boolean;
    readonly tryItOutEnabled?: boolean;
    readonly validatorUrl?: null;
    readonly onComplete?: () => void;
  }
  const SwaggerUI: (options: Options) => unknown;
  export default SwaggerUI;
}
