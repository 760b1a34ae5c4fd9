using System.Diagnostics.CodeAnalysis;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// Requests in the order in which they came. Most leave in the step in which they came, so that their commands can stay where they were read; what is still here at its end gets memory of its own (<see cref="Input.Request"/>).
/// </summary>
internal sealed class WaitingLine
{
    private readonly Queue<WaitingRequest> _kept = new();
    private readonly Queue<WaitingRequest> _ofStep = new();
    private readonly QueuedBytes _commands = new();

    /// <summary>Requests in the line.</summary>
    public int Count => _kept.Count + _ofStep.Count;

    /// <summary>One more, behind all others.</summary>
    public void Enqueue(in WaitingRequest request) => _ofStep.Enqueue(request);

    /// <summary>The one that came first.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out WaitingRequest first) => _kept.TryPeek(out first) || _ofStep.TryPeek(out first);

    /// <summary>Takes that one out, if there is one. Its command may be read until the next one is put in or the step ends.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out WaitingRequest first)
    {
        if (!_kept.TryDequeue(out first))
            return _ofStep.TryDequeue(out first);
        _commands.Remove(first.Request.Command);
        return true;
    }

    /// <summary>The step ends.</summary>
    public void Keep()
    {
        while (_ofStep.TryDequeue(out WaitingRequest request))
            _kept.Enqueue(request with { Request = request.Request with { Command = _commands.Add(request.Request.Command.Span) } });
    }
}
