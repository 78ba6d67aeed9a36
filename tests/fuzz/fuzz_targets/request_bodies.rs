//! Runs the fuzzer on the property in `src/request_bodies.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::request_bodies::check(data));
