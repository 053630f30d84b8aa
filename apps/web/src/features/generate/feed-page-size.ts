/** Alike on server and browser, or the first paint would be thrown away. */
export const FEED_PAGE_SIZE = 20;
