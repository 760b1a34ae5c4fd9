using System.Text;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>
/// One question or command for a group, of a driver or of a person. It is sent again under the same name until there is an answer, so that a command takes effect once at most, and is given up after a while.
/// </summary>
/// <param name="time">Virtual time.</param>
/// <param name="network">Takes it there and brings the answer.</param>
/// <param name="group">The group.</param>
/// <param name="request">The request.</param>
internal sealed class GroupCall(Timeline time, MoveNetwork network, SimulatedGroup group, ClientRequest request)
{
    private const long Millisecond = 1000;
    private const long Patience = 5_000;
    private const long SendAgain = 300;
    private const long ShortPause = 20;

    private bool _isOver;

    /// <summary>How long the group may hold it by right, milliseconds.</summary>
    public long Allowance { get; init; }

    /// <summary>Takes the payload of an answer that is no refusal.</summary>
    public required Action<ReadOnlyMemory<byte>> OnAnswered { get; init; }

    /// <summary>Told why it came to nothing; whether it took effect is not known then.</summary>
    public required Action<string> OnFailed { get; init; }

    /// <summary>Begins.</summary>
    public void Begin()
    {
        Send();
        time.After((Patience + Allowance) * Millisecond, () => Fail($"{group.Group} does not answer"));
        PlanNext();
    }

    private void PlanNext() => time.After((SendAgain + Allowance) * Millisecond, () =>
    {
        if (_isOver)
            return;
        Send();
        PlanNext();
    });

    private void Send()
    {
        if (!_isOver)
            network.Send(() => group.Take(request, reply => network.Send(() => Take(reply))));
    }

    private void Take(in ClientReply reply)
    {
        if (_isOver)
            return;
        switch (reply.Status)
        {
            case ReplyStatus.Ok:
                _isOver = true;
                OnAnswered(reply.Payload);
                break;
            case ReplyStatus.Busy or ReplyStatus.Redirect or ReplyStatus.NoQuorum or ReplyStatus.Superseded or ReplyStatus.OutOfOrder:
                time.After(ShortPause * Millisecond, Send);
                break;
            default:
                Fail($"{reply.Status}: {Encoding.UTF8.GetString(reply.Payload.Span)}");
                break;
        }
    }

    private void Fail(string reason)
    {
        if (_isOver)
            return;
        _isOver = true;
        OnFailed(reason);
    }
}
