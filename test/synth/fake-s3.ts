import { createServer, type Server } from "node:http";

/** What takes and gives objects as S3 does, on this machine: paths are `/bucket/key`. */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  private readonly server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "PUT") this.objects.set(path, Buffer.concat(chunks));
      const found = this.objects.get(path);
      response.statusCode = found === undefined ? 404 : 200;
      const missing = "<Error><Code>NoSuchKey</Code><Message>there is no such key</Message></Error>";
      response.end(request.method === "GET" ? (found ?? missing) : undefined);
    });
  });

  /** @returns its address */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    const address = this.server.address();
    return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
