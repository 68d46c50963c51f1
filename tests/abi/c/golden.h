/* A checkpoint as text, made natively by version 0.1.0: primes to 10^9, two chunks merged. tests/checkpoint_bytes.rs
 * holds it to tests/fixtures/count-primes.tamis. */
#ifndef GOLDEN_H
#define GOLDEN_H

#define GOLDEN_TOKEN \
    "tamis1-iVRBTUlTDQoBAAAApAAAAAUwLjEuMAEAAAAMY291bnQtcHJpbWVzBAEAAAAAAAAAAAAAAAIAAAAAypo7AAA" \
    "AAAMAAAAAAAAAAAAAAAQAAAAAAAAAAAAAADAAAAAAAAAAAcqaOwAAAAACAAAAAAAAAAIAwAMAAAAAAAAAAAAAAAAAA" \
    "AAAAAAAAAAAAAAAAAAACAAAACLVOAAAAAAAM3QYfth4vu8"

#endif
