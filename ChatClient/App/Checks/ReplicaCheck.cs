using System.Globalization;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Checks;

/// <summary>Judges whether the replicas of a group have the same state: as soon as two have executed the same slot their hashes are the same. Pure.</summary>
internal static class ReplicaCheck
{
    /// <summary>All replicas answer and have executed the same slot, so that all of them can be compared.</summary>
    public static bool IsAtRest(GroupReport report) =>
        report.Replicas.All(static view => view.Status is not null) && report.Replicas.DistinctBy(static view => view.Status!.Status.Executed).Count() == 1;

    /// <summary>Judges a group.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="report">What its replicas say.</param>
    public static CheckLine Judge(string name, GroupReport report)
    {
        string what = $"replicas of {name}";
        ReplicaView[] answering = [.. report.Replicas.Where(static view => view.Status is not null)];
        if (!report.Serves)
            return new CheckLine(what, IsWell: false, "no primary serves") { IsUnanswered = true };
        foreach (IGrouping<long, ReplicaView> same in answering.GroupBy(static view => view.Status!.Status.Executed.Number))
        {
            if (same.DistinctBy(static view => view.Status!.Status.StateHash).Count() > 1)
                return new CheckLine(what, IsWell: false, Text($"their states differ behind slot {same.Key}: {string.Join(", ", same.Select(static view => Text($"{view.Name} has {view.Status!.Status.StateHash:x16}")))}"));
        }

        if (answering.Length < report.Replicas.Count)
            return new CheckLine(what, IsWell: true, Text($"{answering.Length} of {report.Replicas.Count} answer, and have the same state"));
        return new CheckLine(what, IsWell: true, IsAtRest(report) ? Text($"the same state behind slot {answering[0].Status!.Status.Executed.Number}") : "they execute different slots now; none differs where they can be compared");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
