import { bucketOf } from "../../lib/layers/ingress/rate-limits.ts";
import type { Limit } from "../../lib/model/routes.ts";

describe("strategies of rate limits", () => {
  test.each<[string, Limit, ReturnType<typeof bucketOf>]>([
    [
      "a fixed window holds the minute's requests and is filled at its end",
      { rate: "1000/min", strategy: "fixed-window" },
      { max_tokens: 1000, tokens_per_fill: 1000, fill_interval: "60s" },
    ],
    [
      "a token bucket fills by the second and lets two seconds' worth through at once",
      { rate: "100/s", strategy: "token-bucket" },
      { max_tokens: 200, tokens_per_fill: 100, fill_interval: "1s" },
    ],
    [
      "a token bucket gets no more in a minute than its rate says",
      { rate: "200/min", strategy: "token-bucket" },
      { max_tokens: 10, tokens_per_fill: 10, fill_interval: "3s" },
    ],
    [
      "a slow token bucket gets one token at a time",
      { rate: "20/min", strategy: "token-bucket", burst: 5 },
      { max_tokens: 5, tokens_per_fill: 1, fill_interval: "3s" },
    ],
    [
      "a leaky bucket lets requests through evenly, and none in a burst",
      { rate: "100/s", strategy: "leaky-bucket" },
      { max_tokens: 5, tokens_per_fill: 5, fill_interval: "0.05s" },
    ],
    [
      "a slow leaky bucket lets one through at a time",
      { rate: "20/min", strategy: "leaky-bucket" },
      { max_tokens: 1, tokens_per_fill: 1, fill_interval: "3s" },
    ],
  ])("%s", (_, limit, bucket) => {
    expect(bucketOf(limit)).toEqual(bucket);
  });

  test("a hundred a second fill a bucket of two hundred (ingress.rate-strategies.token-bucket)", () => {
    expect(bucketOf({ rate: "100/s", strategy: "token-bucket" })).toEqual({
      max_tokens: 200,
      tokens_per_fill: 100,
      fill_interval: "1s",
    });
  });
});
