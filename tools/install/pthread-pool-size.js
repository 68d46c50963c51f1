(globalThis.navigator?.hardwareConcurrency||4)+2
