using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Jobs for people and for scripts. Pure.</summary>
/// <param name="jobs">The jobs.</param>
/// <param name="underWay">The one that is carried out, as far as the masters told; null when none is.</param>
internal sealed class JobList(IReadOnlyList<PlacementJob> jobs, JobUnderWay? underWay)
{
    private const string Nothing = "-";

    /// <summary>A row for each.</summary>
    public Table ToTable()
    {
        Table table = new("JOB", "WHAT", "STEP", "MOVES", "REPORTED", "AWAITED", "REASON");
        foreach (PlacementJob job in jobs)
        {
            table.Add(
                job.Number.ToString(CultureInfo.InvariantCulture),
                JobText.What(job),
                JobText.Step(job.Step),
                job.From == PlacementJob.NotPlanned ? Nothing : JobText.Number(job.Moves),
                Numbers(job.Reported),
                Numbers(Awaited(job)),
                job.Reason.Length > 0 ? job.Reason : Nothing);
        }

        return table;
    }

    /// <summary>The properties of the object with all of them.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("jobs");
        foreach (PlacementJob job in jobs)
            Write(writer, job);
        writer.WriteEndArray();
    }

    private static string Numbers(IReadOnlyList<GroupId> groups) => groups.Count == 0 ? Nothing : string.Join(',', groups.Select(static group => group.Number));

    private void Write(Utf8JsonWriter writer, PlacementJob job)
    {
        writer.WriteStartObject();
        writer.WriteNumber("job", job.Number);
        writer.WriteString("kind", job.Kind switch
        {
            JobKind.AddShards => "add",
            JobKind.RemoveShard => "remove",
            _ => "move",
        });
        writer.WriteString("what", JobText.What(job));
        writer.WriteString("step", JobText.Step(job.Step));
        writer.WriteBoolean("barrier", job.IsBarrier);
        if (job.From == PlacementJob.NotPlanned)
            writer.WriteNull("from");
        else
            writer.WriteNumber("from", job.From);
        writer.WriteNumber("moves", job.Moves);
        Write(writer, "groups", job.Kind == JobKind.AddShards ? [.. job.Shards.Select(static shard => shard.Group)] : [job.Group]);
        Write(writer, "reported", job.Reported);
        Write(writer, "awaited", Awaited(job));
        writer.WriteString("reason", job.Reason);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<GroupId> groups)
    {
        writer.WriteStartArray(name);
        foreach (GroupId group in groups)
            writer.WriteNumberValue(group.Number);
        writer.WriteEndArray();
    }

    // It may have gone on since the list was read.
    private IReadOnlyList<GroupId> Awaited(PlacementJob job) => underWay is not null && underWay.Job == job.Number && underWay.Step == job.Step ? JobText.Awaited(underWay) : [];
}
