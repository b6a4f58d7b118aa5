import { type Provider, startProvider } from "./provider.ts";
import type { Engine } from "./terraform.ts";

/** Providers that stay up while a rehearsal runs, for each account as many as are used at the same time. */
export class ProviderPool {
  private readonly engine: Engine;
  private readonly idle = new Map<string, Provider[]>();
  private readonly all: Provider[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * Lets some work have a provider for itself.
   *
   * @param work is given what tells the engine of it; nothing where none could be started
   * @param env with the account's credentials: a provider keeps those it was started with
   */
  async use<T>(
    {
      account,
      installed,
      env,
    }: { readonly account: string; readonly installed: string; readonly env: NodeJS.ProcessEnv },
    work: (attached: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T> {
    const idle = this.idle.get(account) ?? [];
    this.idle.set(account, idle);
    const provider = idle.pop() ?? (await this.start(installed, env));
    if (provider === undefined) return work({});
    try {
      return await work({ TF_REATTACH_PROVIDERS: provider.reattach });
    } finally {
      idle.push(provider);
    }
  }

  /** Ends them all. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((provider) => provider.stop()));
  }

  private async start(installed: string, env: NodeJS.ProcessEnv): Promise<Provider | undefined> {
    const provider = await startProvider(installed, this.engine, { env });
    if (provider !== undefined) this.all.push(provider);
    return provider;
  }
}
