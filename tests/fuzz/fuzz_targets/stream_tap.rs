//! Runs the fuzzer on the property in `src/stream_tap.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::stream_tap::check(data));
