import assert from "node:assert/strict";
import { test } from "node:test";
import { Lab } from "./lab.mjs";
import { Wire } from "./wire.mjs";

test("A wire passes ARI, is silent while frozen and breaks when cut", async () => {
  const lab = await Lab.open();
  const wire = await Wire.to(lab.address.ari.port);
  lab.address.ari.port = wire.port;
  assert.equal((await lab.ari("GET", "/asterisk/info")).status, 200);

  wire.freeze();
  let told = false;
  const late = lab.ari("GET", "/asterisk/info").finally(() => (told = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(told, false);
  wire.mend();
  assert.equal((await late).status, 200);

  wire.cut();
  await assert.rejects(lab.ari("GET", "/asterisk/info"), { code: "ECONNRESET" });
  wire.mend();
  assert.equal((await lab.ari("GET", "/asterisk/info")).status, 200);
  wire.close();
});
