"""What is wrong with the books is said in sentences that somebody can read."""

from abmhub.nightly import verify


def test_a_hundred_sentences_are_told_and_how_many_more_there_are() -> None:
    found = [f"Envelope {number} does not balance." for number in range(800_000)]
    assert verify.shortened(found[:100]) == found[:100]
    assert verify.shortened(found[:101]) == [*found[:100], "And 1 contradiction more."]
    assert verify.shortened(found) == [*found[:100], "And 799,900 contradictions more."]
