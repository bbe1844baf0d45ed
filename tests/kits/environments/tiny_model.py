"""Makes a tiny Llama, or a tiny encoder, with random weights and a tokenizer from the texts of a kit, where TRL is
installed.

python tiny_model.py FOLDER KIT
python tiny_model.py FOLDER KIT encoder
"""

import sys
from pathlib import Path

import torch
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

MARKS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>"]
TEMPLATE = Path(trl.__file__).parent / "chat_templates" / "qwen3_instruct_2507.jinja"
"""That of Qwen3-4B-Instruct-2507, as TRL ships it to know the model by."""


def main(out: str, kit: str, kind: str = "llama") -> None:
    torch.manual_seed(0)
    (encoder if kind == "encoder" else llama)(out, sorted(Path(kit).rglob("*.jsonl")))


def encoder(out: str, files: list[Path]) -> None:
    """Each word is a token, in an order that is the same each time, and so is what the model learns."""
    splitting = pre_tokenizers.Whitespace()
    words = {word for file in files for word, _ in splitting.pre_tokenize_str(file.read_text("utf-8"))}
    vocabulary = {word: place for place, word in enumerate(["<|endoftext|>", "<|unknown|>", *sorted(words)])}
    raw = Tokenizer(models.WordLevel(vocabulary, unk_token="<|unknown|>"))
    raw.pre_tokenizer = splitting
    PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<|endoftext|>", unk_token="<|unknown|>").save_pretrained(
        out
    )
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            pad_token_id=0,
            initializer_range=0.2,
            hidden_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
        )
    ).save_pretrained(out)


def llama(out: str, files: list[Path]) -> None:
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    raw.train(
        [str(file) for file in files],
        trainers.BpeTrainer(
            vocab_size=1200,
            special_tokens=MARKS,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    tokenizer.save_pretrained(out)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=2048,
            initializer_range=0.3,  # so that an adapter, which leaves the last layer alone, can make a token certain
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    ).save_pretrained(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
