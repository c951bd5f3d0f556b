// Hardhat builds and tests the contracts with the compiler settings that Python reads too: contracts/compiler.json.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const compiler = require("./contracts/compiler.json");

export default {
  paths: { sources: "contracts", tests: { solidity: "tests/contracts" } },
  test: { solidity: { fsPermissions: { readDirectory: ["tests/vectors"] } } },
  solidity: { compilers: [{ ...compiler, path: require.resolve("solc/soljson.js") }] },
};
