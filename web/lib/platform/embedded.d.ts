// Made by tools/web/bundle.js while it bundles the classic script.
declare module 'tamis:wasm-base64' {
  const base64: string;
  export default base64;
}
declare module 'tamis:worker-source' {
  const source: string;
  export default source;
}
