import { partnersHost } from "../../model/hosts.ts";
import type { ServedProduct } from "./contract.ts";

/** Hosts on which API Gateway asks for many: an address says nothing about who asks there. */
export const partnersHosts = (products: readonly ServedProduct[]): readonly string[] =>
  products.flatMap(({ domain, blueprint }) => {
    const label = partnersHost(blueprint);
    return label === undefined ? [] : [`${label}.${domain}`];
  });

const KEY = "host";
const OTHERS = "others";

/** How a request is described that is on none of some hosts; one that is gets no description, and so no limit. */
export const exceptHosts = (hosts: readonly string[]): readonly object[] =>
  hosts.length === 0
    ? []
    : [
        {
          header_value_match: {
            descriptor_key: KEY,
            descriptor_value: OTHERS,
            expect_match: false,
            headers: [{ name: ":authority", string_match: { safe_regex: { regex: anyOf(hosts) } } }],
          },
        },
      ];

/** The part of a limit that such a description meets. */
export const exceptEntries = (hosts: readonly string[]): readonly { readonly key: string; readonly value: string }[] =>
  hosts.length === 0 ? [] : [{ key: KEY, value: OTHERS }];

const anyOf = (hosts: readonly string[]): string =>
  `(${hosts.map((host) => host.replaceAll(".", "\\.")).join("|")})(:\\d+)?`;
