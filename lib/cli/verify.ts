import { EXIT, type Exit } from "./run.ts";
export async function verifyCommand(_options: object): Promise<Exit> {
  return EXIT.ok;
}
