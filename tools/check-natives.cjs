#!/usr/bin/env node
// Stop with one sentence when npm left out a native part for this platform: it does so without a word.
const { execFileSync } = require("node:child_process");
const platform = `${process.platform}-${process.arch}`;

function check(name, load) {
  try {
    load();
  } catch (error) {
    console.error(
      `Set-up stops: ${name} has no working native part for ${platform} (${String(error.message).split("\n")[0]}).`,
    );
    process.exit(1);
  }
}

check("hardhat", () => require(require.resolve("@nomicfoundation/edr", { paths: [require.resolve("hardhat")] })));
check("anvil", () => {
  const machine = process.arch === "x64" ? "amd64" : process.arch;
  execFileSync(require.resolve(`@foundry-rs/anvil-${process.platform}-${machine}/bin/anvil`), ["--version"]);
});
