"""Writes a model that llama-server loads in a moment: one layer, bytes as tokens, random weights."""

import sys

import gguf
import numpy as np

EMBEDDING, FORWARD, CONTEXT = 32, 64, 256
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{it:02X}>" for it in range(256))]
KINDS = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL, *[gguf.TokenType.BYTE] * 256]


def main(path):
    model = gguf.GGUFWriter(path, "llama")
    model.add_context_length(CONTEXT)
    model.add_embedding_length(EMBEDDING)
    model.add_feed_forward_length(FORWARD)
    model.add_block_count(1)
    model.add_head_count(2)
    model.add_head_count_kv(2)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_rope_dimension_count(EMBEDDING // 2)
    model.add_vocab_size(len(TOKENS))
    model.add_tokenizer_model("llama")
    model.add_token_list(TOKENS)
    model.add_token_scores([0.0] * len(TOKENS))
    model.add_token_types(KINDS)
    model.add_unk_token_id(0)
    model.add_bos_token_id(1)
    model.add_eos_token_id(2)
    model.add_add_space_prefix(False)
    model.add_chat_template("{% for it in messages %}{{ it['content'] }}{% endfor %}")

    random = np.random.default_rng(1)
    shapes = {
        "token_embd": (len(TOKENS), EMBEDDING),
        "output": (len(TOKENS), EMBEDDING),
        "blk.0.ffn_gate": (FORWARD, EMBEDDING),
        "blk.0.ffn_up": (FORWARD, EMBEDDING),
        "blk.0.ffn_down": (EMBEDDING, FORWARD),
    }
    shapes |= {f"blk.0.attn_{it}": (EMBEDDING, EMBEDDING) for it in ("q", "k", "v", "output")}
    for name, shape in shapes.items():
        model.add_tensor(f"{name}.weight", random.normal(0, 0.1, shape).astype(np.float32))
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        model.add_tensor(f"{name}.weight", np.ones(EMBEDDING, np.float32))
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


if __name__ == "__main__":
    main(sys.argv[1])
