using System.Text;
using PaxosShard.Client.Core;
using PaxosShard.Client.Histories;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Bursts;

/// <summary>One operation of an ordered session, from when it was wanted to what its client was told.</summary>
/// <param name="key">The key or room.</param>
/// <param name="command">The command, encoded.</param>
/// <param name="call">What was asked; nothing is answered yet.</param>
internal sealed class BurstOperation(string key, byte[] command, KeyOperation call)
{
    /// <summary>The key or room.</summary>
    public string Key => key;

    /// <summary>The command, encoded.</summary>
    public byte[] Command => command;

    /// <summary>What was asked and answered, and when.</summary>
    public KeyOperation Call { get; private set; } = call;

    /// <summary>The client was told that it had not taken effect.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The number that a room gave to a message; 0 when none was told.</summary>
    public long MessageNumber { get; private set; }

    /// <summary>It has a result.</summary>
    public bool HasResult => !HasFailed && !Call.IsUnknown;

    /// <summary>The client is told how it ended.</summary>
    /// <param name="completion">How.</param>
    /// <param name="now">When, virtual microseconds.</param>
    public void Tell(in Completion completion, long now)
    {
        switch (completion.Outcome)
        {
            case Outcome.Unknown:
                return;
            case Outcome.Rejected:
                Call = Call with { Returned = now, Answer = KeyAnswer.Rejected };
                return;
            case Outcome.Done:
                Call = Read(completion.Payload.Span) with { Returned = now };
                return;
            default:
                HasFailed = true;
                Call = Call with { Returned = now };
                return;
        }
    }

    /// <summary>What a value is made of.</summary>
    public static KeyState StateOf(ReadOnlySpan<byte> value)
    {
        KeyState state = KeyState.Absent;
        foreach (string token in Encoding.UTF8.GetString(value).Split(BurstDraw.TokenEnd, StringSplitOptions.RemoveEmptyEntries))
            state = state.With(BurstDraw.PieceOf(token + BurstDraw.TokenEnd));
        return state;
    }

    private KeyOperation Read(ReadOnlySpan<byte> payload)
    {
        if ((CommandKind)command[0] == CommandKind.SendMessage)
        {
            MessageNumber = SendMessageResult.Decode(payload).Number;
            return Call with { Answer = KeyAnswer.Done };
        }

        KeyResult result = KeyResult.Decode(payload);
        KeyAnswer answer = result.Outcome switch
        {
            KeyOutcome.Done => KeyAnswer.Done,
            KeyOutcome.Missing => KeyAnswer.Missing,
            _ => KeyAnswer.Mismatch,
        };
        return Call with { Answer = answer, Found = StateOf(result.Value.Span) };
    }
}
