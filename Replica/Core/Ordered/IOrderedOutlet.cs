using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>What an <see cref="OrderedDispatch"/> has done by the primary whose it is.</summary>
public interface IOrderedOutlet
{
    /// <summary>Takes a request in for the next entry, behind those before it; false: there is no room for it.</summary>
    bool TryPropose(in WaitingRequest waiting);

    /// <summary>Answers a request.</summary>
    void Answer(in WaitingRequest waiting, in ClientReply reply);

    /// <summary>Answers a request with nothing but a status.</summary>
    void Refuse(in WaitingRequest waiting, ReplyStatus status);

    /// <summary>Asks whoever leads another group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="addresses">Where its replicas listen; at least one.</param>
    /// <param name="note">The question.</param>
    void Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note);

    /// <summary>Tells whoever asked.</summary>
    void Tell(ClientHandle asker, in GroupNote note);
}
