/** What the tests of one of Playwright's workers share: nobody else's tests change it. */
export interface SharedProduct {
  readonly url: string;
  /** Empty when the product was started by somebody else. */
  readonly dataDir: string;
  /** The state of a browser in which the administrator is logged in. */
  readonly sessionFile: string;
}

const VARIABLE = 'ATTUNE_E2E_PRODUCTS';

/** Makes them known to the workers, which are processes of their own. */
export function share(products: readonly SharedProduct[]): void {
  process.env[VARIABLE] = JSON.stringify(products);
}

/** The one of this worker. */
export function sharedProduct(): SharedProduct {
  const products = JSON.parse(process.env[VARIABLE] ?? '[]') as SharedProduct[];
  const product = products[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)];
  if (product === undefined) throw new Error('There is no product for this worker.');
  return product;
}
