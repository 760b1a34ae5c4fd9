using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Reads;

/// <summary>Whoever asks a question in place of a user: it is told how the question ends, and tells its user.</summary>
internal interface IQueryAsker
{
    /// <summary>A question has its final answer, and is no longer asked.</summary>
    /// <param name="question">The question.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="now">The present time.</param>
    void OnReply(Query question, in ClientReply reply, long now);

    /// <summary>A question is no longer asked, and has no answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="outcome">What is certain about it.</param>
    /// <param name="reason">Why, as a sentence.</param>
    void OnGivenUp(Query question, Outcome outcome, string reason);
}
