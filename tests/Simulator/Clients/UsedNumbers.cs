using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clients;

/// <summary>
/// A confused client: now and then a number that has its answer is used once more, for other bytes. Those must never be taken for a copy of
/// the first ones (rule 9). Only a number of which a single copy was sent, so that no late answer to another copy can be meant.
/// </summary>
/// <param name="setting">The client.</param>
internal sealed class UsedNumbers(ClientSetting setting)
{
    private const int MostAtATime = 16;

    private readonly HashSet<(SessionId Session, SequenceNumber Sequence)> _used = [];

    /// <summary>A request has its result: perhaps its number is used once more.</summary>
    /// <param name="done">The request.</param>
    /// <returns>The request with other bytes; null for none.</returns>
    public ClientRequest? UseAgain(PendingRequest done)
    {
        if (done is not { Copies: 1, LastSent: { } sent } || setting.IsCalm || !setting.Random.Chance(setting.Options.UsedNumberPerThousand, 1000))
            return null;

        // Some answers never come: they must not keep the client from being confused again.
        if (_used.Count >= MostAtATime)
            _used.Clear();
        byte[] other = new SendMessageCommand("other", "bytes", $"{sent.Session} {sent.Sequence.Number}").Encode();
        ClientRequest request = sent with { AcknowledgedBelow = SequenceNumber.None, Command = other };
        _used.Add((sent.Session, sent.Sequence));
        setting.Checks.Requests.OnSent(request);
        return request;
    }

    /// <summary>An answer came; when it is to a number that was used again, it is looked at.</summary>
    public void OnReply(ClientReply reply)
    {
        (SessionId, SequenceNumber) key = (reply.Session, reply.Sequence);
        if (!_used.Contains(key))
            return;
        switch (reply.Status)
        {
            case ReplyStatus.Ok or ReplyStatus.Rejected:
                setting.Checks.Violations.Report("C3", $"client {setting.Number} gets {reply.Status} for other bytes under {reply.Session} {reply.Sequence}, which had run");
                break;
            case ReplyStatus.DifferentCommand:
                setting.Checks.Marks.Reach(Mark.UsedNumberRefused);
                break;
        }

        _used.Remove(key);
    }
}
