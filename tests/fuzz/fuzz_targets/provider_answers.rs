//! Runs the fuzzer on the property in `src/provider_answers.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::provider_answers::check(data));
