import { type IResolver, NumberStringUnionResolver } from "cdk8s";
import { RootConstruct } from "constructs";

/** The root that charts stand on instead of an App: of cdk8s's resolvers only that for quantities and ports is needed. */
export class ChartRoot extends RootConstruct {
  readonly resolvers: readonly IResolver[] = [new NumberStringUnionResolver()];
}
