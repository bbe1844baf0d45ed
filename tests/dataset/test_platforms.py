import pytest

from advisor.content.load import ContentError
from advisor.dataset.platforms import Limit, platform, platforms


def test_a_limit_carries_the_fact_that_says_so():
    assert platform("openai").minimum_rows == Limit(10, "openai.minimum-examples")
    assert platform("azure").file_size == Limit(512_000_000, "azure.max-file-api")
    assert platform("google").example_tokens == Limit(131_072, "google.max-example-tokens")
    assert platform("together").file_size == Limit(100_000_000_000, "together.max-file-size")
    assert platform("bedrock").by_model == {
        "Nova 1.0": Limit(32_000, "aws.nova.max-training-example-tokens"),
        "Claude 3 Haiku": Limit(32_000, "aws.claude-3-haiku.max-training-example-tokens"),
        "Llama 3.1": Limit(16_000, "aws.llama-3.1.max-training-example-tokens"),
        "Llama 3.2": Limit(16_000, "aws.llama-3.2.max-training-example-tokens"),
        "Llama 3.2 90B": Limit(10_000, "aws.llama-3.2-90b.max-training-example-tokens"),
        "Llama 3.3": Limit(16_000, "aws.llama-3.3.max-training-example-tokens"),
    }


def test_a_method_may_change_a_limit_and_leaves_the_others():
    plain, reward = platform("openai"), platform("openai", "rft")
    assert plain.maximum_rows is None
    assert reward.maximum_rows == Limit(50_000, "openai.rft-max-train-examples")
    assert reward.minimum_rows == plain.minimum_rows
    assert reward.recommended_rows == Limit(24, "openai.rft.recommended-examples")


def test_what_no_source_says_is_unknown():
    for name in ("trl", "databricks", "azureml"):
        assert platform(name).minimum_rows is None
        assert platform(name).file_size is None


def test_an_unknown_platform_is_an_error_that_names_the_known_ones():
    with pytest.raises(ContentError, match="openai, azure"):
        platform("acme")
    assert "acme" not in platforms()
