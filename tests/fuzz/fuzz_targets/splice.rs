//! Runs the fuzzer on the property in `src/splice.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::splice::check(data));
