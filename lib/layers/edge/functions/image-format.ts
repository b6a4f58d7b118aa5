import type { EdgeStep } from "./source.ts";

/** The best format that a browser takes, as the only value of Accept: else every browser's own list would be a variant. */
export const imageFormat: EdgeStep = {
  name: "imageFormat",
  modules: [],
  source: `
async function imageFormat(event) {
  const headers = event.request.headers;
  const accepted = headers.accept ? headers.accept.value : '';
  const takes = (type) => accepted.split(',').some((one) => {
    const parts = one.split(';').map((part) => part.trim());
    return parts[0] === type && !parts.some((part) => /^q=0(\\.0*)?$/.test(part));
  });
  headers.accept = { value: takes('image/avif') ? 'image/avif' : takes('image/webp') ? 'image/webp' : 'image/*' };
}`,
};
