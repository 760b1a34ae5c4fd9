using PaxosShard.Client.Histories;

namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>
/// The short way for rooms: messages name their numbers, so the order is known, and only has to be compared with real time.
/// The message with number k takes place k, a read that saw k messages stands between places k and k + 1. The history is
/// linearizable exactly when texts and numbers belong together one to one, and nothing that stands later was over before
/// something that stands earlier began. Near-linear time.
/// </summary>
public static class RoomHistoryChecker
{
    /// <summary>Judges the history of one room.</summary>
    public static Verdict Check(IReadOnlyList<RoomOperation> operations)
    {
        RoomNumbering numbering = new();
        foreach (RoomOperation operation in operations)
        {
            if (numbering.Learn(operation) is { } conflict)
                return Verdict.Illegal(conflict);
        }

        if (numbering.FindImpossible(operations) is { } impossible)
            return Verdict.Illegal(impossible);
        List<(long Place, RoomOperation Operation)> placed = [];
        foreach (RoomOperation operation in operations)
        {
            long place = numbering.PlaceOf(operation);
            if (place >= 0)
                placed.Add((place, operation));
        }

        // A message comes before the reads that saw it.
        placed.Sort(static (left, right) => left.Place.CompareTo(right.Place));
        return CompareWithTime(placed);
    }

    private static Verdict CompareWithTime(List<(long Place, RoomOperation Operation)> placed)
    {
        RoomOperation? latest = null;
        for (int first = 0; first < placed.Count;)
        {
            int end = first;
            RoomOperation? latestHere = latest;
            for (; end < placed.Count && placed[end].Place == placed[first].Place; end++)
            {
                RoomOperation operation = placed[end].Operation;
                if (latest is not null && operation.Returned < latest.Invoked)
                    return Verdict.Illegal($"{operation} was over before {latest} began, and yet comes after it");
                if (latestHere is null || operation.Invoked > latestHere.Invoked)
                    latestHere = operation;
            }

            latest = latestHere;
            first = end;
        }

        return Verdict.Legal;
    }
}
