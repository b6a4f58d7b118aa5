/** Asks a service of an endpoint. @param body an object for services with targets, a form for others */
export type Ask = (service: string, target: string, body: object) => Promise<unknown>;

/** How a service of an endpoint is asked in a region, as whoever the key is of. */
export const asker =
  (url: string, key: string, region: string): Ask =>
  async (service, target, body) => {
    const form = target === "";
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
        "content-type": form ? "application/x-www-form-urlencoded" : "application/x-amz-json-1.1",
        ...(form ? {} : { "x-amz-target": target }),
      },
      body: form ? new URLSearchParams(Object.entries(body)) : JSON.stringify(body),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${service} does not answer ${target}: ${answer.status} ${said.slice(0, 500)}`);
    return form ? said : JSON.parse(said);
  };
