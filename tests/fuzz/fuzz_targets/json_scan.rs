//! Runs the fuzzer on the property in `src/json_scan.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::json_scan::check(data));
