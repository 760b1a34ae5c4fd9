using PaxosShard.Client.Histories;

namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>A room without concurrency: messages get the next number, reads see everything.</summary>
public sealed class RoomModel : ISequentialModel<RoomState, RoomOperation>
{
    /// <inheritdoc/>
    public RoomState Initial => RoomState.Empty;

    /// <inheritdoc/>
    public bool TryApply(RoomState state, RoomOperation operation, out RoomState next)
    {
        if (operation is SendOperation send)
        {
            next = state.With(send.Text);
            return send.IsUnknown || send.Number == next.Count;
        }

        next = state;
        ReadOperation read = (ReadOperation)operation;
        if (read.Last != state.Count)
            return false;
        for (int index = 0; index < read.Texts.Count; index++)
        {
            long number = read.First + index;
            if (number < 1 || number > state.Count || state[number] != read.Texts[index])
                return false;
        }

        return true;
    }
}
