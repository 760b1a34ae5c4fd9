using PaxosShard.Client.Histories;

namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>
/// The short way for a key: the log has an order of the changes, and only has to be held against the answers and against real time. The
/// history is legal when each change gives its answer where the log has it, none comes behind one that began after it was over, and each
/// read has a place among them at which its answer is right. Quadratic time at most. A history that is legal here is linearizable.
/// </summary>
public static class KeyHistoryChecker
{
    private static readonly KeyModel _model = new();

    /// <summary>Judges the history of one key.</summary>
    public static Verdict Check(IReadOnlyList<KeyOperation> operations)
    {
        foreach (KeyOperation operation in operations)
        {
            if (operation is { Action: not KeyAction.Get, IsUnknown: false, Place: 0 })
                return Verdict.Illegal($"{operation} was answered, and never ran");
        }

        List<KeyOperation> changes = [.. operations.Where(static operation => operation.Place > 0).OrderBy(static operation => operation.Place)];
        KeyState[] states = new KeyState[changes.Count + 1];
        states[0] = _model.Initial;
        return FindWrongChange(changes, states) is { } wrong ? Verdict.Illegal(wrong) : PlaceReads(operations, changes, states);
    }

    private static string? FindWrongChange(List<KeyOperation> changes, KeyState[] states)
    {
        KeyOperation? latest = null;
        for (int index = 0; index < changes.Count; index++)
        {
            KeyOperation change = changes[index];
            if (latest is not null && change.Returned < latest.Invoked)
                return $"{change} was over before {latest} began, and yet comes after it";
            if (!_model.TryApply(states[index], change, out states[index + 1]))
                return $"{change} ran when the key held {states[index]}";
            if (latest is null || change.Invoked > latest.Invoked)
                latest = change;
        }

        return null;
    }

    // Each read as early as it can be, so that those behind it have the most choice.
    private static Verdict PlaceReads(IReadOnlyList<KeyOperation> operations, List<KeyOperation> changes, KeyState[] states)
    {
        List<(long Returned, int Place)> placed = [];
        foreach (KeyOperation read in operations.Where(static operation => operation.Action == KeyAction.Get).OrderBy(static operation => operation.Invoked))
        {
            int place = 0;
            int end = changes.Count;
            for (int index = 0; index < changes.Count; index++)
            {
                if (changes[index].Returned < read.Invoked)
                    place = index + 1;
                if (changes[index].Invoked > read.Returned)
                    end = Math.Min(end, index);
            }

            foreach ((long returned, int before) in placed)
            {
                if (returned < read.Invoked)
                    place = Math.Max(place, before);
            }

            while (place <= end && !_model.TryApply(states[place], read, out _))
                place++;
            if (place > end)
                return Verdict.Illegal($"{read} has no place among the changes");
            placed.Add((read.Returned, place));
        }

        return Verdict.Legal;
    }
}
